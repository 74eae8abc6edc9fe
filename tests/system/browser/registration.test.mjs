// The way of a new company in Chromium: register, link WeCom step by step against the simulator, synchronise, give a role, sign in as that
// employee at the size of the webview, see only one's own customers; disabled, his page is signed out.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request, until } from '../harness.mjs';
import { agree, visitors } from './visitor.mjs';

const corp = 'wwlinhai0001';
const secret = 'linhai-app-secret-0123456789abcdef0123456789';
const agent = 1000002;
const organisation = {
  corps: [{
    corp_id: corp, name: '林海机械',
    contacts: { secret: 'linhai-contacts-secret-0123456789', token: 'ContactsToken1', aes_key: 'ContactsKeyContactsKeyContactsKeyContactsKe' },
    apps: [{ agent_id: agent, name: 'CRM', secret, token: 'old', aes_key: 'AppKeyAppKeyAppKeyAppKeyAppKeyAppKeyAppKeyA',
      visible: { departments: [1] } }],
    departments: [{ id: 1, name: '林海机械' }, { id: 2, name: '销售部', parent_id: 1 }],
    members: [
      { user_id: 'linhai', name: '林海', departments: [1] },
      { user_id: 'chensiyuan', name: '陈思远', departments: [2] },
      { user_id: 'wuyutong', name: '吴雨桐', departments: [2] },
    ],
  }],
};
const visit = visitors({
  options: { demo: false },
  prepare: (it) => writeFile(it.orgFile, JSON.stringify(organisation)),
});
let admin;

async function open({ width, height, userAgent, cookies = [] }) {
  const context = await visit.browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', userAgent });
  await context.addCookies(cookies);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (problem) => page.complaints.push(String(problem)));
  page.on('request', (sent) => {
    if (![visit.it.server, visit.it.simulator].some((ours) => sent.url().startsWith(ours)) && !/^(data|blob):/.test(sent.url())) page.complaints.push(sent.url());
  });
  return page;
}
const simulate = (path, options) => request(`${visit.it.simulator}/sim/${path}`, options);
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

test('a company registers; wrong fields are named beside the field', async () => {
  admin = await open({ width: 1440, height: 900 });
  await admin.goto(`${visit.it.server}/register`);
  await admin.getByLabel('企业名称').fill('林海机械');
  await admin.getByLabel('您的姓名').fill('林海');
  await admin.getByLabel('手机号').fill('12345');
  await admin.getByRole('button', { name: '注册企业' }).click();
  await admin.getByText('请填写 11 位手机号').waitFor();
  assert.equal(await admin.getByLabel('企业名称').inputValue(), '林海机械', 'what was typed stays');
  await admin.getByLabel('手机号').fill('13800138000');
  await admin.getByRole('button', { name: '注册企业' }).click();
  await admin.getByRole('heading', { name: '注册成功' }).waitFor();
  const link = await admin.locator('#setup-link').textContent();
  assert.match(link, /\/setup\/\d+\.[\w-]+$/);
  await admin.getByRole('link', { name: '连接企业微信' }).click();
  await admin.getByRole('heading', { name: '连接企业微信' }).waitFor();

  const elsewhere = await open({ width: 390, height: 844 });
  await elsewhere.goto(link);
  await elsewhere.getByRole('button', { name: '登录' }).click();
  await elsewhere.getByRole('heading', { name: '连接企业微信' }).waitFor();
  assert.ok(await fits(elsewhere));
  await elsewhere.goto(link);
  await elsewhere.getByRole('button', { name: '登录' }).click();
  await elsewhere.getByRole('heading', { name: '登录链接已失效' }).waitFor();
  await elsewhere.context().close();
  await admin.goto(`${visit.it.server}/admin/signin-log`);
  assert.equal(await admin.getByRole('cell', { name: '开通链接' }).count(), 2);
  await admin.goto(`${visit.it.server}/admin/link`);
});

test('the same person is led to signing in, not to a second company', async () => {
  const page = await open({ width: 390, height: 844 });
  await page.goto(`${visit.it.server}/register`);
  await page.getByLabel('企业名称').fill('另一家');
  await page.getByLabel('您的姓名').fill('林海');
  await page.getByLabel('手机号').fill('138 0013 8000');
  await page.getByRole('button', { name: '注册企业' }).click();
  await page.getByText('这个手机号已经注册过企业').waitFor();
  await page.getByRole('link', { name: '去登录' }).waitFor();
  await page.context().close();
});

const app = () => admin.locator('.link-part').first();
const step = (title) => app().locator('.checks li', { hasText: title });

