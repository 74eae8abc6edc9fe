// The kinds of a company's own fields in the form of a customer in Chromium: cascades level by level, options that depend on another choice,
// people as chips, places, stars, pictures; what is required and wrong is said beside its field, and nothing that was chosen is lost.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../harness.mjs';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const fields = [
  { key: 'part', label: '合作信息', type: 'divider' },
  { key: 'area', label: '大区', type: 'choice', required: true, options: ['华东', '华南'] },
  { key: 'city', label: '办事处', type: 'choice', depends_on: 'area', options: [{ key: '苏州', label: '苏州', parents: ['华东'] }, { key: '深圳', label: '深圳', parents: ['华南'] }] },
  { key: 'line', label: '产品线', type: 'cascade', options: [{ key: 'hard', label: '硬件' }, { key: 'gate', label: '网关', parent: 'hard' }, { key: 'soft', label: '软件' }] },
  { key: 'wants', label: '关注点', type: 'multi_choice', options: ['价格', '交期', '质量'] },
  { key: 'home', label: '注册地', type: 'region' },
  { key: 'helpers', label: '协助人', type: 'employees' },
  { key: 'boss', label: '项目经理', type: 'employee' },
  { key: 'mark', label: '满意度', type: 'rating' },
  { key: 'site', label: '厂区位置', type: 'location' },
  { key: 'photo', label: '门头照片', type: 'image' },
  { key: 'plate', label: '车牌', type: 'text', unique: true, pattern: '^[A-Z0-9]+$', pattern_message: '只能是大写字母和数字' },
  { key: 'share', label: '份额', type: 'percent', min: 0, max: 100 },
];
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

let key;
const visit = visitors();
const ask = (method, path, body) => request(`${visit.it.server}/api/v1${path}`, { method, body, headers: { authorization: `Bearer ${key}` } });

test('an administrator publishes a form with many kinds of fields over REST', { timeout: 60_000 }, async () => {
  const corp = (await visit.it.corps())[0];
  key = JSON.parse(await visit.it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', 'wangsiyuan', '--json')).key;
  assert.equal((await ask('PUT', '/field-forms/customer/draft', { fields })).status, 200);
  assert.deepEqual((await ask('GET', '/field-forms/customer/problems')).json, { items: [] });
  assert.equal((await ask('POST', '/field-forms/customer/publish', { note: '各种字段' })).status, 200);
});

for (const size of Object.keys(widths)) {
  test(`${size}: every kind has its control, its errors beside it, and its value on the page`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const name = `字段${size === 'phone' ? '甲' : '乙'}有限公司`;
    await page.goto(`${visit.it.server}/app/customers`);
    await page.getByRole('link', { name: '新建客户' }).click();
    const form = dialog(page);
    await form.getByLabel('客户名称').fill(name);
    await form.locator('#own-area').selectOption('华东');
    assert.deepEqual(await form.locator('#own-city option:not([hidden])').allInnerTexts(), ['不填', '苏州'], 'only what fits');
    await form.locator('#own-city').selectOption('苏州');
    await form.getByLabel('产品线：第 1 级').selectOption({ label: '硬件' });
    await form.getByLabel('产品线：第 2 级').selectOption({ label: '网关' });
    await form.getByLabel('价格', { exact: true }).check();
    await form.getByLabel('质量', { exact: true }).check();
    await form.getByLabel('注册地：省').fill('江苏省');
    await form.getByLabel('注册地：市').fill('苏州市');
    await form.locator('#own-helpers').fill('刘永刚');
    await form.locator('#own-helpers').press('Enter');
    await form.locator('#own-helpers').fill('李佳宁');
    await form.locator('#own-helpers').press('Enter');
    await form.locator('#own-boss').fill('刘永刚');
    await form.getByLabel('4 分').check();
    await form.getByLabel('厂区位置：纬度').fill('31.3');
    await form.getByLabel('厂区位置：经度').fill('120.6');
    await form.getByLabel('厂区位置：地址').fill('星湖街 1 号');
    await form.locator('#own-photo').setInputFiles({ name: '门头.png', mimeType: 'image/png', buffer: dot });
    await form.locator('#own-plate').fill('苏E 1');
    await form.locator('#own-share').fill('120');
    assert.ok(await noSidewaysScroll(page));
    await form.getByRole('button', { name: '新建客户' }).click();
    await form.locator('#own-share-error').waitFor();
    assert.match(await form.locator('#own-share-error').innerText(), /不能大于 100/);
    await form.locator('#own-share').fill('35.5');
    await form.getByRole('button', { name: '新建客户' }).click();
    await form.locator('#own-plate-error').waitFor();
    assert.match(await form.locator('#own-plate-error').innerText(), /只能是大写字母和数字/);
    assert.match(await form.locator('[data-own=photo] .chips').innerText(), /门头\.png/, 'the file is not asked for again');
    await form.locator('#own-plate').fill(size === 'phone' ? 'SE1' : 'SE2');
    await form.getByRole('button', { name: '新建客户' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    const id = new URL(page.url()).pathname.split('/').pop();
    await page.goto(`${visit.it.server}/app/customers/${id}?tab=info`);
    const shown = await page.locator('.facts.wide').innerText();
    for (const text of ['合作信息', '华东', '硬件 / 网关', '价格、质量', '江苏省 / 苏州市', '刘永刚、李佳宁', '星湖街 1 号', '35.5%']) assert.ok(shown.includes(text), `${text} in ${shown}`);
    await page.locator('.cell-files img[alt="门头.png"]').waitFor();
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('link', { name: '编辑' }).click();
    assert.equal(await form.getByLabel('产品线：第 2 级').inputValue(), 'gate');
    await form.locator('[data-own=helpers] .chip', { hasText: '李佳宁' }).locator('input').uncheck();
    await form.getByLabel('价格', { exact: true }).uncheck();
    await form.locator('#own-area').selectOption('华南');
    assert.equal(await form.locator('#own-city').inputValue(), '', 'what depended on it is gone');
    await form.getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存').waitFor();
    const { custom } = (await ask('GET', `/customers/${id}`)).json;
    assert.equal(custom.city, undefined);
    assert.deepEqual([custom.area, custom.helpers.length, custom.wants, custom.line, custom.mark], ['华南', 1, ['质量'], ['hard', 'gate'], 4]);
    assert.deepEqual(complaints, []);
  });
}
