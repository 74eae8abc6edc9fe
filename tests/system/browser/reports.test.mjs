// The sales brief in Chromium: on the home page it comes by itself, on 报表 it can be of another time or of other people, and every figure leads
// to exactly the records that it counts.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { faults } from './looks.mjs';
import { noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();
const tile = (page, title) => page.locator('.tile').filter({ has: page.getByText(title, { exact: true }) });
const figure = async (page, title) => Number((await tile(page, title).locator('strong').innerText()).replaceAll(',', ''));

// All rows behind a figure, over its pages.
async function counted(page) {
  let rows = 0;
  for (;;) {
    rows += await page.locator('tbody tr').count();
    const next = page.getByRole('link', { name: '下一页' });
    if (await next.count() === 0) return rows;
    await next.click();
  }
}

for (const size of Object.keys(widths)) {
  test(`${size}: the head of a department sees what waits, the brief, and the records behind a figure`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '吴雨桐');
    await page.getByRole('heading', { name: '待我审批' }).waitFor();
    await tile(page, '新增线索').waitFor();
    assert.match(await page.locator('#brief').innerText(), /上海销售部 · 本月/);
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('link', { name: '全部报表' }).click();
    await page.getByRole('heading', { name: '报表', level: 1 }).waitFor();
    assert.deepEqual(await page.getByLabel('谁的数字').locator('option').allInnerTexts(), ['我负责的部门', '我自己', '我的下属']);
    await page.getByRole('link', { name: '本季度' }).click();
    await page.getByText('较上季度同期').first().waitFor();
    assert.deepEqual(await faults(page, { fingers: size === 'phone' }), []);
    const leads = await figure(page, '新增线索');
    assert.ok(leads > 0);
    await tile(page, '新增线索').click();
    await page.getByRole('heading', { name: '新增线索明细' }).waitFor();
    assert.deepEqual(await faults(page, { fingers: size === 'phone' }), []);
    assert.equal(await counted(page), leads);
    await page.locator('tbody .row-link').first().click();
    await page.locator('.record-title').waitFor();

    await page.goto(`${visit.it.server}/app/reports?period=quarter`);
    await page.getByLabel('谁的数字').selectOption('self');
    await page.getByText('我 · 本季度').first().waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test('whose figures somebody may not see is refused in words', async () => {
  const { page } = await visit.signIn('desktop', '陈思远');
  const answer = await page.goto(`${visit.it.server}/app/reports?scope=company`);
  assert.equal(answer.status(), 403);
  assert.match(await page.locator('main').innerText(), /您不能查看全公司的报表/);
});
