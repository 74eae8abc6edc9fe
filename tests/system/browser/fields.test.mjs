// The editor of a company's own fields in Chromium: fields of leads come from the library by drag and by keyboard, are published, filled in by
// a seller, found by a filter and read over REST; on a phone the editor shows one pane at a time.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../harness.mjs';
import { agree, dialog, noSidewaysScroll, visitors } from './visitor.mjs';

// Leads begin without the fields that the demo company has.
const visit = visitors({
  prepare: async (it) => {
    const [tenant] = (await it.sql('select id from tenant')).split('\n');
    for (const table of ['field_value', 'field_form', 'field_draft', 'field'])
      await it.sql(`delete from ${table} where tenant_id = ${tenant} and ${table === 'field_value' ? `field_id in (select id from field where tenant_id = ${tenant} and object = 'lead')` : "object = 'lead'"}`, tenant);
    await it.sql(`update lead set custom = '{}' where tenant_id = ${tenant}`, tenant);
  },
});
const editor = () => `${visit.it.server}/admin/fields?object=lead`;
const fields = (page) => page.locator('.canvas-field:not(.system) .name');
const names = async (page) => (await fields(page).allInnerTexts()).map((name) => name.replace('*', '').trim());

// What came of it stands in the page once the panel has the field's name.
async function save(page, name) {
  await page.getByRole('button', { name: '存入草稿' }).click();
  await page.locator('#properties-title', { hasText: name }).waitFor();
}

async function begun(page, kind) {
  await page.locator('#properties-title .tag', { hasText: kind }).waitFor();
}

test('an administrator puts a form of leads together, by drag and by keyboard, previews and publishes it', { timeout: 120_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(editor());
  await page.getByText('线索还没有自定义字段').waitFor();
  await page.getByRole('button', { name: '添加单选' }).dragTo(page.locator('.canvas'), { targetPosition: { x: 160, y: 90 } });
  await begun(page, '单选');
  await page.locator('#p-label').fill('行业分类');
  await page.locator('#p-key').fill('trade');
  await page.getByLabel('选项 1', { exact: true }).fill('制造');
  await page.getByLabel('选项 2', { exact: true }).fill('零售');
  for (const box of ['必填', '列表显示', '可以筛选']) await page.locator('.properties').getByLabel(box, { exact: true }).check();
  await save(page, '行业分类');
  await page.getByRole('button', { name: '添加金额', exact: true }).click();
  await begun(page, '金额');
  await page.locator('#p-label').fill('年采购额');
  await page.locator('#p-key').fill('yearly');
  await page.locator('#p-when').selectOption({ label: '行业分类' });
  await page.getByLabel('为这些值时显示').fill('制造');
  await save(page, '年采购额');
  assert.deepEqual(await names(page), ['行业分类', '年采购额']);

  await page.evaluate(() => scrollTo(0, 0)); // both in sight
  await page.locator('[data-key=yearly]').dragTo(page.locator('[data-key=trade]'), { targetPosition: { x: 12, y: 6 } });
  await page.getByRole('button', { name: '下移 年采购额' }).waitFor();
  assert.deepEqual(await names(page), ['年采购额', '行业分类']);
  await page.getByRole('button', { name: '下移 年采购额' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '上移 年采购额' }).waitFor();
  assert.deepEqual(await names(page), ['行业分类', '年采购额']);

  await page.getByRole('link', { name: '预览' }).click();
  assert.equal(await dialog(page).getByLabel('年采购额（元）').isVisible(), false);
  await dialog(page).getByLabel('行业分类').selectOption({ label: '制造' });
  await dialog(page).getByLabel('年采购额（元）').waitFor();
  await dialog(page).getByText('关闭').click();

  await page.getByLabel('发布说明').fill('首版');
  await page.getByRole('button', { name: '发布 v1' }).click();
  await page.getByText('已发布，表单立即生效').waitFor();
  assert.match(await page.locator('.rows').innerText(), /第 1 版 · 2 个自定义字段[\s\S]*首版/);
  assert.deepEqual(complaints, []);
});