test('the wizard tests each step, says what WeCom refused and is taken up again', async () => {
  await app().getByLabel('企业 ID').fill(corp);
  await app().getByLabel('应用 AgentId').fill(String(agent));
  await app().getByLabel('Secret').fill('wrong-secret-wrong-secret-wrong');
  await app().getByRole('button', { name: '保存并测试连接' }).click();
  await step('Secret 可用').filter({ hasText: /错误码 \d+/ }).waitFor();
  assert.equal(await app().getByLabel('Secret').inputValue(), '', 'a secret is not shown back');

  await simulate(`corps/${corp}/apps/${agent}`, { method: 'PATCH', body: { trusted_ips: ['203.0.113.9'] } });
  await app().getByLabel('Secret').fill(secret);
  await app().getByRole('button', { name: '保存并测试连接' }).click();
  await step('服务器出口地址可信').filter({ hasText: '127.0.0.1' }).waitFor();
  await simulate(`corps/${corp}/apps/${agent}`, { method: 'PATCH', body: { trusted_ips: [] } });
  await admin.reload();
  await step('服务器出口地址可信').filter({ hasText: '127.0.0.1' }).waitFor();
  await app().getByRole('button', { name: '重新测试连接' }).click();
  await step('可见范围').filter({ hasText: '1 个部门' }).waitFor();
});

test('keys are pasted into WeCom, the address is verified, an event arrives', async () => {
  const value = async (name) => (await app().locator(`.copies dt:text-is("${name}") + dd code`).textContent()).trim();
  assert.equal(await value('URL'), `${visit.it.server}/wecom/${corp}/app/${agent}`);
  await simulate(`corps/${corp}/apps/${agent}`, { method: 'PATCH', body: { token: await value('Token'), aes_key: await value('EncodingAESKey') } });
  await until('the keys to be known', async () => {
    const verified = await simulate(`corps/${corp}/verify`, { method: 'POST', body: { target: `app/${agent}` } });
    await admin.reload();
    return verified.status === 200 && await step('回调地址已验证').evaluate((line) => line.classList.contains('good'));
  });
  assert.equal(await app().locator('.copies dt:text-is("Token")').count(), 0, 'verified keys are shown no more');
  await simulate(`corps/${corp}/apps/${agent}/users/linhai/enter`, { method: 'POST', body: {} });
  await until('the event', async () => {
    await admin.reload();
    return step('收到事件').evaluate((line) => line.classList.contains('good'));
  });
});

test('the administrator names his WeCom account, synchronises and gives a role', async () => {
  await admin.getByLabel('账号（userid）').fill('nobody');
  await admin.getByRole('button', { name: '绑定账号' }).click();
  await admin.getByText(/错误码 60111/).waitFor();
  await admin.getByLabel('账号（userid）').fill('linhai');
  await admin.getByRole('button', { name: '绑定账号' }).click();
  await admin.getByText('已连接企业微信').waitFor();
  await admin.goto(`${visit.it.server}/admin/sync`);
  await admin.getByRole('button', { name: /同步/ }).first().click();
  const tenant = await visit.it.sql(`select id from tenant where corp_id = '${corp}'`);
  const people = async () => Number(await visit.it.sql("select count(*) from employee where status = 'active'", tenant));
  await until('the synchronisation', async () => await people() === 3);

  await admin.goto(`${visit.it.server}/admin/roles`);
  await admin.getByLabel('新角色名称').fill('华东销售');
  await admin.getByRole('button', { name: '新建角色' }).click();
  await admin.getByRole('heading', { name: '华东销售' }).waitFor();
  await admin.locator('select[name="p:customer.view"]').selectOption('self');
  await admin.locator('select[name="p:customer.create"]').selectOption('self');
  await admin.locator('details:has(select[name="f:customer.address"]) > summary').click();
  await admin.locator('select[name="f:customer.address"]').selectOption('hidden');
  await admin.getByRole('button', { name: '保存' }).click();
  await admin.getByText('已保存，立即生效').waitFor();
  assert.equal(await admin.locator('select[name="f:customer.address"]').inputValue(), 'hidden');

  const key = (await visit.it.wescrm('apikey', 'create', '--corp-id', corp, '--user-id', 'linhai', '--name', 'test')).trim().split(/\s+/).at(-1);
  const rest = (path, options = {}) => request(`${visit.it.server}/api/v1${path}`, { ...options, headers: { authorization: `Bearer ${key}` } });
  await admin.goto(`${visit.it.server}/admin/employees?q=chensiyuan`);
  await admin.getByRole('link', { name: '编辑 陈思远' }).click();
  const form = admin.locator('#dialog');
  await form.getByLabel('销售员').uncheck();
  await form.getByLabel('华东销售').check();
  await form.getByRole('button', { name: '保存' }).click();
  await admin.getByText('已保存').waitFor();
  assert.deepEqual((await rest('/employees/chensiyuan')).json.role_names, ['华东销售']);
  for (const [name, owner, mobile] of [['宏达科技', 'chensiyuan', '13900139001'], ['海纳水务', 'wuyutong', '13900139002']]) {
    const made = await rest('/customers', { method: 'POST', body: { name, mobile, owner_user_id: owner, address: '苏州' } });
    assert.equal(made.status, 201, made.text);
  }
});

