// A seller's week over REST, from the lead to the money: assigned, followed up, converted, the opportunity moved and won, an order with plans, its
// consent by the superior, payments, and what everybody sees of it afterwards.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Installation, request } from './harness.mjs';

let it;
let boss;
let seller;
let keyOf;
const sellerId = 'zhoushaohua';

before(async () => {
  it = await Installation.create();
  await it.start();
  const [corp] = await it.corps();
  keyOf = async (user) => JSON.parse(await it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', user, '--json')).key;
  boss = await keyOf('wangsiyuan');
  seller = await keyOf(sellerId);
});
after(() => it?.destroy());

const ask = (key, method, path, body) => request(`${it.server}/api/v1${path}`, { method, body, headers: { authorization: `Bearer ${key}` } });

async function call(key, method, path, body, expected = method === 'POST' ? [200, 201] : [200]) {
  const answer = await ask(key, method, path, body);
  assert.ok(expected.includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

test('from the lead to the money', { timeout: 120_000 }, async (t) => {
  const brief = async (key, scope = 'self') => {
    const report = await call(key, 'GET', `/reports/sales-brief?scope=${scope}&period=month`);
    return { ...report, values: Object.fromEntries(report.figures.map((figure) => [figure.key, figure.value])) };
  };
  const before = await brief(seller);
  let lead;
  await t.test('a lead comes in and is assigned', async () => {
    lead = await call(boss, 'POST', '/leads', { name: '高建国', company: '北辰精密制造', mobile: '13700137001', source: '展会' });
    assert.match(lead.no, /\d/);
    lead = await call(boss, 'POST', `/leads/${lead.id}/assign`, { user_id: sellerId, reason: '华东区' });
    assert.equal(lead.owner_user_id, sellerId);
    assert.equal(lead.status, 'pending');
    assert.equal(lead.acquired_kind, 'assign');
  });

  await t.test('the seller follows it up', async () => {
    await call(seller, 'POST', '/followups', { target_type: 'lead', target_id: lead.id, content: '电话沟通，需要三台设备', method: 'call' });
    lead = await call(seller, 'GET', `/leads/${lead.id}`);
    assert.equal(lead.status, 'following');
    assert.ok(lead.last_follow_at);
  });

  await t.test('and converts it to a customer with an opportunity', async () => {
    lead = await call(seller, 'POST', `/leads/${lead.id}/convert`, { customer: { name: '北辰精密制造有限公司', level: '重点' }, opportunity: { name: '产线改造', amount_fen: 58_000_000 } });
    assert.equal(lead.status, 'converted');
    assert.ok(lead.customer_id && lead.opportunity_id);
    const followups = await call(seller, 'GET', `/followups?customer_id=${lead.customer_id}`);
    assert.match(followups.items[0].content, /三台设备/, 'the lead\'s follow-ups are the customer\'s');
    await call(seller, 'PATCH', `/leads/${lead.id}`, { version: lead.version, remark: '改' }, [409]);
  });

  let opportunity;
  await t.test('the opportunity moves through its stages', async () => {
    opportunity = await call(seller, 'GET', `/opportunities/${lead.opportunity_id}`);
    assert.equal(opportunity.main_lead_id, lead.id);
    const stage = opportunity.stages.filter((one) => one.kind === 'open')[2];
    opportunity = await call(seller, 'POST', `/opportunities/${opportunity.id}/advance`, { stage_id: stage.id });
    assert.equal(opportunity.stage_name, stage.name);
    assert.equal(opportunity.history.length, 2);
  });

  let quote;
  await t.test('a large quote waits for the superior, and is in force when he agrees', async () => {
    const product = await call(boss, 'POST', '/products', { name: '数控机床', price_fen: 20_000_000, unit: '台' });
    quote = await call(seller, 'POST', '/quotes', { customer_id: lead.customer_id, opportunity_id: opportunity.id, name: '产线改造报价', valid_until: '2031-01-31', lines: [{ product_id: product.id, quantity: 3, discount_percent: 5 }] });
    assert.equal(quote.amount_fen, 57_000_000);
    quote = await call(seller, 'POST', `/quotes/${quote.id}/submit`, {});
    assert.equal(quote.status, 'in_review', 'the demo company asks above 300,000 yuan');
    await call(seller, 'POST', `/quotes/${quote.id}/accept`, {}, [409]);
    const { superior_user_id: superior } = await call(boss, 'GET', `/employees/${sellerId}`);
    await call(await keyOf(superior), 'POST', `/approvals/${quote.approval_id}/approve`, { comment: '同意' });
    quote = await call(seller, 'GET', `/quotes/${quote.id}`);
    assert.equal(quote.status, 'in_force');
  });

  let order;
  await t.test('the accepted quote is an order with the same lines, which waits for nobody', async () => {
    quote = await call(seller, 'POST', `/quotes/${quote.id}/accept`, {});
    assert.equal(quote.status, 'accepted');
    order = await call(seller, 'GET', `/orders/${quote.order_id}`);
    assert.equal(order.amount_fen, quote.amount_fen);
    assert.equal(order.opportunity_id, opportunity.id);
    assert.deepEqual(order.lines.map((line) => [line.product_id, line.price_fen, line.quantity]), quote.lines.map((line) => [line.product_id, line.price_fen, line.quantity]));
    assert.equal(order.status, 'draft');
    order = await call(seller, 'POST', `/orders/${order.id}/submit`, {});
    assert.equal(order.status, 'in_force');
    const customer = await call(seller, 'GET', `/customers/${lead.customer_id}`);
    assert.equal(customer.deal_status, 'closed', 'an order in force closes the deal');
  });

  await t.test('plans add up, payments go to the oldest', async () => {
    const plans = (await call(seller, 'POST', '/payment-plans/split', { order_id: order.id, periods: 3, first_due_on: '2031-01-31' })).items;
    assert.equal(plans.reduce((sum, plan) => sum + plan.amount_fen, 0), order.amount_fen);
    let payment = await call(seller, 'POST', '/payments', { order_id: order.id, amount_fen: 20_000_000, method: '银行转账' });
    payment = await call(seller, 'POST', `/payments/${payment.id}/submit`, {});
    assert.equal(payment.status, 'approved');
    order = await call(seller, 'GET', `/orders/${order.id}`);
    assert.equal(order.received_fen, 20_000_000);
    assert.equal(order.outstanding_fen, 37_000_000);
    const after = (await call(seller, 'GET', `/payment-plans?order_id=${order.id}&sort=due_on`)).items;
    assert.deepEqual(after.map((plan) => plan.received_fen), [19_000_000, 1_000_000, 0]);
    assert.deepEqual(after.map((plan) => plan.status), ['done', 'partial', 'waiting']);
  });

  await t.test('the opportunity is won, and the board counts it', async () => {
    opportunity = await call(seller, 'POST', `/opportunities/${opportunity.id}/win`, { amount_fen: order.amount_fen });
    assert.equal(opportunity.status, 'won');
    const won = (await call(seller, 'GET', '/opportunities?status=won')).items.map((one) => one.id);
    assert.ok(won.includes(opportunity.id));
  });

  await t.test('with consent asked above an amount, a payment waits and is decided exactly once', async () => {
    const settings = (await call(boss, 'GET', '/approval-settings')).items;
    const setting = settings.find((one) => one.object === 'payment');
    await call(boss, 'PATCH', '/approval-settings/payment', { version: setting.version, mode: 'superior', above_fen: 100 });
    let payment = await call(seller, 'POST', '/payments', { order_id: order.id, amount_fen: 500_000 });
    payment = await call(seller, 'POST', `/payments/${payment.id}/submit`, {});
    assert.equal(payment.status, 'in_review');
    await call(seller, 'POST', `/approvals/${payment.approval_id}/approve`, {}, [403]);
    const { superior_user_id: superior } = await call(boss, 'GET', `/employees/${sellerId}`);
    const key = await keyOf(superior);
    const decided = await Promise.all([0, 1].map(() => ask(key, 'POST', `/approvals/${payment.approval_id}/approve`, {})));
    assert.deepEqual(decided.map((answer) => answer.status).sort(), [200, 409]);
    assert.equal((await call(seller, 'GET', `/payments/${payment.id}`)).status, 'approved');
    assert.equal((await call(seller, 'GET', `/orders/${order.id}`)).received_fen, 20_500_000);
  });

  await t.test('the sales brief says what the week made, and lists it', async () => {
    const now = await brief(seller);
    const made = Object.fromEntries(Object.entries(now.values).map(([key, value]) => [key, value - before.values[key]]));
    assert.deepEqual(made, {
      'lead.new': 1, 'lead.to_customer': 1, 'customer.new': 1, 'customer.deal': 1, 'contact.new': 1, 'opp.new': 1, 'opp.new_amount': order.amount_fen,
      'opp.won': 1, 'opp.won_amount': order.amount_fen, 'order.count': 1, 'order.amount': 57_000_000, 'pay.amount': 20_500_000,
      'follow.count': 1, 'follow.customers': 1, 'visit.customers': 0,
    });
    const counted = async (key) => {
      const { detail } = now.figures.find((figure) => figure.key === key);
      const items = [];
      for (let cursor = ''; cursor !== null;) {
        const page = await call(seller, 'GET', `${detail.replace('/api/v1', '')}&limit=200${cursor && `&cursor=${cursor}`}`);
        items.push(...page.items);
        cursor = page.next_cursor;
      }
      return items;
    };
    assert.ok((await counted('order.amount')).some((one) => one.id === order.id && one.amount_fen === order.amount_fen));
    assert.ok((await counted('lead.new')).some((one) => one.id === lead.id));
    assert.equal((await counted('pay.amount')).reduce((sum, one) => sum + one.amount_fen, 0), now.values['pay.amount']);
    const conversion = await call(seller, 'GET', '/reports/lead-conversion?scope=self&period=month');
    const [leads, ...became] = conversion.figures.map((figure) => figure.value);
    assert.ok(became.every((value) => value >= 1 && value <= leads), 'the week\'s lead became everything');
    await call(seller, 'GET', '/reports/sales-brief?scope=company', undefined, [403]);
    await call(seller, 'GET', '/reports/sales-brief?scope=everybody', undefined, [422]);
    assert.equal((await brief(boss, `employee:${sellerId}`)).values['order.amount'], now.values['order.amount']);
  });

  await t.test('every change stands in the record\'s own log', async () => {
    const history = (await call(seller, 'GET', `/records/order/${order.id}/history`)).items;
    assert.deepEqual(history.map((row) => row.action).filter((action) => action.startsWith('order.')).reverse().slice(0, 2), ['order.create', 'order.in_force']);
  });
});