test('what is wrong with a draft is said beside its field, and stops publishing', { timeout: 60_000 }, async () => {
  const { page } = await visit.signIn('desktop', '王思远');
  await page.goto(editor());
  await page.getByRole('button', { name: '添加整数', exact: true }).click();
  await begun(page, '整数');
  await page.locator('#p-label').fill('员工人数');
  await page.locator('#p-min').fill('9');
  await page.locator('#p-max').fill('3');
  await save(page, '员工人数');
  await page.getByText('1 处问题，不能发布').waitFor();
  assert.match(await page.locator('.error-list').innerText(), /不能小于最小值/);
  assert.equal(await page.getByRole('button', { name: '发布 v2' }).isDisabled(), true);
  await page.getByRole('button', { name: '丢弃草稿' }).click();
  await agree(page, '丢弃草稿');
  await page.getByText('已丢弃草稿').waitFor();
  assert.deepEqual(await names(page), ['行业分类', '年采购额']);
});

test('a seller fills the fields in a form, sees them, filters by them, and REST has them', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('phone', '周少华');
  await page.goto(`${visit.it.server}/app/leads`);
  await page.getByRole('link', { name: '新建线索' }).click();
  await dialog(page).locator('#c-name').fill('字段测试');
  assert.equal(await dialog(page).locator('#own-yearly').isVisible(), false);
  await dialog(page).locator('#own-trade').selectOption({ label: '制造' });
  await dialog(page).locator('#own-yearly').fill('贵');
  await dialog(page).getByRole('button', { name: '新建线索' }).click();
  await dialog(page).locator('#own-yearly-error').waitFor();
  assert.match(await dialog(page).locator('#own-yearly-error').innerText(), /应为金额/);
  await dialog(page).locator('#own-yearly').fill('500000');
  await dialog(page).getByRole('button', { name: '新建线索' }).click();
  await page.getByRole('heading', { name: '字段测试', level: 1 }).waitFor();
  await page.goto(`${page.url().split('?')[0]}?tab=info`);
  assert.match(await page.locator('.facts.wide').innerText(), /行业分类\s+制造\s+年采购额\s+50\.00 万元/);
  assert.ok(await noSidewaysScroll(page));

  await page.goto(`${visit.it.server}/app/leads?own-trade=${encodeURIComponent('制造')}`);
  assert.match(await page.locator('#records tbody').innerText(), /字段测试[\s\S]*制造/);
  await page.goto(`${visit.it.server}/app/leads?own-trade=${encodeURIComponent('零售')}`);
  await page.getByText('没有符合这些条件的线索').waitFor();
  assert.deepEqual(complaints, []);

  const corp = (await visit.it.corps())[0];
  const key = JSON.parse(await visit.it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', 'zhoushaohua', '--json')).key;
  const answer = await request(`${visit.it.server}/api/v1/leads?custom=${encodeURIComponent('yearly>=50000000')}`, { headers: { authorization: `Bearer ${key}` } });
  assert.deepEqual(answer.json.items.map((lead) => lead.custom.yearly), [50000000]);
  assert.deepEqual(answer.json.items.map((lead) => lead.custom.trade), ['制造'], 'an option that was renamed before it was published is kept as it reads');
});

test('a later version is rolled back', { timeout: 60_000 }, async () => {
  const { page } = await visit.signIn('desktop', '王思远');
  await page.goto(editor());
  await page.locator('[data-key=yearly] a').click();
  await begun(page, '金额');
  await page.getByRole('button', { name: '去掉这个字段' }).click();
  await agree(page, '去掉这个字段');
  await page.locator('[data-key=yearly]').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '发布 v2' }).click();
  await page.getByText('已发布，表单立即生效').waitFor();
  assert.deepEqual(await names(page), ['行业分类']);
  await page.getByRole('button', { name: '回到这一版' }).click();
  await agree(page, '回到这一版');
  await page.getByText('已回到这一版').waitFor();
  assert.deepEqual(await names(page), ['行业分类', '年采购额']);
});