test('as the employee in the webview: only his own customers; disabled, his page is signed out', async () => {
  const page = await open({
    width: 360, height: 740,
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.0 MicroMessenger/7.0.1',
    cookies: [{ name: 'sim_user', value: 'chensiyuan', url: visit.it.simulator }],
  });
  await page.goto(`${visit.it.server}/app/?corp=${corp}`);
  await page.getByRole('heading', { name: '陈思远，您好' }).waitFor();
  await page.goto(`${visit.it.server}/app/search?q=宏达`);
  await page.getByText('宏达科技').first().waitFor();
  await page.goto(`${visit.it.server}/app/search?q=海纳`);
  await page.getByText('没有找到您能看到的客户').waitFor();
  assert.ok(await fits(page));

  await admin.goto(`${visit.it.server}/admin/roles/view-as?user_id=chensiyuan&q=海纳`);
  await admin.getByText('正在以 陈思远 的身份查看').waitFor();
  const preview = admin.getByRole('table', { name: '他看到的客户' });
  assert.equal(await preview.getByText('宏达科技').count(), 1);
  assert.equal(await preview.getByText('海纳水务').count(), 0);
  await admin.getByText('不可以').first().waitFor();

  const signed = await page.evaluate(async () => (await fetch(`/app/jssdk/sign?kind=agent&url=${encodeURIComponent(location.href)}`)).json());
  assert.match(signed.signature, /^[0-9a-f]{40}$/);
  assert.equal(signed.agentId, String(agent));

  await admin.goto(`${visit.it.server}/admin/employees?q=chensiyuan`);
  await admin.getByRole('button', { name: '停用' }).click();
  await agree(admin, '停用');
  await admin.getByText('该员工已退出所有页面').waitFor();
  await page.goto(`${visit.it.server}/app/`);
  await page.getByRole('heading', { name: '账号已停用' }).waitFor();
  assert.deepEqual(page.complaints, []);
  assert.deepEqual(admin.complaints, []);
});

test('a logo takes the place of the brand on every page and at signing in', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await admin.goto(`${visit.it.server}/admin/company`);
  await admin.getByLabel('选择图片').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
  await admin.getByRole('button', { name: '上传标志' }).click();
  await admin.getByText('请上传 PNG、JPEG、WebP 或 GIF 图片').waitFor();
  await admin.getByLabel('选择图片').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
  await admin.getByRole('button', { name: '上传标志' }).click();
  const shown = await admin.locator('.brand img').getAttribute('src');
  const file = await fetch(`${visit.it.server}${shown}`);
  assert.equal(file.headers.get('content-type'), 'image/png');
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), png);
  await admin.goto(`${visit.it.server}/admin/link`);
  assert.equal(await admin.locator('.brand img').count(), 1);
  const visitor = await open({ width: 360, height: 740 });
  await visitor.goto(`${visit.it.server}/login/${corp}`);
  assert.equal(await visitor.locator('.gate img').getAttribute('src'), shown);

  await admin.goto(`${visit.it.server}/admin/company`);
  await admin.getByLabel(/上传 WW_verify/).setInputFiles({ name: 'WW_verify_7rG3kjVbXHngiald.txt', mimeType: 'text/plain', buffer: Buffer.from('7rG3kjVbXHngiald') });
  await admin.getByRole('button', { name: '上传文件' }).click();
  await admin.getByRole('link', { name: 'WW_verify_7rG3kjVbXHngiald.txt' }).waitFor();
  assert.equal((await request(`${visit.it.server}/WW_verify_7rG3kjVbXHngiald.txt`)).text, '7rG3kjVbXHngiald');
  assert.equal((await request(`${visit.it.server}/WW_verify_other.txt`)).status, 404);
  assert.equal((await request(`${visit.it.server}${shown.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`)).status, 404);
});
