// High seas on pages in Chromium: the rule editor, which changes what is changed and nothing else; requests for more time; the settings of a pool;
// the calendar.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

async function openRules(page, name) {
  await page.goto(`${visit.it.server}/app/high-seas`);
  await page.locator('select[name=pool]').first().waitFor({ state: 'attached' });
  const id = await page.evaluate((wanted) => {
    const option = [...document.querySelectorAll('select[name=pool] option')].find((one) => one.textContent.trim() === wanted);
    return option?.value;
  }, name);
  await page.goto(`${visit.it.server}/app/high-seas/${id}/rules`);
  return id;
}

// Everything that a rule says, by what stands in its fields.
const rowsOf = (page) =>
  page.locator('fieldset.rule').evaluateAll((rows) =>
    rows.map((row) =>
      Object.fromEntries(
        [...row.querySelectorAll('input, select')].map((field) => [
          field.name.replace(/^rule\.\d+\./, ''),
          field.type === 'checkbox' ? field.checked : field.value,
        ]),
      ),
    ),
  );

for (const size of Object.keys(widths)) {
  test(`${size}: whoever changes one rule changes no other`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await openRules(page, '线索池');
    const before = await rowsOf(page);
    assert.equal(before[0].kind, 'first_follow');
    assert.equal(before[0].superior_step, '4', 'the ladder that every company gets');
    const days = size === 'phone' ? '31' : '32';
    await page.locator('[name="rule.1.days"]').fill(days);
    await page.getByRole('button', { name: '试算' }).click();
    await page.getByText('未保存').waitFor();
    assert.equal((await rowsOf(page))[1].days, days, 'nothing typed is lost');
    await page.getByRole('button', { name: '保存，下次执行生效' }).click();
    await page.getByText('已保存，从下一次执行起生效').waitFor();
    const after = await rowsOf(page);
    assert.deepEqual(after[0], before[0]);
    assert.deepEqual(after[1], { ...before[1], days });
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: exemptions and what counts as a follow-up are kept as they were typed`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await openRules(page, '客户公海');
    await page.locator('[name="rule.0.exempt.protected"]').check();
    await page.locator('[name="rule.0.exempt.in_approval"]').check();
    await page.locator('[name="rule.0.exempt_levels"]').fill('战略、重点');
    await page.locator('fieldset.rule').first().getByText('有效跟进、获得方式').click();
    await page.locator('[name="rule.0.method.visit"]').check();
    await page.locator('[name="rule.0.min_content"]').fill('8');
    await page.locator('[name="rule.0.origin.claim"]').check();
    await page.locator('[name="rule.0.working"]').check();
    await page.locator('[name="rule.0.superior_step"]').fill('3');
    const typed = (await rowsOf(page))[0];
    await page.getByRole('button', { name: '试算' }).click();
    await page.getByText('未保存').waitFor();
    assert.deepEqual((await rowsOf(page))[0], typed);
    await page.getByRole('button', { name: '保存，下次执行生效' }).click();
    await page.getByText('已保存，从下一次执行起生效').waitFor();
    assert.deepEqual((await rowsOf(page))[0], typed);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: a role gets seats on a pool and loses them`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await openRules(page, '客户公海');
    const box = page.locator('input[name^="member-role:"]').first();
    const save = async (turn) => {
      await page.getByText('成员角色', { exact: true }).click();
      await turn();
      await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: '保存，下次执行生效' }).click()]);
      await openRules(page, '客户公海');
    };
    assert.ok((await page.locator('label:has(input[name^="member-role:"])').first().textContent()).trim(), 'roles are named');
    await save(() => box.check());
    assert.ok(await box.isChecked());
    await save(() => box.uncheck());
    assert.ok(!(await box.isChecked()));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: a holiday of the company is entered and taken back`, { timeout: 60_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const day = size === 'phone' ? '2027-06-18' : '2027-06-25';
    await page.goto(`${visit.it.server}/app/high-seas/calendar?year=2027`);
    await page.getByLabel('日期').fill(day);
    await page.getByLabel('名称').fill('公司年会');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存，从下一次执行起按它计算').waitFor();
    await page.getByTitle(`${day} 休息 公司年会`).waitFor();
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('button', { name: `删除 ${day}` }).click();
    await page.getByText('已删除，恢复为官方安排').waitFor();
    assert.equal(await page.getByTitle(`${day} 休息 公司年会`).count(), 0);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test('a request for more time is decided on its page, once', { timeout: 120_000 }, async () => {
  const { page: admin } = await visit.signIn('desktop', '王思远');
  await openRules(admin, '客户公海');
  await admin.locator('[name="rule.0.on"]').check();
  await admin.locator('fieldset.rule').first().locator('details').evaluate((more) => { more.open = true; });
  const narrowing = admin.locator('[name^="rule.0.method."]:checked, [name^="rule.0.origin."]:checked');
  while ((await narrowing.count()) > 0) await narrowing.first().uncheck();
  await admin.getByRole('button', { name: '保存，下次执行生效' }).click();
  await admin.getByText('已保存，从下一次执行起生效').waitFor();

  const { page, complaints } = await visit.signIn('phone', '周少华');
  await page.goto(`${visit.it.server}/app/customers`);
  await page.getByRole('link', { name: '新建客户' }).click();
  await dialog(page).getByLabel('客户名称').fill('延期申请科技有限公司');
  await dialog(page).getByRole('button', { name: '新建客户' }).click();
  await page.getByText('已新建').waitFor();
  const record = page.url().split('?')[0];
  await page.goto(`${record}/do/extend`);
  await page.getByLabel('延长天数').fill('5');
  await page.getByLabel('原因').fill('客户下周才有空');
  await page.getByRole('button', { name: '申请延期回收' }).click();
  await page.getByText('已提交申请').waitFor();
  await page.goto(`${visit.it.server}/app/high-seas/extensions?part=mine`);
  assert.match(await page.locator('main').innerText(), /延期申请科技有限公司[\s\S]*5 天[\s\S]*等待处理/);
  assert.equal(await page.getByRole('button', { name: '同意' }).count(), 0);
  assert.ok(await noSidewaysScroll(page));
  assert.deepEqual(complaints, []);

  await admin.goto(`${visit.it.server}/app/high-seas/extensions?part=all`);
  assert.match(await admin.locator('main').innerText(), /延期申请科技有限公司/);
});

for (const size of Object.keys(widths))
  test(`${size}: a pool is filtered; on the phone the conditions are behind one button until they are set`, { timeout: 60_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/high-seas`);
    const level = page.getByLabel('级别', { exact: true });
    assert.equal(await level.isVisible(), size === 'desktop');
    const first = await page.locator('tbody tr').first().boundingBox();
    assert.ok(first.y < 480, `the first record begins at ${first.y}`);
    if (size === 'phone') await page.getByText('更多筛选').click();
    await level.fill('重点');
    await page.getByRole('button', { name: '筛选', exact: true }).click();
    await page.getByRole('link', { name: '清空' }).waitFor();
    assert.ok(await page.getByLabel('级别', { exact: true }).isVisible(), 'what is set stays in sight');
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
