// The chat page in Chromium, at the width of a phone and of a desktop: a sentence becomes a customer, buttons work, a reminder comes when its
// time has come, and a restart of the server in between is not noticed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { until } from '../harness.mjs';
import { visitors } from './visitor.mjs';

const widths = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const people = { phone: ['周少华', 'zhoushaohua'], desktop: ['吴雨桐', 'wuyutong'] };
const visit = visitors();

// A page whose complaints and requests are noted. Nothing may go anywhere but to the simulator.
async function open(size) {
  const context = await visit.browser.newContext({ viewport: widths[size], locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
  page.on('pageerror', (problem) => complaints.push(String(problem)));
  page.on('request', (sent) => { if (!sent.url().startsWith(visit.it.simulator) && !/^(data|blob):/.test(sent.url())) complaints.push(`a request to ${sent.url()}`); });
  page.on('response', (answer) => { if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`); });
  await page.goto(`${visit.it.simulator}/`);
  return { page, complaints };
}

// By the list of employees, as a visitor does.
async function choose(page, size, name) {
  if (size === 'phone') await page.getByRole('button', { name: /^模拟器控制：当前员工/ }).click();
  await page.getByRole('button', { name: /^当前员工 .*切换$/ }).click();
  const chooser = page.getByRole('dialog', { name: '切换员工' });
  await chooser.getByLabel('查找员工').fill(name);
  await chooser.getByRole('button', { name: new RegExp(name) }).click();
  await page.waitForFunction((wanted) => document.title.includes(wanted), name);
}

async function say(page, size, text) {
  const field = page.getByLabel('消息', { exact: true });
  if (size === 'phone' && !await field.isVisible()) await page.getByRole('button', { name: '键盘' }).click();
  await field.fill(text);
  await page.getByRole('button', { name: '发送', exact: true }).click();
}

const answers = (page) => page.locator('[data-testid=message][data-from=app]');
const noSidewaysScroll = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

// So many days from now at 16:00 in Shanghai: tomorrow at ten is then 18 hours away, whenever this runs.
const afternoon = (days) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T08:00:00Z`;

for (const size of Object.keys(widths)) {
  test(`${size}: from the sentence to the finished reminder`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await open(size);
    const [name, user] = people[size];
    const [corp] = await visit.it.corps();
    const company = size === 'phone' ? '宏达科技' : '宏达重工';
    await visit.it.sim('clock', { method: 'PUT', body: { now: afternoon(size === 'phone' ? 1 : 3) } });
    await choose(page, size, name);
    assert.ok(new URL(page.url()).searchParams.get('user') === user);

    await say(page, size, `新建客户 ${company} 电话${size === 'phone' ? '13800138000' : '13800138001'} 来源展会`);
    const card = answers(page).filter({ has: page.getByRole('article', { name: company }) }).last();
    await card.waitFor();
    await card.getByText('展会').waitFor();
    await card.getByText(/138\*{4}800\d/).waitFor();

    // A press of a button asks the next question; the answer to it becomes a follow-up.
    await card.getByRole('button', { name: '写跟进' }).click();
    await answers(page).filter({ hasText: /跟进/ }).filter({ hasNotText: '已新建客户' }).last().waitFor();
    await say(page, size, '电话沟通了报价，对方下周给答复');
    await answers(page).filter({ hasText: '电话沟通了报价' }).last().waitFor();
    const tenant = await visit.it.tenantOf(corp);
    assert.equal(await visit.it.sql(`select count(*) from followup f join customer c on c.tenant_id = f.tenant_id and c.id = f.target_id where c.name = '${company}' and f.content like '%报价%'`, tenant), '1');

    await say(page, size, `提醒我 明天上午10点 给${company}发报价`);
    await answers(page).filter({ hasText: `给${company}发报价` }).filter({ hasText: '10:00' }).last().waitFor();

    // The server dies and comes back; what was said stays, and it goes on.
    await visit.it.killServer('SIGKILL');
    await visit.it.startServer();
    await say(page, size, `查客户 ${company}`);
    await answers(page).filter({ hasText: company }).nth(2).waitFor();

    // The time comes: the card arrives by itself.
    await visit.it.sim('clock', { method: 'PUT', body: { advance_seconds: 26 * 3600 } });
    const reminder = answers(page).filter({ has: page.getByRole('article', { name: new RegExp(`提醒：.*${company}`) }) }).last();
    await reminder.waitFor();
    const done = reminder.getByRole('button', { name: '完成' });
    await done.scrollIntoViewIfNeeded();
    await done.click();
    await reminder.getByText(/已完成/).first().waitFor();
    await until('the task to be done', async () => await visit.it.sql(`select status from task where title like '%${company}%'`, tenant) === 'done');
    assert.equal(await reminder.locator('.card button:not([disabled])').count(), 0);

    // It is all there again after a reload.
    const count = await answers(page).count();
    await page.reload();
    await answers(page).nth(count - 1).waitFor();
    assert.ok(await noSidewaysScroll(page), 'the page scrolls sideways');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}

test('two people in two tabs see their own chats only, live', { timeout: 60_000 }, async () => {
  const [corp] = await visit.it.corps();
  const tabs = [];
  for (const user of ['zhoushaohua', 'wuyutong']) {
    const tab = await open('desktop');
    await tab.page.goto(`${visit.it.simulator}/?corp=${corp.corp_id}&app=${corp.apps[0].agent_id}&user=${user}`);
    await tab.page.getByTestId('lines').waitFor();
    tabs.push(tab);
  }
  const [one, other] = tabs;
  await say(one.page, 'desktop', '新建客户 只给我看的公司');
  await answers(one.page).filter({ hasText: '只给我看的公司' }).last().waitFor();
  assert.equal(await other.page.getByTestId('lines').getByText('只给我看的公司').count(), 0);
  for (const { page, complaints } of tabs) {
    assert.deepEqual(complaints, []);
    await page.context().close();
  }
});

// What is held back is the first thing that the page asks for, so it does not know yet who writes to whom.
test('what is typed before the page has everything is sent all the same', { timeout: 60_000 }, async () => {
  const early = await visit.browser.newPage();
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await early.route('**/sim/corps', async (route) => { await held; await route.continue(); });
  await early.goto(`${visit.it.simulator}/?user=zhoushaohua`);
  await say(early, 'desktop', '新建客户 早早输入的公司');
  release();
  await answers(early).filter({ hasText: '早早输入的公司' }).last().waitFor();
  await early.close();
});
