// Leads on pages in Chromium: the score and why, the conversion with what it would change, taking it back, the recycle bin; and the settings of
// scores and holding caps.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const card = (page, title) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

async function newRecord(page, kind, fields) {
  await page.goto(`${visit.it.server}/app/${kind === '线索' ? 'leads' : 'customers'}`);
  await page.getByRole('link', { name: `新建${kind}` }).click();
  for (const [label, value] of Object.entries(fields)) await dialog(page).getByLabel(label, { exact: false }).first().fill(value);
  await dialog(page).getByRole('button', { name: `新建${kind}` }).click();
  await page.getByText('已新建').waitFor();
}

async function openConversion(page) {
  await page.getByRole('link', { name: '转化', exact: true }).click();
  await dialog(page).getByRole('heading', { name: /转化线索/ }).waitFor();
}

for (const size of Object.keys(widths)) {
  const own = size === 'phone' ? '甲' : '乙';
  const number = size === 'phone' ? '1' : '2';

  test(`${size}: a lead says its score, becomes a customer with an opportunity, and comes back`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const company = `转化${own}科技有限公司`;
    await newRecord(page, '线索', { 线索名称: `王建${own}`, 公司: company, 手机: `1390000008${number}`, 意向产品: '数据看板' });
    const lead = page.url().split('?')[0];
    assert.match(await card(page, '线索评分').innerText(), /45[\s\S]*留有手机[\s\S]*\+20/);
    assert.ok(await noSidewaysScroll(page));

    await openConversion(page);
    assert.ok(await dialog(page).getByLabel('新建客户').isChecked());
    assert.equal(await dialog(page).getByLabel('客户名称').inputValue(), company);
    await dialog(page).getByLabel('同时建立商机').check();
    await dialog(page).getByLabel('金额').fill('很多');
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await dialog(page).getByText('没有转化').waitFor();
    assert.ok(await dialog(page).getByLabel('同时建立商机').isChecked(), 'nothing chosen is lost');
    await dialog(page).getByLabel('金额').fill('128000');
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await page.getByRole('heading', { name: company, level: 1 }).waitFor();
    assert.match(await card(page, '来源线索').innerText(), new RegExp(`王建${own}[\\s\\S]*主线索`));
    assert.match(await page.locator('.timeline').innerText(), /商机新建[\s\S]*128,000\.00 元/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(lead);
    await card(page, '已转化').getByRole('link', { name: '撤销转化' }).click();
    await dialog(page).getByRole('button', { name: '撤销转化' }).click();
    await page.getByText('已撤销转化').waitFor();
    assert.equal(await card(page, '已转化').count(), 0);

    await page.goto(`${visit.it.server}/app/recycle-bin`);
    await page.getByRole('button', { name: `恢复 ${company}` }).click();
    await page.getByText(`已恢复「${company}」`).waitFor();
    assert.equal(await page.getByRole('button', { name: `恢复 ${company}` }).count(), 0);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: who may be the customer already is offered, and nothing that he has is overwritten`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const name = `已有${own}仪器有限公司`;
    await newRecord(page, '客户', { 客户名称: name, 电话: `1390000009${number}`, 客户级别: '重点' });
    await newRecord(page, '线索', { 线索名称: `李敏${own}`, 公司: `${name}分公司`, 手机: `1390000009${number}`, 级别: '普通', 城市: '苏州' });
    await openConversion(page);
    const choice = dialog(page).locator('.target').filter({ hasText: name }).first();
    assert.match(await choice.innerText(), /电话相同[\s\S]*将补充：[\s\S]*城市[\s\S]*苏州[\s\S]*不覆盖：[\s\S]*客户级别[\s\S]*重点/);
    assert.ok(await choice.getByRole('radio').isChecked());
    assert.ok(await noSidewaysScroll(page));
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.goto(`${page.url().split('?')[0]}?tab=info`);
    assert.match(await page.locator('main').innerText(), /级别\s+重点[\s\S]*城市\s+苏州/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: holding caps and rules of scores are written on pages of their own`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/high-seas/caps`);
    await page.locator('#cap-object').selectOption(size === 'phone' ? 'customer' : 'lead');
    await page.locator('#cap-user').fill('周少华');
    await page.locator('#cap-number').fill('viel');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByText('应为一个整数').waitFor();
    await page.locator('#cap-number').fill('300');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByText('已保存，立即生效').waitFor();
    assert.match(await page.locator('main table').innerText(), /周少华[\s\S]*个人/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(`${visit.it.server}/admin/lead-scores`);
    const fresh = page.locator('form[action="/admin/lead-scores/new"]');
    await fresh.getByLabel('规则名称').fill(`看板${own}`);
    await fresh.getByLabel('看什么').selectOption('intended');
    await fresh.getByLabel('条件').selectOption('contains');
    await fresh.getByLabel('分数').fill('5');
    await fresh.getByRole('button', { name: '新建规则' }).click();
    await page.getByText('请填写至少一个词').waitFor();
    await fresh.getByLabel('词或次数').fill('数据看板、报表');
    await fresh.getByRole('button', { name: '新建规则' }).click();
    await page.getByText('线索的分数正在更新').waitFor();
    await page.getByRole('button', { name: `删除规则 看板${own}` }).click();
    await page.getByText('线索的分数正在更新').waitFor();
    assert.equal(await page.getByRole('button', { name: `删除规则 看板${own}` }).count(), 0);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
