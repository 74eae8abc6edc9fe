// Checking in at a customer on its page: inside WeCom's webview, whose script the simulator plays, and what everybody else is told.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();
const inWeCom = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.0 MicroMessenger/7.0.1';

// Signed in as in the webview, where WeCom says who comes.
async function webview(size, name) {
  const context = await visit.browser.newContext({ viewport: widths[size], locale: 'zh-CN', timezoneId: 'Asia/Shanghai', userAgent: inWeCom });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${visit.it.server}/app/`);
  await page.locator(`a:has-text("${name}")`).first().click();
  await page.waitForURL('**/app/');
  const elsewhere = [];
  const complaints = [];
  page.on('pageerror', (problem) => complaints.push(String(problem)));
  page.on('request', (sent) => { if (!sent.url().startsWith(visit.it.server)) elsewhere.push(sent.url()); });
  return { page, elsewhere, complaints };
}

async function openNewCustomer(page, name) {
  await page.goto(`${visit.it.server}/app/customers/new`);
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=address]').fill('苏州工业园区星湖街 328 号');
  await page.getByRole('button', { name: '新建客户' }).click();
  await page.getByText('已新建').waitFor();
}

for (const size of Object.keys(widths))
  test(`${size}: in WeCom the place is asked of WeCom, shown, and kept with the visit`, { timeout: 90_000 }, async () => {
    const { page, elsewhere, complaints } = await webview(size, '周少华');
    await openNewCustomer(page, `签到客户${size === 'phone' ? '甲' : '乙'}`);
    assert.deepEqual(elsewhere, [], 'nothing of WeCom is loaded before somebody wants it');
    await page.getByRole('button', { name: '签到' }).click();
    await page.getByText('已定位：31.23040, 121.47370，误差约 30 米').waitFor();
    assert.equal(await page.getByLabel('签到地点').inputValue(), '苏州工业园区星湖街 328 号', 'the customer\'s own address to begin with');
    assert.ok(await noSidewaysScroll(page));
    await page.getByLabel('签到地点').fill('星湖街 328 号 2 号楼前台');
    await page.getByLabel('下次联系').fill('2031-05-06T10:30');
    await page.getByRole('button', { name: '写跟进' }).click();
    await page.getByText('签到已保存').waitFor();
    assert.match(await page.locator('.timeline').innerText(), /拜访 · 周少华[\s\S]*签到：星湖街 328 号 2 号楼前台[\s\S]*31\.23040, 121\.47370/);
    assert.match(await page.locator('.fact-strip').innerText(), /2031-05-06 10:30/);
    assert.deepEqual(elsewhere, [], 'its script comes from us');

    await page.evaluate(() => sessionStorage.setItem('sim_place', '{"denied":true}'));
    await page.getByRole('button', { name: '签到' }).click();
    await page.getByText('请允许企业微信使用定位后再试，或直接填写地点').waitFor();
    await page.getByText('没有定位，以填写的地点为准').waitFor();
    await page.getByRole('button', { name: '取消签到' }).click();
    await page.evaluate(() => sessionStorage.removeItem('sim_place'));
    await page.getByRole('button', { name: '签到' }).click();
    await page.getByRole('button', { name: '取消签到' }).click();
    await page.getByLabel('跟进内容').fill('电话确认交期');
    await page.getByRole('button', { name: '写跟进' }).click();
    await page.getByText('跟进已保存').waitFor();
    assert.match(await page.locator('.timeline').innerText(), /电话 · 周少华[\s\S]*电话确认交期/, 'an ordinary follow-up when it is called off');
    assert.deepEqual(complaints, []);
  });

test('at a desk the place is typed, and nothing of WeCom is loaded', { timeout: 60_000 }, async () => {
  const { page, complaints } = await visit.signIn('desktop', '周少华');
  await openNewCustomer(page, '不在企业微信里');
  await page.getByRole('button', { name: '签到' }).click();
  await page.getByText('电脑浏览器里请填写您所在的地点').waitFor();
  await page.getByLabel('跟进内容').fill('看了二期现场');
  await page.getByLabel('签到地点').fill('客户二期工地门口');
  await page.getByRole('button', { name: '写跟进' }).click();
  await page.getByText('签到已保存').waitFor();
  const shown = await page.locator('.timeline').innerText();
  assert.match(shown, /拜访 · 周少华[\s\S]*看了二期现场[\s\S]*客户二期工地门口/);
  assert.doesNotMatch(shown, /0\.00000/, 'no place that nobody told');
  assert.deepEqual(complaints, []);
  const answer = await page.request.get(`${visit.it.server}/app/`);
  assert.match(answer.headers()['content-security-policy'], /default-src 'self'/);
  assert.doesNotMatch(answer.headers()['content-security-policy'], /script-src/, 'no page may load a script from elsewhere');
});

test('WeCom\'s script is for whoever is signed in', { timeout: 30_000 }, async () => {
  assert.equal((await fetch(`${visit.it.server}/app/jssdk/script.js`)).status, 401);
});
