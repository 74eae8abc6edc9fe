// The organisation's pages in Chromium, at the width of WeCom's webview and of a desktop: departments and people by hand, wrong entries beside
// their fields, two administrators at once, the hand-over and the deletion.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { agree, dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const row = (page, user) => page.locator('tr', { hasText: user });
const search = async (page, text) => {
  await page.getByLabel('姓名或账号').fill(text);
  await page.getByRole('button', { name: '筛选' }).click();
};

for (const size of Object.keys(widths)) {
  test(`${size}: a department, a person, the hand-over, the deletion`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const [department, user] = [`渠道部${size === 'phone' ? '一' : '二'}`, `qudao.${size}`];
    await page.goto(`${visit.it.server}/admin/employees`);
    await page.getByRole('link', { name: '添加子部门' }).click();
    await dialog(page).getByLabel('部门名称').fill('销售中心');
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await dialog(page).getByText('同一上级部门下已有“销售中心”').last().waitFor();
    assert.equal(await dialog(page).getByLabel('部门名称').getAttribute('aria-invalid'), 'true');
    await dialog(page).getByLabel('部门名称').fill(department);
    await dialog(page).getByLabel('部门负责人').fill('李佳宁');
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: department }).waitFor();
    assert.ok(await page.getByText('已添加').isVisible());

    await page.getByRole('link', { name: '添加员工' }).click();
    await dialog(page).getByLabel('账号', { exact: false }).first().fill(user);
    await dialog(page).getByLabel('姓名', { exact: false }).first().fill('钱渠道');
    await dialog(page).getByLabel('手机').fill('123');
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await dialog(page).locator('#f-mobile-error').waitFor();
    assert.match(await dialog(page).locator('#f-mobile-error').innerText(), /11 位/);
    await dialog(page).getByLabel('手机').fill('');
    await page.keyboard.press('Enter');
    await row(page, user).waitFor();
    assert.match(await row(page, user).innerText(), /李佳宁/, 'the head of the department leads him');
    assert.match(await row(page, user).innerText(), /未激活/);
    assert.ok(await noSidewaysScroll(page));

    await row(page, '李佳宁').first().waitFor();
    await search(page, user);
    await page.getByRole('link', { name: '编辑 钱渠道' }).click();
    await dialog(page).getByLabel('直接上级').fill(user);
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await dialog(page).getByText('直接上级不能是本人').last().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '编辑 钱渠道' }).click();
    await dialog(page).getByRole('button', { name: '删除员工' }).click();
    await agree(page, '删除员工');
    await page.getByText('已删除').waitFor();
    await search(page, user);
    await page.getByText('这里没有符合条件的员工').waitFor();
    assert.deepEqual(complaints, []);
  });
}

test('whoever owns something is handed over first; two who edit at once see what changed', { timeout: 90_000 }, async () => {
  const { page } = await visit.signIn('desktop', '王思远');
  const other = await visit.signIn('desktop', '王思远');
  for (const one of [page, other.page]) {
    await one.goto(`${visit.it.server}/admin/employees?q=zhoushaohua`);
    await one.getByRole('link', { name: '编辑 周少华' }).click();
    await dialog(one).getByLabel('邮箱').waitFor();
  }
  await dialog(page).getByLabel('邮箱').fill('first@example.com');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存').waitFor();
  await dialog(other.page).getByLabel('邮箱').fill('second@example.com');
  await dialog(other.page).getByRole('button', { name: '保存' }).click();
  await dialog(other.page).getByText('first@example.com').waitFor();
  await dialog(other.page).getByRole('button', { name: '保存' }).click();
  await other.page.getByText('已保存').waitFor();

  await page.goto(`${visit.it.server}/admin/employees?q=zhoushaohua`);
  await page.getByRole('link', { name: '编辑 周少华' }).click();
  await dialog(page).getByRole('button', { name: '删除员工' }).click();
  await agree(page, '删除员工');
  await dialog(page).getByText('请先为周少华办理交接').waitFor();
  await dialog(page).getByRole('link', { name: '办理交接' }).click();
  await dialog(page).getByRole('heading', { name: '交接 周少华 的工作' }).waitFor();
  await dialog(page).getByLabel('接收人', { exact: true }).fill('没有这个人');
  await dialog(page).getByRole('button', { name: '确认交接' }).click();
  await dialog(page).getByText('没有这位在职员工').last().waitFor();
  await dialog(page).getByLabel('接收人', { exact: true }).fill('吴雨桐');
  await dialog(page).getByRole('button', { name: '确认交接' }).click();
  await page.getByText('已完成交接').waitFor();
  await page.goto(`${visit.it.server}/admin/employees/zhoushaohua/handover`);
  await page.getByText('名下没有需要交接的内容').waitFor();
});

test('a group of people is made, a rule shares customers with it, and it cannot be deleted meanwhile', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('phone', '王思远');
  await page.goto(`${visit.it.server}/admin/groups`);
  await page.getByRole('link', { name: '新建用户组' }).click();
  await page.getByLabel('用户组名称').fill('华东项目组');
  await page.getByLabel('成员').fill('没有这个人');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('没有这位员工').first().waitFor();
  assert.equal(await page.getByLabel('成员').getAttribute('aria-invalid'), 'true');
  await page.getByLabel('成员').fill('李佳宁\n王思远');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，立即生效').waitFor();
  assert.match(await row(page, '华东项目组').innerText(), /李佳宁/);
  assert.ok(await noSidewaysScroll(page));

  await page.goto(`${visit.it.server}/admin/shares/new`);
  await page.getByLabel('或这位员工负责的').fill('李佳宁');
  await page.getByLabel('或用户组').selectOption({ label: '华东项目组' });
  await page.getByRole('button', { name: '保存' }).click();
  await row(page, '华东项目组（用户组）').waitFor();

  await page.goto(`${visit.it.server}/admin/groups`);
  await page.getByRole('link', { name: '编辑 华东项目组' }).click();
  await page.getByRole('button', { name: '删除用户组' }).click();
  await page.getByText('1 条数据共享规则').waitFor();
  assert.deepEqual(complaints, []);
});

test('what a role masks is chosen for every kind of records, and people are exported', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(`${visit.it.server}/admin/roles`);
  await page.getByRole('link', { name: /销售员/ }).first().click();
  await page.locator('details:has(select[name="m:order.amount_fen"]) > summary').click();
  await page.locator('select[name="m:order.amount_fen"]').selectOption('everywhere');
  await page.getByRole('button', { name: '保存' }).first().click();
  await page.getByText('已保存，立即生效').waitFor();
  assert.equal(await page.locator('select[name="m:order.amount_fen"]').inputValue(), 'everywhere');
  await page.locator('select[name="m:order.amount_fen"]').selectOption('none');
  await page.getByRole('button', { name: '保存' }).first().click();
  await page.getByText('已保存，立即生效').waitFor();

  await page.goto(`${visit.it.server}/admin/employees`);
  await page.getByRole('button', { name: '导出资料' }).click();
  await page.getByText('员工资料').first().waitFor();
  assert.deepEqual(complaints, []);
});