test('a field is shown in part to others than the owner, sealed, and left out of phones, details and files', { timeout: 120_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(`${visit.it.server}/admin/fields?object=customer`);
  await page.locator('.library').waitFor();
  for (const [label, key, boxes] of [
    ['证件号', 'passport', ['脱敏显示', '加密保存', '不可导出', '列表显示']],
    ['内部编号', 'inner', ['不在详情里']],
    ['备用说明', 'spare', ['手机上不显示']],
  ]) {
    await page.getByRole('button', { name: '添加单行文本', exact: true }).click();
    await page.locator('#p-label[value="单行文本"]').waitFor();
    await page.locator('#p-label').fill(label);
    await page.locator('#p-key').fill(key);
    for (const box of boxes) await page.locator('.properties').getByLabel(box, { exact: true }).check();
    await save(page, label);
    for (const box of boxes) assert.equal(await page.locator('.properties').getByLabel(box, { exact: true }).isChecked(), true, box);
  }
  await page.getByRole('button', { name: /^发布 v/ }).click();
  await page.getByText('已发布，表单立即生效').waitFor();
  await page.locator('[data-key=passport] a').click();
  await page.locator('#p-key[value=passport]').waitFor();
  assert.equal(await page.locator('.properties').getByLabel('加密保存').isDisabled(), true);

  const corp = (await visit.it.corps())[0];
  const keyOf = async (person) => JSON.parse(await visit.it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', person, '--json')).key;
  const headers = { authorization: `Bearer ${await keyOf('zhoushaohua')}`, 'content-type': 'application/json' };
  const custom = { passport: 'E12345678', inner: 'N-1', spare: '备用' };
  const made = await request(`${visit.it.server}/api/v1/customers`, { method: 'POST', headers, body: { name: '脱敏测试公司', custom } });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.custom.passport, 'E12345678');

  const admin = { authorization: `Bearer ${await keyOf('wangsiyuan')}` };
  const seller = await request(`${visit.it.server}/api/v1/employees/zhoushaohua/details`, { headers: admin });
  const superior = await visit.signIn('desktop', seller.json.superior_name);
  await superior.page.goto(`${visit.it.server}/app/customers/${made.json.id}?tab=info`);
  const facts = superior.page.locator('.facts.wide');
  assert.match(await facts.innerText(), /证件号\s+E\*\*\*8/);
  assert.doesNotMatch(await facts.innerText(), /内部编号/);
  await facts.getByRole('button', { name: 'E***8' }).click();
  await facts.getByText('E12345678').waitFor();
  await superior.page.goto(`${visit.it.server}/app/customers/${made.json.id}?tab=log`);
  assert.doesNotMatch(await superior.page.locator('main').innerText(), /E12345678/);
  await superior.page.setViewportSize({ width: 360, height: 780 });
  await superior.page.goto(`${visit.it.server}/app/customers/${made.json.id}?tab=info`);
  assert.equal(await superior.page.locator('.facts.wide').getByText('备用', { exact: true }).isVisible(), false);
  assert.ok(await noSidewaysScroll(superior.page));
  assert.deepEqual([...complaints, ...superior.complaints], []);
});

test('cities and districts are suggested by the province, and anything else can be typed', { timeout: 60_000 }, async () => {
  const { page, complaints } = await visit.signIn('phone', '周少华');
  await page.goto(`${visit.it.server}/app/customers/new`);
  const suggested = async (id) => {
    await page.locator(`#${id}`).focus();
    await page.waitForFunction((name) => document.getElementById(name).list?.options.length > 0, id);
    return page.evaluate((name) => [...document.getElementById(name).list.options].map((option) => option.value), id);
  };
  assert.ok((await suggested('c-province')).includes('江苏省'));
  await page.locator('#c-province').fill('江苏');
  assert.ok((await suggested('c-city')).includes('苏州市'));
  await page.locator('#c-city').fill('苏州');
  const districts = await suggested('c-district');
  assert.ok(districts.includes('昆山市') && !districts.includes('玄武区'));
  await page.locator('#c-province').fill('广东省');
  await page.locator('#c-city').fill('');
  await page.locator('#c-province').focus();
  assert.ok((await suggested('c-city')).includes('深圳市'));
  assert.deepEqual(complaints, []);
});

test('on a phone the editor shows one pane at a time and needs no dragging', { timeout: 60_000 }, async () => {
  const { page, complaints } = await visit.signIn('phone', '王思远');
  await page.goto(`${visit.it.server}/admin/fields?object=contact`);
  assert.equal(await page.getByRole('button', { name: '添加日期', exact: true }).isVisible(), false);
  await page.getByRole('link', { name: '字段库' }).click();
  await page.getByRole('button', { name: '添加日期', exact: true }).click();
  await begun(page, '日期');
  await page.locator('#p-label').fill('生日');
  await save(page, '生日');
  assert.ok(await noSidewaysScroll(page));
  await page.getByRole('link', { name: '表单', exact: true }).click();
  assert.deepEqual(await names(page), ['生日']);
  assert.ok(await noSidewaysScroll(page));
  assert.deepEqual(complaints, []);
});
