// Tables in and out in Chromium, at the width of WeCom's webview and of a desktop: a file is uploaded, its columns are mapped, every row is
// checked, the good ones are imported, the batch is taken back; a list is exported and the file holds what the list shows.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { agree, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const pictures = process.env.WESCRM_TEST_PICTURES;
const visit = visitors();

const picture = (page, size, name) => pictures && page.screenshot({ path: `${pictures}/exchange-${name}-${size}.png`, fullPage: true });
const download = async (page, link) => {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
};

for (const size of Object.keys(widths)) {
  test(`${size}: a table is mapped, checked, imported and taken back`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const mark = size === 'phone' ? '甲' : '乙';
    const csv = `公司名称,手机,级别,内部代码\n导入${mark}一号机械有限公司,1390000${size === 'phone' ? '81' : '82'}01,重点,A\n导入${mark}二号机械有限公司,12,,B\n`;
    await page.goto(`${visit.it.server}/app/customers`);
    await page.getByRole('link', { name: '导入', exact: true }).click();
    await page.getByRole('heading', { name: '导入客户' }).waitFor();
    const template = await download(page, page.getByRole('link', { name: '下载模板' }));
    assert.equal(template.name, '客户导入模板.xlsx');
    assert.equal(template.bytes.subarray(0, 2).toString(), 'PK');
    await picture(page, size, 'upload');
    await page.locator('#up-file').setInputFiles({ name: '客户.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: '上传并继续' }).click();
    assert.equal(await page.getByLabel('公司名称 对应的字段').inputValue(), 'name');
    assert.equal(await page.getByLabel('内部代码 对应的字段').inputValue(), '-');
    assert.ok(await noSidewaysScroll(page));
    await picture(page, size, 'mapping');
    await page.getByRole('button', { name: '检查全部数据' }).click();
    await page.getByRole('heading', { name: '检查结果' }).waitFor();
    await page.getByText('不是有效的电话').waitFor();
    assert.ok(await noSidewaysScroll(page));
    await picture(page, size, 'checked');
    await page.getByRole('button', { name: /开始导入/ }).click();
    await page.getByRole('heading', { name: '导入完成' }).waitFor();
    await picture(page, size, 'done');
    const failed = await download(page, page.getByRole('link', { name: '下载失败的行' }));
    assert.equal(failed.name, '客户-失败的行.xlsx');
    await page.goto(`${visit.it.server}/app/customers?q=${encodeURIComponent(`导入${mark}`)}`);
    await page.getByRole('link', { name: `导入${mark}一号机械有限公司` }).waitFor();
    await page.goto(`${visit.it.server}/app/imports`);
    await picture(page, size, 'imports');
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('link', { name: '客户.csv' }).first().click();
    await page.getByRole('button', { name: '撤销这次导入' }).click();
    await agree(page, '撤销这次导入');
    await page.getByRole('heading', { name: '已撤销' }).waitFor();
    await page.goto(`${visit.it.server}/app/customers?q=${encodeURIComponent(`导入${mark}`)}`);
    await page.getByText('没有符合这些条件的客户').waitFor();
    assert.deepEqual(complaints, []);
  });

  test(`${size}: which records a file holds is chosen first, and products come in one by one`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const code = size === 'phone' ? 'IMP-P' : 'IMP-D';
    await page.goto(`${visit.it.server}/app/imports/new`);
    assert.ok(await noSidewaysScroll(page));
    await picture(page, size, 'choose');
    await page.getByRole('link', { name: '导入产品', exact: true }).click();
    await page.getByRole('heading', { name: '导入产品' }).waitFor();
    const template = await download(page, page.getByRole('link', { name: '下载模板' }));
    assert.equal(template.name, '产品导入模板.xlsx');
    const csv = `产品名称,产品编码,标准价\n导入网关${size},${code}1,1200\n导入路由${size},${code}2,贵\n`;
    await page.locator('#up-file').setInputFiles({ name: '产品.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: '上传并继续' }).click();
    assert.equal(await page.getByLabel('标准价 对应的字段').inputValue(), 'price_fen');
    await page.getByRole('button', { name: '检查全部数据' }).click();
    await page.getByText('不是有效的单价').waitFor();
    await page.getByRole('button', { name: /开始导入/ }).click();
    await page.getByRole('heading', { name: '导入完成' }).waitFor();
    await page.goto(`${visit.it.server}/app/products?q=${code}`);
    await page.getByRole('link', { name: `导入网关${size}` }).waitFor();
    await page.locator('summary', { hasText: '导出' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test(`${size}: a list is exported as it is filtered, and the file is for whoever asked`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/customers?level=${encodeURIComponent('重点')}`);
    const name = await page.locator('#records tbody .row-link').first().innerText();
    await page.locator('summary', { hasText: '导出' }).click();
    await picture(page, size, 'list');
    await page.getByLabel('CSV').check();
    await page.getByRole('button', { name: '开始导出' }).click();
    const latest = page.locator('tbody tr').first().getByRole('link', { name: '下载' });
    await latest.waitFor();
    assert.ok(await noSidewaysScroll(page));
    await picture(page, size, 'exports');
    const link = await latest.getAttribute('href');
    const file = await download(page, latest);
    const text = file.bytes.toString('utf8');
    assert.match(file.name, /^客户-.*\.csv$/);
    assert.ok(text.includes(name));
    assert.ok(text.split('\r\n').slice(1, -1).every((line) => line.includes('重点')), 'only what the filter shows');
    const other = await visit.signIn(size, '周少华');
    const refused = await other.page.request.get(`${visit.it.server}${link}`);
    assert.equal(refused.status(), 404);
    assert.deepEqual(complaints, []);
  });
}
