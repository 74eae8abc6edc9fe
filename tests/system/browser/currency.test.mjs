// Products with pictures, and an order in dollars at the prices of a price book, in Chromium.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';

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

    for (const path of ['orders/new', 'opportunities/new']) {
      await page.goto(`${visit.it.server}/app/${path}`);
      const field = page.locator('[name="lines.0.product_id"]');
      await field.pressSequentially(`TU-${size}`);
      const list = page.getByRole('listbox', { name: '产品' });
      const picture = list.getByRole('img', { name: `带图网关${mark}的图片` });
      await picture.waitFor();
      assert.equal(await picture.getAttribute('src'), href);
      assert.equal(await picture.getAttribute('loading'), 'lazy');
      assert.deepEqual(await picture.evaluate((image) => [image.offsetWidth, image.offsetHeight]), [36, 36]);
      assert.match(await list.innerText(), new RegExp(`带图网关${mark} \\(TU-${size}\\)[\\s\\S]*100\\.00 元`));
      assert.ok(await noSidewaysScroll(page));
      await field.press('Enter');
      assert.equal(await field.inputValue(), `带图网关${mark} (TU-${size})`);
      assert.equal(await list.count(), 0, 'closed once it is chosen');
      assert.equal(await page.locator('[name="lines.1.product_id"]').inputValue(), '');
    }
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

  test(`${size}: the opportunities of a process in dollars are in dollars, and an amount in yuan stays out of it`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const name = `外贸流程${mark}`;
    await page.goto(`${visit.it.server}/admin/processes/new`);
    await page.getByLabel('流程名称').fill(name);
    await page.getByLabel('币种').selectOption({ label: '美元' });
    await page.getByText('修改后已有的商机不变').waitFor();
    await page.getByRole('button', { name: '保存流程' }).click();
    await page.getByText('已保存').waitFor();
    assert.equal(await page.getByLabel('币种').inputValue(), 'USD');
    assert.ok(await noSidewaysScroll(page));
    await page.goto(`${visit.it.server}/admin/processes`);
    await page.locator('section', { hasText: name }).getByText('美元 USD').waitFor();

    const company = `外贸客户${mark}有限公司`;
    await make(page, 'customers/new', '客户', { name: company });
    const home = await make(page, 'opportunities/new', '商机', { customer_id: company, name: `内销${mark}`, amount_fen: '100' });
    await page.goto(`${visit.it.server}/app/opportunities/new`);
    await page.locator('[name=customer_id]').fill(company);
    await page.locator('[name=name]').fill(`出口${mark}`);
    await page.locator('[name=amount_fen]').fill('1234.5');
    await page.locator('[name=process_id]').selectOption({ label: `${name}（USD）` });
    await page.getByRole('button', { name: '新建商机' }).click();
    await page.getByText('已新建').waitFor();
    assert.match(await page.locator('.fact-strip').innerText(), /USD 1,234\.50/);
    await page.goto(`${visit.it.server}/app/opportunities?q=${encodeURIComponent(`出口${mark}`)}`);
    assert.match(await page.locator('main table tbody').innerText(), /USD 1,234\.50/);
    await page.goto(`${visit.it.server}/app/opportunities-board`);
    await page.getByLabel('销售流程').selectOption({ label: name });
    await page.locator('.board-card', { hasText: `出口${mark}` }).getByText('USD 1,234.50').waitFor();
    assert.match(await page.locator('.head .hint').first().innerText(), /1 个 · USD 1,234\.50 · 按赢率折算 USD 123\.45/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(home);
    await page.locator('summary:has-text("更多")').click();
    await page.getByRole('link', { name: '更换流程', exact: true }).click();
    await dialog(page).locator('[name=process_id]').selectOption({ label: name });
    await dialog(page).locator('[name=stage_id]').selectOption({ label: `${name} · 方案报价` });
    await dialog(page).getByRole('button', { name: '更换流程', exact: true }).click();
    await dialog(page).locator('#c-process_id-error', { hasText: '请先把金额改为 0' }).waitFor();
    assert.deepEqual(complaints, []);
  });
}
