// Products with pictures, and an order in dollars at the prices of a price book, in Chromium.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();
const { make } = hands(visit);

const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

async function upload(page, name) {
  await page.locator('#upload-file').setInputFiles({ name, mimeType: 'image/png', buffer: dot });
  await page.getByRole('button', { name: '上传', exact: true }).click();
  await page.getByRole('link', { name, exact: true }).waitFor();
}

for (const size of Object.keys(widths)) {
  const mark = size === 'phone' ? '甲' : '乙';

  test(`${size}: the first picture of a product stands in the list, and another one can be put first`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const product = await make(page, 'products/new', '产品', { name: `带图网关${mark}`, code: `TU-${size}`, price_fen: '100' });
    await page.goto(`${product}?tab=files`);
    await page.getByText('还没有图片').waitFor();
    await upload(page, '正面.png');
    await upload(page, '背面.png');
    const back = page.locator('li', { hasText: '背面.png' });
    const href = await back.getByRole('link', { name: '背面.png', exact: true }).getAttribute('href');
    await back.getByRole('button', { name: '设为首图' }).click();
    await page.locator('li', { hasText: '背面.png' }).getByText('首图', { exact: true }).waitFor();
    assert.ok(await noSidewaysScroll(page));
    await page.goto(`${visit.it.server}/app/products?q=TU-${size}`);
    assert.equal(await page.locator('img.row-image').getAttribute('src'), href);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });

  test(`${size}: an order in dollars says so wherever its money stands`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await make(page, 'customers/new', '客户', { name: `外币客户${mark}有限公司` });
    await page.goto(`${visit.it.server}/app/orders/new`);
    await page.locator('[name=customer_id]').fill(`外币客户${mark}有限公司`);
    await page.locator('[name=name]').fill(`美元订单${mark}`);
    await page.locator('[name=currency]').selectOption({ label: '美元' });
    await page.locator('[name=amount_fen]').fill('1234.5');
    await page.getByRole('button', { name: '新建订单' }).click();
    await page.getByText('已新建').waitFor();
    assert.match(await page.locator('.fact-strip').innerText(), /USD 1,234\.50/);
    await page.goto(`${visit.it.server}/app/orders?q=${encodeURIComponent(`美元订单${mark}`)}`);
    assert.match(await page.locator('main table tbody').innerText(), /USD 1,234\.50/);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });
}
