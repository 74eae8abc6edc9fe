// A company that works with contracts alone, in Chromium: orders are switched off once none is open, and what an order has elsewhere, plans,
// payments and invoices, is the contract's.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';
import { sql } from '../harness.mjs';

const visit = visitors();
const { make, open, press } = hands(visit);

const rules = () => `${visit.it.server}/admin/sales-rules`;
const facts = (page) => page.locator('.fact-strip').innerText();

async function save(page) {
  await page.locator('main').getByRole('button', { name: '保存' }).click();
}

async function submit(page) {
  await open(page, '提交');
  await press(page, '提交');
  await page.getByText('已提交').waitFor();
}

test('orders that are open keep them switched on, and the page says how many', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(rules());
  await page.getByLabel('启用订单').uncheck();
  await save(page);
  await page.getByText(/还有 \d+ 张没有完成的订单与合同对不上/).waitFor();
  assert.equal(await page.getByLabel('启用订单').isChecked(), false, 'nothing typed is lost');
  await page.getByLabel('启用合同').uncheck();
  await save(page);
  await page.getByText('订单和合同至少启用一种').first().waitFor();
  assert.deepEqual(complaints, []);
});

test('without orders the menu, the lists and the forms have none', { timeout: 90_000 }, async () => {
  await sql(visit.it.databaseUrl, "select set_config('app.tenant', id::text, false) from tenant; " +
    "update sales_order set status = 'completed', state_id = null where status <> 'void'");
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(rules());
  await page.getByLabel('启用订单').uncheck();
  await save(page);
  await page.getByText('已保存').waitFor();
  assert.equal(await page.getByRole('link', { name: '订单', exact: true }).count(), 0);
  assert.equal(await page.getByRole('link', { name: '订单状态' }).count(), 0);
  await page.goto(`${visit.it.server}/app/orders`);
  await page.getByText('企业没有启用订单').first().waitFor();
  await page.goto(`${visit.it.server}/app/payments`);
  assert.ok((await page.locator('main table thead').innerText()).includes('合同'));
  assert.ok(!(await page.locator('main table thead').innerText()).includes('订单'));
  assert.deepEqual(complaints.filter((one) => !one.includes('orders')), []);
});

for (const size of Object.keys(widths)) {
  test(`${size}: plans, payments and invoices are the contract's`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const customer = `只用合同${size === 'phone' ? '甲' : '乙'}有限公司`;
    await make(page, 'customers/new', '客户', { name: customer });
    const home = page.url().split('?')[0];
    const contract = await make(page, 'contracts/new', '合同', { customer_id: customer, name: '年度框架', amount_fen: '10000' });
    await submit(page);

    await open(page, '分期');
    await page.locator('[name=periods]').fill('2');
    await page.locator('[name=first_due_on]').fill('2031-01-31');
    await press(page, '分期');
    await page.getByText('已生成回款计划').waitFor();
    await page.goto(`${contract}?tab=plans`);
    assert.match(await page.locator('main table tbody').last().innerText(), /2031-01-31[\s\S]*5,000\.00[\s\S]*2031-02-28/);

    await page.goto(`${contract}?tab=payments`);
    assert.ok(await noSidewaysScroll(page));
    const id = contract.split('/').at(-1);
    await make(page, `payments/new?contract_id=${id}`, '回款', { amount_fen: '6000', paid_on: '2026-01-05' });
    assert.match(await facts(page), /合同[\s\S]*6,000\.00/);
    assert.equal(await page.locator(`.fact-strip a[href="/app/contracts/${id}"]`).count(), 1);
    await submit(page);
    await page.goto(contract);
    assert.match(await facts(page), /6,000\.00[\s\S]*4,000\.00/, 'received, and what is missing');

    await page.goto(`${visit.it.server}/app/payments/new?contract_id=${id}`);
    await page.locator('[name=amount_fen]').fill('4000.01');
    await page.getByRole('button', { name: '新建回款' }).click();
    await page.locator('#c-amount_fen-error').waitFor();
    assert.ok(await page.locator('[name=contract_id]').evaluate((control) => control.required), 'nothing goes without the contract');
    await page.locator('[name=contract_id]').fill('没有这份合同');
    await page.getByRole('button', { name: '新建回款' }).click();
    await page.locator('#c-contract_id-error').waitFor();

    await page.goto(home);
    assert.ok(!(await page.locator('main').innerText()).includes('订单'), 'nor does the customer speak of orders');
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });
}

test('an accepted quote becomes a contract', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  const customer = '报价转合同有限公司';
  await make(page, 'customers/new', '客户', { name: customer });
  await page.goto(`${visit.it.server}/app/quotes/new`);
  await page.locator('[name=customer_id]').fill(customer);
  await page.locator('[name="lines.0.product_name"]').fill('安装服务');
  await page.locator('[name="lines.0.quantity"]').fill('1');
  await page.locator('[name="lines.0.price_fen"]').fill('500');
  await page.getByRole('button', { name: '新建报价单' }).click();
  await page.getByText('已新建').waitFor();
  await submit(page);
  await page.getByRole('link', { name: '转为合同', exact: true }).click();
  await dialog(page).getByRole('button', { name: '转为合同', exact: true }).click();
  await page.getByText('已生成合同').waitFor();
  await page.locator('.fact-strip a[href^="/app/contracts/"]').click();
  assert.match(await facts(page), /500\.00/);
  assert.deepEqual(complaints, []);
});

test('neither roles nor the editor of fields speak of orders, and what roles had stays', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  const given = () => sql(visit.it.databaseUrl, "select set_config('app.tenant', id::text, false) from tenant; " +
    "select count(*) from role_permission p join role r on r.id = p.role_id where r.name = '销售员' and p.permission like 'order.%'");
  const before = await given();
  await page.goto(`${visit.it.server}/admin/roles`);
  await page.getByRole('link', { name: /^销售员/ }).first().click();
  assert.ok(!(await page.locator('main').innerText()).includes('订单'));
  await page.getByRole('button', { name: '保存' }).first().click();
  await page.getByText('已保存，立即生效').waitFor();
  assert.deepEqual(await given(), before);
  for (const object of ['payment', 'invoice', 'quote']) {
    await page.goto(`${visit.it.server}/admin/fields?object=${object}`);
    assert.ok(!(await page.locator('main').innerText()).includes('订单'), object);
  }
  assert.deepEqual(complaints, []);
});
