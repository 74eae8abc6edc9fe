// The pages of records in Chromium, at the width of WeCom's webview and of a desktop: a list with scenes, filters and what is done with ticked
// rows, a new customer with its errors beside the fields, its time line and changes, and two people who edit at once.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const rows = (page) => page.locator('#records tbody tr');

async function create(page, name) {
  await page.goto(`${visit.it.server}/app/customers`);
  await page.getByRole('link', { name: '新建客户' }).click();
  await dialog(page).getByLabel('客户名称').fill(name);
}

for (const size of Object.keys(widths)) {
  test(`${size}: a customer from its form to its time line and its changes`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const name = `屏幕${size === 'phone' ? '甲' : '乙'}测试有限公司`;
    await create(page, name);
    await dialog(page).getByLabel('电话', { exact: true }).fill('12');
    await dialog(page).getByRole('button', { name: '新建客户' }).click();
    await dialog(page).locator('#c-mobile-error').waitFor();
    assert.match(await dialog(page).locator('#c-mobile-error').innerText(), /11 位/);
    assert.equal(await dialog(page).getByLabel('客户名称').inputValue(), name, 'nothing typed is lost');
    await dialog(page).getByLabel('电话', { exact: true }).fill(size === 'phone' ? '13900000071' : '13900000072');
    await dialog(page).getByLabel('下次联系时间').fill('2031-05-06T10:30');
    await dialog(page).getByRole('button', { name: '新建客户' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    assert.match(await page.locator('.fact-strip').innerText(), /周少华[\s\S]*2031-05-06 10:30/);

    await page.getByLabel('跟进内容').fill('电话沟通报价，下周看样');
    await page.getByRole('button', { name: '写跟进' }).click();
    await page.getByText('跟进已保存').waitFor();
    assert.match(await page.locator('.timeline').innerText(), /电话 · 周少华[\s\S]*下周看样[\s\S]*新建 · 周少华/);
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('link', { name: '编辑' }).click();
    await dialog(page).getByLabel('客户级别').fill('重点');
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存').waitFor();
    await page.getByRole('link', { name: '操作日志', exact: true }).first().click();
    await page.getByText('修改客户').waitFor();
    assert.match(await page.locator('main').innerText(), /客户级别：[\s\S]*重点/);
    assert.deepEqual(complaints, []);
  });

  test(`${size}: a masked phone number is opened by who may change the record, in the list and on its page`, { timeout: 60_000 }, async () => {
    const number = size === 'phone' ? '13900000071' : '13900000072';
    const name = `屏幕${size === 'phone' ? '甲' : '乙'}测试有限公司`;
    const { page, complaints } = await visit.signIn(size, '刘永刚'); // the owner's superior
    await page.goto(`${visit.it.server}/app/customers?col=level&col=mobile&q=${encodeURIComponent(name)}`);
    const masked = page.getByRole('button', { name: '139****00' + number.slice(-2) });
    await masked.click();
    await page.getByRole('link', { name: number }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/app/customers', 'the row was not followed');
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.goto(`${page.url().split('?')[0]}?tab=info`);
    await page.getByRole('button', { name: '139****00' + number.slice(-2) }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: number }).waitFor();
    await page.goto(`${page.url().split('?')[0]}?tab=log`);
    await page.getByText('查看客户完整电话').first().waitFor();
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: scenes and filters narrow the list, and ticked rows are handed on together`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const receiver = size === 'phone' ? '李佳宁' : '胡少华';
    await page.goto(`${visit.it.server}/app/customers`);
    assert.equal(await rows(page).count(), 25);
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('link', { name: '下一页' }).click();
    assert.ok(await rows(page).count() > 0);
    await page.goto(`${visit.it.server}/app/customers?scene=mine`);
    await page.getByText('这里还没有客户').waitFor();
    await page.goto(`${visit.it.server}/app/customers`);
    if (size === 'phone') await page.locator('summary:has-text("更多筛选")').click();
    await page.locator('#r-deal_status').selectOption('closed');
    await page.waitForURL('**deal_status=closed**');
    assert.doesNotMatch(page.url(), /level=/, 'empty filters stay out of the address');
    await page.goto(`${visit.it.server}/app/customers?owner=nobody`);
    await page.getByText('没有找到同事').waitFor();

    await page.goto(`${visit.it.server}/app/customers`);
    const names = [];
    for (const at of [0, 1]) {
      names.push(await rows(page).nth(at).locator('.row-link').innerText());
      await rows(page).nth(at).getByRole('checkbox').check();
    }
    await page.getByText('已选 2 家').waitFor();
    await page.locator('.bulk').getByRole('button', { name: '转移' }).click();
    await dialog(page).getByLabel('转移给').fill(receiver);
    await dialog(page).getByRole('button', { name: '转移 2 家客户' }).click();
    await dialog(page).getByText('已转移 2 家').waitFor();
    await page.goto(`${visit.it.server}/app/customers?owner=${encodeURIComponent(receiver)}&q=${encodeURIComponent(names[0])}`);
    assert.match(await rows(page).first().innerText(), new RegExp(names[0]));
    assert.deepEqual(complaints, []);
  });
}

test('two people edit one customer: the second is told what has changed and decides', { timeout: 90_000 }, async () => {
  const first = (await visit.signIn('desktop', '周少华')).page;
  await create(first, '同时编辑有限公司');
  await dialog(first).getByRole('button', { name: '新建客户' }).click();
  await first.getByRole('heading', { level: 1, name: '同时编辑有限公司' }).waitFor();
  const where = first.url().split('?')[0];
  const second = (await visit.signIn('desktop', '王思远')).page;
  await second.goto(`${where}/edit`);
  await first.goto(`${where}/edit`);
  await first.getByLabel('行业').fill('制造业');
  await first.getByRole('button', { name: '保存' }).click();
  await first.getByText('已保存').waitFor();
  await second.getByLabel('行业').fill('零售');
  await second.getByRole('button', { name: '保存' }).click();
  await second.getByText('再次保存将以您填写的为准').waitFor();
  assert.match(await second.locator('.changes').innerText(), /行业：现在是 制造业，您填写 零售/);
  await second.getByRole('button', { name: '保存' }).click();
  await second.getByText('已保存').waitFor();
  await second.goto(`${where}?tab=info`);
  assert.match(await second.locator('.facts').innerText(), /零售/);
});

test('Z-10 what is refused for some of many ticked records is named, the others are done', { timeout: 60_000 }, async () => {
  const { page } = await visit.signIn('desktop', '王思远');
  await page.goto(`${visit.it.server}/app/customers?owner=${encodeURIComponent('李佳宁')}`);
  const owned = await rows(page).first().getByRole('checkbox').inputValue();
  await page.goto(`${visit.it.server}/app/customers?owner=${encodeURIComponent('周少华')}`);
  const other = await rows(page).first().getByRole('checkbox').inputValue();
  await page.goto(`${visit.it.server}/app/customers/bulk?action=transfer&id=${owned}&id=${other}`);
  await page.getByLabel('转移给').fill('李佳宁');
  await page.getByRole('button', { name: '转移 2 家客户' }).click();
  await page.getByText('已转移 1 家').waitFor();
  assert.match(await page.locator('.rows').innerText(), /已由该员工负责/);

  // A whole department's customers, three of which somebody may see but not hand on: named, the others are done.
  const idsOf = async (person) => {
    await page.goto(`${visit.it.server}/app/customers?owner=${encodeURIComponent(person)}`);
    return rows(page).getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => box.value));
  };
  const foreign = (await idsOf('王梦洁')).slice(0, 3);
  await page.goto(`${visit.it.server}/app/customers/bulk?action=share&${foreign.map((id) => `id=${id}`).join('&')}`);
  await page.getByRole('combobox', { name: '员工' }).fill('刘永刚');
  await page.getByRole('button', { name: '共享 3 家客户' }).click();
  await page.getByText('已共享 3 家').waitFor();
  const mine = await idsOf('周少华');
  const manager = (await visit.signIn('phone', '刘永刚')).page;
  const query = [...foreign, ...mine].map((id) => `id=${id}`).join('&');
  await manager.goto(`${visit.it.server}/app/customers/bulk?action=transfer&${query}`);
  await manager.getByLabel('转移给').fill('吴雨桐');
  await manager.getByRole('button', { name: `转移 ${foreign.length + mine.length} 家客户` }).click();
  await manager.getByText(`已转移 ${mine.length} 家`).waitFor();
  assert.equal(await manager.locator('.rows .name').count(), 3);
  assert.doesNotMatch(await manager.locator('.rows').innerText(), /看不到/, 'what he sees is named');
  assert.deepEqual((await idsOf('王梦洁')).filter((id) => foreign.includes(id)), foreign, 'nothing happened to them');

  const tooMany = await manager.evaluate(async () => {
    const headers = { 'x-requested-with': 'wescrm', 'content-type': 'application/x-www-form-urlencoded' };
    const body = `action=transfer&user_id=wuyutong${'&id=1'.repeat(1001)}`;
    return (await fetch('/app/customers/bulk', { method: 'POST', headers, body })).status;
  });
  assert.equal(tooMany, 422, 'none is left out without a word');
});

test('somebody without reach sees neither the record nor that it exists', { timeout: 60_000 }, async () => {
  const owner = (await visit.signIn('desktop', '周少华')).page;
  await create(owner, '看不见有限公司');
  await dialog(owner).getByRole('button', { name: '新建客户' }).click();
  await owner.getByRole('heading', { level: 1, name: '看不见有限公司' }).waitFor();
  const other = (await visit.signIn('phone', '胡少华')).page;
  const answer = await other.goto(owner.url().split('?')[0]);
  assert.equal(answer.status(), 404);
  assert.doesNotMatch(await other.locator('main').innerText(), /看不见/);
  await other.goto(`${visit.it.server}/app/customers?q=${encodeURIComponent('看不见')}`);
  await other.getByText('没有符合这些条件的客户').waitFor();
});

test('a path that leads nowhere is answered by a page of the product', { timeout: 60_000 }, async () => {
  const { page } = await visit.signIn('phone', '王思远');
  for (const path of ['/admin/no-such-page', '/app/no/such/page', '/app/imports/new/nothing', '/app/customers/1', '/admin/company/logo', '/admin']) {
    const answer = await page.goto(`${visit.it.server}${path}`);
    assert.equal(answer.status(), 404, path);
    await page.getByRole('heading', { level: 1, name: '没有找到，或您无权查看' }).waitFor();
    await page.getByRole('link', { name: '回到首页' }).waitFor();
  }
  const api = await page.request.get(`${visit.it.server}/api/v1/no-such-thing`);
  assert.match(api.headers()['content-type'], /problem\+json/);
});

for (const size of ['desktop', 'phone'])
  test(`a quote with a discount on the whole becomes an order of the same amount (${size})`, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const customer = size === 'phone' ? '瑞丰包装' : '恒信电子';
    await page.goto(`${visit.it.server}/app/customers/new`);
    await page.locator('[name=name]').fill(customer);
    await page.getByRole('button', { name: '新建客户' }).click();
    await page.getByText('已新建').waitFor();
    await page.goto(`${visit.it.server}/app/products/new`);
    await page.locator('[name=name]').fill(`网关 ${size}`);
    await page.locator('[name=price_fen]').fill('1200');
    await page.getByRole('button', { name: '新建产品' }).click();
    await page.getByText('已新建').waitFor();
    await page.goto(`${visit.it.server}/app/quotes/new`);
    await page.locator('[name=customer_id]').fill(customer);
    await page.getByLabel('整单优惠 %').fill('10');
    const product = page.locator('[name="lines.0.product_id"]');
    await product.fill(`网关 ${size}`);
    const suggestion = page.locator('#lines-0-product_id option').first();
    await suggestion.waitFor({ state: 'attached' });
    await product.fill(await suggestion.getAttribute('value'));
    await page.locator('[name="lines.0.quantity"]').fill('2');
    await page.locator('[name="lines.0.price_fen"]').fill('1000.05');
    await page.getByRole('button', { name: '新建报价单' }).click();
    await page.getByText('已新建').waitFor();
    assert.match(await page.locator('.fact-strip').textContent(), /1,800\.09/);
    for (const [action, done] of [['提交', '已提交'], ['转为订单', '已生成订单']]) {
      await page.locator('summary:has-text("更多")').click();
      await page.getByRole('link', { name: action }).click();
      await dialog(page).getByRole('button', { name: action }).click();
      await page.getByText(done).waitFor();
    }
    assert.ok(await noSidewaysScroll(page));
    await page.locator('.fact-strip a[href^="/app/orders/"]').click();
    assert.match(await page.locator('.fact-strip').textContent(), /1,800\.09/);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });

for (const size of ['desktop', 'phone'])
  test(`an order in force is changed by its lines, waits as 变更中, and has the new total when the superior agrees (${size})`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const customer = size === 'phone' ? '明远精工' : '明远重工';
    await page.goto(`${visit.it.server}/app/customers/new`);
    await page.locator('[name=name]').fill(customer);
    await page.getByRole('button', { name: '新建客户' }).click();
    await page.getByText('已新建').waitFor();
    await page.goto(`${visit.it.server}/app/orders/new`);
    await page.locator('[name=customer_id]').fill(customer);
    const line = (at, column) => page.locator(`[name="lines.${at}.${column}"]`);
    const total = page.locator('[data-lines-total]');
    await line(0, 'product_name').fill('检测台');
    await line(0, 'quantity').fill('2');
    await line(0, 'price_fen').fill('1000');
    await line(1, 'product_name').fill('写错的一行');
    await line(1, 'price_fen').fill('9');
    assert.match(await total.innerText(), /2,009\.00/);
    await page.locator('tbody tr').nth(1).getByRole('button', { name: '移除' }).click();
    assert.match(await total.innerText(), /2,000\.00/);
    assert.ok(await page.locator('[name=amount_fen]').isDisabled(), 'the amount follows from the lines');
    await page.getByRole('button', { name: '新建订单' }).click();
    await page.getByText('已新建').waitFor();
    const act = async (name) => {
      await page.locator('summary:has-text("更多")').click();
      await page.getByRole('link', { name, exact: true }).click();
    };
    await act('提交');
    await dialog(page).getByRole('button', { name: '提交' }).click();
    await page.getByText('已提交').waitFor();
    await act('变更');
    assert.equal(await line(0, 'product_name').inputValue(), '检测台');
    await line(0, 'quantity').fill('3');
    await dialog(page).getByRole('button', { name: '加一行' }).click();
    await line(4, 'product_name').fill('安装');
    await line(4, 'price_fen').fill('500');
    assert.match(await total.innerText(), /3,500\.00/);
    assert.ok(await noSidewaysScroll(page));
    await page.locator('[name=change_reason]').fill('客户加一台');
    await dialog(page).getByRole('button', { name: '变更' }).click();
    await page.getByText('已提交变更').waitFor();
    assert.match(await page.locator('main').innerText(), /变更中/);
    assert.match(await page.locator('.fact-strip').innerText(), /2,000\.00/, 'until then it is as it was');
    const where = page.url().split('?')[0];
    await page.goto(`${visit.it.server}/app/orders?status=changing`);
    assert.match(await rows(page).filter({ hasText: customer }).innerText(), /变更中/);
    const id = where.split('/').at(-1);
    const [corp] = await visit.it.corps();
    const api = async (user, path, body) => {
      const key = JSON.parse(await visit.it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', user, '--json')).key;
      const answer = await fetch(`${visit.it.server}/api/v1${path}`, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return answer.json();
    };
    const { approval_id: approval } = await api('wangsiyuan', `/orders/${id}`);
    const { superior_user_id: superior } = await api('wangsiyuan', '/employees/zhoushaohua');
    await api(superior, `/approvals/${approval}/approve`, { comment: '同意' });
    await page.goto(`${where}?tab=info`);
    assert.match(await page.locator('.fact-strip').innerText(), /3,500\.00/);
    assert.match(await page.locator('main').innerText(), /检测台[\s\S]*安装/);
    assert.doesNotMatch(await page.locator('main').innerText(), /变更中/);
    assert.deepEqual(complaints, []);
  });

test('days are read and typed as 2026-11-25, whatever the language of the browser', { timeout: 60_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '周少华', { locale: 'en-US' });
  await page.goto(`${visit.it.server}/app/opportunities/new`);
  const close = page.getByLabel('预计成交日期');
  assert.equal(await close.getAttribute('placeholder'), '年-月-日');
  for (const [typed, shown] of [['2027/3/5', '2027-03-05'], ['20270306', '2027-03-06'], ['2027年3月7日', '2027-03-07'], ['2027-02-30', '2027-02-30']]) {
    await close.fill(typed);
    await close.blur();
    assert.equal(await close.inputValue(), shown);
  }
  assert.equal(await close.evaluate((input) => input.checkValidity()), true, 'the server says what is wrong with a day that is none');
  const calendar = page.locator('.date').filter({ has: close }).getByRole('button', { name: '打开日历', includeHidden: true });
  await close.fill('2027-03-08');
  await calendar.click();
  assert.equal(await page.locator('.date').filter({ has: close }).locator('.date-native').inputValue(), '2027-03-08', 'the calendar opens where one is');
  await page.locator('.date').filter({ has: close }).locator('.date-native').evaluate((native) => {
    native.value = '2027-03-09';
    native.dispatchEvent(new Event('change', { bubbles: true }));
  });
  assert.equal(await close.inputValue(), '2027-03-09');

  await page.goto(`${visit.it.server}/app/customers`);
  await page.getByRole('link', { name: '新建客户' }).click();
  const next = dialog(page).locator('[data-date]').first();
  if (await next.count()) assert.equal(await next.evaluate((input) => input.type), 'text', 'in what is loaded later, too');
  assert.deepEqual(complaints, []);
});
