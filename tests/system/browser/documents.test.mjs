// Documents in Chromium: prices with four decimals, the printed quote, an order through the company's own states, and one document that goes to
// somebody else.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const { make, open, press } = hands(visit);

for (const size of Object.keys(widths)) {
  const which = size === 'phone' ? '甲' : '乙';

  test(`${size}: a quote with exact unit prices is printed with its amount in capitals, and becomes an order in a contract`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const customer = `精密螺丝${which}有限公司`;
    await make(page, 'customers/new', '客户', { name: customer });
    const quote = await make(page, 'quotes/new', '报价单', {
      customer_id: customer, name: '年度紧固件', discount_percent: '0', terms: '月结 30 天\n含运费',
      'lines.0.product_name': 'M3 螺丝', 'lines.0.unit': '颗', 'lines.0.quantity': '12345', 'lines.0.price_fen': '0.0345',
    });
    await page.goto(`${quote}/edit`);
    assert.equal(await page.locator('[name="lines.0.price_fen"]').inputValue(), '0.0345', 'nothing is lost in the form');
    assert.match(await page.locator('[data-lines-total]').innerText(), /425\.90 元/, '12,345 × 0.0345 = 425.9025');
    await page.goto(quote);
    await page.getByRole('link', { name: '打印' }).click();
    const paper = await page.locator('main').innerText();
    assert.match(paper, /报价单[\s\S]*年度紧固件/);
    assert.match(paper, /0\.0345[\s\S]*425\.90/);
    assert.match(paper, /肆佰贰拾伍元玖角整/);
    assert.match(paper, /草稿，未生效/, 'a draft says so on paper');
    assert.match(paper, /月结 30 天\n含运费/);
    assert.ok(await noSidewaysScroll(page));
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false);
    await page.emulateMedia({ media: null });

    await page.goto(quote);
    await page.getByRole('link', { name: '提交', exact: true }).click();
    await press(page, '提交');
    await page.getByText('已提交').waitFor();
    await page.getByRole('link', { name: '转为订单' }).click();
    await dialog(page).locator('[name=with_contract]').check();
    await press(page, '转为订单');
    await page.getByText('已生成订单').waitFor();
    await page.locator('.fact-strip a[href^="/app/orders/"]').click();
    await page.waitForURL(/\/app\/orders\//);
    assert.match(await page.locator('.fact-strip').innerText(), /425\.90/);
    await page.goto(`${page.url().split('?')[0]}?tab=info`);
    assert.equal(await page.locator('a[href^="/app/contracts/"]').count() > 0, true, 'the order stands in the contract');
    assert.deepEqual(complaints, []);
  });

  test(`${size}: one order goes to a colleague while the customer stays`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const customer = `单独转移${which}有限公司`;
    await make(page, 'customers/new', '客户', { name: customer });
    const order = await make(page, 'orders/new', '订单', { customer_id: customer, name: '备件', amount_fen: '800' });
    await open(page, '转移');
    await page.locator('[name=user_id]').fill('周少华');
    await page.locator('[name=reason]').fill('区域调整');
    await press(page, '转移');
    await page.getByText('已转移').waitFor();
    await page.goto(order);
    assert.match(await page.locator('.fact-strip').innerText(), /周少华/);
    await page.goto(`${order}?tab=log`);
    assert.match(await page.locator('main').innerText(), /区域调整/);
    assert.deepEqual(complaints, []);
  });
}

test('the states that the administrator adds are those that an order goes through', { timeout: 120_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(`${visit.it.server}/admin/order-flow`);
  await page.locator('[name="state.0.name"]').fill('备货中');
  await page.locator('[name="state.0.phase"]').selectOption('executing');
  await page.locator('[name="state.1.name"]').fill('已发货');
  await page.getByRole('button', { name: '保存状态' }).click();
  await page.getByText('已保存').waitFor();
  await page.locator('[name="move.0.from"]').selectOption('in_force');
  await page.locator('[name="move.0.to"]').selectOption('备货中');
  await page.locator('[name="move.1.from"]').selectOption('备货中');
  await page.locator('[name="move.1.to"]').selectOption('已发货');
  await page.locator('[name="move.1.reason"]').check();
  await page.getByRole('button', { name: '保存流转' }).click();
  await page.getByText('已保存').waitFor();
  assert.ok(await noSidewaysScroll(page));

  const customer = '订单状态有限公司';
  await make(page, 'customers/new', '客户', { name: customer });
  const order = await make(page, 'orders/new', '订单', { customer_id: customer, name: '设备', amount_fen: '5000' });
  await page.getByRole('link', { name: '提交', exact: true }).click();
  await press(page, '提交');
  await page.getByText('已提交').waitFor();
  await open(page, '流转状态');
  assert.deepEqual((await dialog(page).locator('[name=to] option').allInnerTexts()).filter((text) => text !== '—' && text !== ''), ['备货中']);
  await dialog(page).locator('[name=to]').selectOption('备货中');
  await press(page, '流转状态');
  await page.getByText('已流转').waitFor();
  assert.match(await page.locator('.record-name').innerText(), /备货中/);
  await open(page, '流转状态');
  await dialog(page).locator('[name=to]').selectOption('已发货');
  await press(page, '流转状态');
  await dialog(page).locator('#c-reason-error').waitFor();
  await dialog(page).locator('[name=reason]').fill('顺丰已揽收');
  await press(page, '流转状态');
  await page.locator('.record-name').getByText('已发货').waitFor();
  await page.goto(`${visit.it.server}/app/orders`);
  await page.locator('summary:has-text("更多筛选")').click();
  await page.getByLabel('企业的状态').selectOption('已发货');
  await page.waitForURL(/state=/);
  assert.match(await page.locator('main table').innerText(), /订单状态有限公司/);
  assert.ok(order);
  assert.deepEqual(complaints, []);
});
