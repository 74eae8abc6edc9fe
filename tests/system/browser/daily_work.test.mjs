// What is done every day on the pages of records, in Chromium: follow-ups written, changed and deleted in time lines, also of people and documents;
// records shared with people and departments, and left again; tasks made, put off, done and deleted.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const card = (page, title) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const press = (page, name) => dialog(page).getByRole('button', { name, exact: true }).click();
const moment = (page, words) => page.locator('.moment', { hasText: words });
const task = (page, words) => page.locator('li.task', { hasText: words });

async function make(page, path, title, fields) {
  await page.goto(`${visit.it.server}/app/${path}`);
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value);
  await page.getByRole('button', { name: `新建${title}` }).click();
  await page.getByText('已新建').waitFor();
  return page.url().split('?')[0];
}

async function follow(page, words, method) {
  await page.getByLabel('跟进内容').fill(words);
  await page.getByLabel('方式').selectOption(method);
  await page.getByRole('button', { name: '写跟进' }).click();
  await page.getByText('跟进已保存').waitFor();
}

// The day after the next one at three, as people type it.
const soon = () => new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);

async function fillMoment(page, name, value) {
  await dialog(page).locator(`[name=${name}]`).fill(value);
}

for (const size of Object.keys(widths)) {
  const mark = size === 'phone' ? '甲' : '乙';

  test(`${size}: what is said to a person and about an order is changed, marked and deleted`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const company = `每日跟进${mark}有限公司`;
    const customer = await make(page, 'customers/new', '客户', { name: company });
    const person = await make(page, `contacts/new?customer_id=${customer.split('/').at(-1)}`, '联系人', { name: `许经理${mark}`, mobile: `1370013700${size === 'phone' ? 5 : 6}` });
    await follow(page, '短信确认了到访时间', 'sms');
    assert.match(await moment(page, '短信确认了到访时间').innerText(), /短信 · 周少华/);
    assert.ok(await noSidewaysScroll(page));

    await moment(page, '短信确认了到访时间').getByRole('link', { name: '修改' }).click();
    await dialog(page).locator('[name=content]').fill('');
    await dialog(page).locator('[name=content]').evaluate((field) => { field.required = false; });
    await press(page, '保存');
    await dialog(page).getByText('请填写跟进内容').first().waitFor();
    await dialog(page).locator('[name=content]').fill('短信确认了到访时间，改到周四');
    await dialog(page).locator('[name=method]').selectOption('wecom');
    await press(page, '保存');
    await page.getByText('跟进已修改').waitFor();
    assert.match(await moment(page, '改到周四').innerText(), /企微会话 · 周少华[\s\S]*已编辑/);

    const order = await make(page, 'orders/new', '订单', { customer_id: company, name: '改造一期', amount_fen: '8000' });
    await page.goto(`${order}?tab=timeline`);
    await follow(page, '和财务对了尾款', 'call');
    await moment(page, '和财务对了尾款').waitFor();
    assert.ok(await noSidewaysScroll(page));

    await page.goto(customer);
    assert.match(await moment(page, '改到周四').innerText(), /联系人/);
    const about = moment(page, '和财务对了尾款').getByRole('link', { name: /^订单 / });
    assert.ok((await about.getAttribute('href')).startsWith('/app/orders/'));
    await moment(page, '和财务对了尾款').getByRole('link', { name: '删除' }).click();
    await dialog(page).getByText('删除「和财务对了尾款」').waitFor();
    await press(page, '删除跟进');
    await page.getByText('跟进已删除').waitFor();
    assert.equal(await moment(page, '和财务对了尾款').count(), 0);
    await page.goto(person);
    await moment(page, '改到周四').waitFor();
    assert.deepEqual(complaints, []);
  });

  test(`${size}: a lead is shared with a colleague, who leaves, and with a department, which is taken out`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const lead = await make(page, 'leads/new', '线索', { name: `陈总${mark}`, company: `共享线索${mark}有限公司`, mobile: `1390013900${size === 'phone' ? 5 : 6}` });
    await card(page, '团队').getByRole('link', { name: '共享' }).click();
    await press(page, '共享');
    await dialog(page).getByText('员工和部门填写其中一个').first().waitFor();
    await dialog(page).locator('[name=user_id]').fill('吴雨桐');
    await dialog(page).locator('[name=power]').selectOption('write');
    assert.ok(await noSidewaysScroll(page));
    await press(page, '共享');
    await page.getByText('已共享').waitFor();
    assert.match(await card(page, '团队').innerText(), /吴雨桐[\s\S]*读写[\s\S]*移除/);

    const colleague = await visit.signIn(size, '吴雨桐');
    await colleague.page.goto(lead);
    await card(colleague.page, '团队').getByRole('link', { name: '退出 吴雨桐' }).click();
    await press(colleague.page, '退出团队');
    await colleague.page.getByText('已退出团队').waitFor();
    assert.equal((await colleague.page.goto(lead)).status(), 404);
    await colleague.page.context().close();

    await page.goto(lead);
    await card(page, '团队').getByRole('link', { name: '共享' }).click();
    await dialog(page).locator('[name=department_id]').selectOption({ index: 1 });
    await press(page, '共享');
    await page.getByText('已共享').waitFor();
    assert.match(await card(page, '团队').innerText(), /部门 · 只读/);
    await card(page, '团队').getByRole('link', { name: /^移除 / }).click();
    await press(page, '取消共享');
    await page.getByText('已移除').waitFor();
    assert.match(await card(page, '团队').innerText(), /没有其他成员/);
    assert.deepEqual(complaints, []);
  });

  test(`${size}: a task of an opportunity is made, put off, done, and another deleted`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const company = `任务客户${mark}有限公司`;
    await make(page, 'customers/new', '客户', { name: company });
    const opportunity = await make(page, 'opportunities/new', '商机', { customer_id: company, name: `年度采购${mark}` });
    await page.goto(`${opportunity}?tab=tasks`);
    await page.getByRole('link', { name: '新建任务' }).click();
    await press(page, '新建任务');
    await dialog(page).locator('#c-title-error, [name=title]:invalid').first().waitFor();
    await dialog(page).locator('[name=title]').fill('准备现场演示');
    await fillMoment(page, 'due_at', `${soon()}T15:00`);
    await dialog(page).locator('[name=remind_before_minutes]').selectOption('60');
    await press(page, '新建任务');
    await page.getByText('任务已新建').waitFor();
    assert.match(await task(page, '准备现场演示').innerText(), /周少华 · 提醒[\s\S]*14:00[\s\S]*待办[\s\S]*15:00/);
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('link', { name: '推迟 准备现场演示' }).click();
    await fillMoment(page, 'due_at', `${soon()}T18:30`);
    await press(page, '推迟');
    await page.getByText('任务已推迟').waitFor();
    assert.match(await task(page, '准备现场演示').innerText(), /提醒[\s\S]*17:30[\s\S]*18:30/);
    await page.getByRole('button', { name: '完成 准备现场演示' }).click();
    await page.getByText('任务已完成').waitFor();
    assert.match(await task(page, '准备现场演示').innerText(), /已完成/);

    await page.getByRole('link', { name: '新建任务' }).click();
    await dialog(page).locator('[name=title]').fill('发补充资料');
    await press(page, '新建任务');
    await page.getByText('任务已新建').waitFor();
    await page.getByRole('link', { name: '删除 发补充资料' }).click();
    await press(page, '删除任务');
    await page.getByText('任务已删除').waitFor();
    assert.equal(await task(page, '发补充资料').count(), 0);
    assert.deepEqual(complaints, []);
  });
}
