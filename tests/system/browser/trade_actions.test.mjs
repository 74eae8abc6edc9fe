// What is done with documents beside their approval, in Chromium: an order paid in instalments, a payment given back in part, a contract that
// ends early; and the rules of deals, whose reasons are chosen from where a deal is lost.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const { make, open, press } = hands(visit);

async function submit(page) {
  await open(page, '提交');
  await press(page, '提交');
  await page.getByText('已提交').waitFor();
}

const facts = (page) => page.locator('.fact-strip').innerText();

for (const size of Object.keys(widths)) {
  const customer = `分期退款${size === 'phone' ? '甲' : '乙'}有限公司`;

  test(`${size}: an order is split into instalments, and what is refunded is no longer received`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await make(page, 'customers/new', '客户', { name: customer });
    const order = await make(page, 'orders/new', '订单', { customer_id: customer, name: '产线改造', amount_fen: '10000' });
    await submit(page);

    await open(page, '分期');
    await page.locator('[name=periods]').fill('3');
    await press(page, '分期');
    await dialog(page).locator('#c-first_due_on-error').waitFor();
    assert.equal(await page.locator('[name=periods]').inputValue(), '3', 'nothing typed is lost');
    await page.locator('[name=first_due_on]').fill('2031-01-31');
    await press(page, '分期');
    await page.getByText('已生成回款计划').waitFor();
    await page.goto(`${order}?tab=plans`);
    const plans = await page.locator('main table tbody').last().innerText();
    assert.match(plans, /2031-01-31[\s\S]*3,333\.\d\d[\s\S]*2031-02-28[\s\S]*3,333\.\d\d[\s\S]*2031-03-31[\s\S]*3,333\.\d\d/);

    const id = order.split('/').at(-1);
    await make(page, `payments/new?order_id=${id}`, '回款', { amount_fen: '6000', paid_on: '2026-01-05' });
    const payment = page.url().split('?')[0];
    await submit(page);
    await open(page, '退款');
    await page.locator('[name=amount_fen]').fill('6000.01');
    await press(page, '退款');
    await dialog(page).locator('#c-amount_fen-error').waitFor();
    await page.locator('[name=amount_fen]').fill('1000');
    await press(page, '退款');
    await page.getByText('已登记退款').waitFor();
    await page.goto(`${payment}?tab=info`);
    assert.match(await page.locator('.facts').innerText(), /已退款（元）\s*1,000\.00/);
    await page.goto(order);
    assert.match(await facts(page), /5,000\.00/, 'received, and what is missing');
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });

  test(`${size}: a contract in force ends early, with its reason`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const name = `终止合同${size === 'phone' ? '甲' : '乙'}有限公司`;
    await make(page, 'customers/new', '客户', { name });
    const contract = await make(page, 'contracts/new', '合同', { customer_id: name, name: '年度框架', amount_fen: '50000', our_signer: '王思远' });
    await submit(page);
    await open(page, '终止');
    await page.locator('[name=reason]').fill('客户停产');
    await press(page, '终止');
    await page.getByText('已终止').first().waitFor();
    await page.goto(`${contract}?tab=info`);
    assert.match(await page.locator('.facts').innerText(), /已终止[\s\S]*客户停产[\s\S]*王思远/);
    assert.equal(await page.locator('a[href$="/do/terminate"]').count(), 0, 'once only');
    assert.deepEqual(complaints, []);
  });
}

test('the reasons that the administrator writes, one a line, are those from which a seller chooses', { timeout: 90_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '王思远');
  await page.goto(`${visit.it.server}/admin/sales-rules`);
  await page.getByLabel('输单原因').fill('价格过高，超出客户今年的预算\n选择了本地的竞争对手\n其他');
  for (const _ of ['typed', 'as they were shown']) {
    await page.locator('main').getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存').waitFor();
    await page.goto(`${visit.it.server}/admin/sales-rules`);
  }
  const name = '输单原因有限公司';
  await make(page, 'customers/new', '客户', { name });
  const deal = await make(page, 'opportunities/new', '商机', { customer_id: name, name: '二期扩产', amount_fen: '90000' });
  await open(page, '输单');
  const reason = dialog(page).locator('[name=reason]');
  assert.deepEqual((await reason.locator('option').allInnerTexts()).slice(1), ['价格过高，超出客户今年的预算', '选择了本地的竞争对手', '其他']);
  assert.equal(await reason.inputValue(), '', 'none is chosen before');
  await reason.selectOption('选择了本地的竞争对手');
  await press(page, '输单');
  await page.getByText('已输单').waitFor();
  await page.goto(`${deal}?tab=info`);
  assert.match(await page.locator('.facts').innerText(), /选择了本地的竞争对手/);

  const other = await make(page, 'opportunities/new', '商机', { customer_id: name, name: '三期扩产', amount_fen: '80000' });
  await open(page, '输单');
  const words = dialog(page).getByLabel('其他：说明');
  assert.equal(await words.isVisible(), false, 'only of 其他 more is asked');
  await reason.selectOption('其他');
  await words.fill('负责人调走了');
  await press(page, '输单');
  await page.getByText('已输单').waitFor();
  await page.goto(`${other}?tab=info`);
  assert.match(await page.locator('.facts').innerText(), /其他：负责人调走了/);
  assert.deepEqual(complaints, []);
});
