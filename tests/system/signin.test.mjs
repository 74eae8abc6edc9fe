// Signing in against the simulator: the journey of a browser, and the checks of the security list.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Installation, request } from './harness.mjs';
import { PlainBrowser, corp } from './plain_browser.mjs';

let it;
const administrator = 'wangsiyuan';
const salesperson = 'zhoushaohua';

before(async () => {
  it = await Installation.create();
  await it.start();
});
after(() => it?.destroy());

const csrfIn = (page) => /name="_csrf" value="([^"]+)"/.exec(page)[1];

test('a page without a session leads to the sign-in and back', async () => {
  const browser = new PlainBrowser(it);
  const first = await browser.get('/admin/company');
  assert.equal(first.status, 303);
  assert.match(first.location, /^\/login\?to=%2Fadmin%2Fcompany$/);
  const back = await browser.signIn(administrator, '/admin/company');
  assert.equal(back.location, '/admin/company');
  const page = await browser.get('/admin/company');
  assert.equal(page.status, 200);
  assert.match(page.text, /企业设置/);
  assert.match(page.text, /王思远/);
});

test('from the sign-in page of one company the way leads to another, without an error before anything is typed', async () => {
  const browser = new PlainBrowser(it);
  await browser.returnAddress(salesperson);
  const page = await browser.get(`/login/${corp}`);
  const [, other] = /href="([^"]+)">换一个企业/.exec(page.text);
  const asked = await browser.get(other);
  assert.equal(asked.status, 200);
  assert.match(asked.text, /企业 ID/);
  assert.doesNotMatch(asked.text, /class="error"/);
  const unknown = await browser.get('/login?corp=%20wwnobody%20');
  assert.match(unknown.text, /这里没有企业 ID 为 wwnobody 的企业/);
  assert.match(unknown.text, /value="wwnobody"/, 'what was typed stays');
  const nobody = await browser.get('/login/wwnobody');
  assert.equal(nobody.status, 404);
  assert.match(nobody.text, /href="\/login\?choose=1">填写企业 ID/);
});

test('in the webview of WeCom the sign-in is silent', async () => {
  const browser = new PlainBrowser(it, 'Mozilla/5.0 wxwork/4.1.0 MicroMessenger/7.0.1');
  const start = await browser.get(`/login/${corp}?to=%2Fapp%2F`);
  assert.equal(start.status, 303);
  assert.match(start.location, /\/connect\/oauth2\/authorize\?.*scope=snsapi_base.*#wechat_redirect$/);
});

test('A-01 a return without state, with a foreign, used or other browser\'s state begins anew', async () => {
  for (const change of [
    (url) => url.searchParams.delete('state'),
    (url) => url.searchParams.set('state', 'f'.repeat(32)),
  ]) {
    const browser = new PlainBrowser(it);
    const url = new URL(await browser.returnAddress(salesperson));
    change(url);
    const answer = await browser.get(url);
    assert.match(answer.location ?? '', /^\/login\//);
    assert.equal(browser.cookie('wescrm'), undefined);
  }
  const [one, other] = [new PlainBrowser(it), new PlainBrowser(it)];
  const address = await one.returnAddress(salesperson);
  assert.match((await other.get(address)).location ?? '', /^\/login\//);
  assert.equal(other.cookie('wescrm'), undefined);
});

test('A-02 the same return address twice is one session, and both end on the page', async () => {
  const browser = new PlainBrowser(it);
  const address = await browser.returnAddress(salesperson);
  const first = await browser.get(address);
  const session = browser.cookie('wescrm');
  const second = await browser.get(address);
  assert.deepEqual([first.location, second.location], ['/app/', '/app/']);
  assert.equal(browser.cookie('wescrm'), session);
});

test('A-03 a target that is not ours becomes the start page', async () => {
  for (const target of ['//evil.example', 'https://evil.example', '/\\evil', 'javascript:alert(1)', '/app/../admin/company', '/app/\r\nSet-Cookie: a=b']) {
    const browser = new PlainBrowser(it);
    assert.equal((await browser.signIn(salesperson, target)).location, '/app/', target);
  }
});

test('A-04 a session of before the sign-in is not the session after it', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(salesperson);
  const former = browser.cookie('wescrm');
  browser.cookies.get(new URL(it.server).host).delete('wescrm');
  const address = await browser.returnAddress(salesperson);
  browser.cookies.get(new URL(it.server).host).set('wescrm', '1.fixed-by-somebody-else');
  await browser.get(address);
  assert.notEqual(browser.cookie('wescrm'), '1.fixed-by-somebody-else');
  assert.notEqual(browser.cookie('wescrm'), former);
});

test('A-05 an altered, truncated or invented cookie opens nothing', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(salesperson);
  const good = browser.cookie('wescrm');
  const [tenant, secret] = good.split('.');
  for (const bad of [`${tenant}.${secret.slice(0, -1)}`, `${tenant}.${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
    `${BigInt(tenant) + 1n}.${secret}`, `${tenant}.`, '', 'x'.repeat(5000), `${tenant}.${'0'.repeat(43)}`]) {
    const answer = await request(`${it.server}/app/`, { headers: { cookie: `wescrm=${bad}` } }).catch(() => undefined);
    assert.ok(!answer || !/退出/.test(answer.text), bad);
  }
  assert.equal((await browser.get('/app/')).status, 200);
});

test('A-06 signing out and being disabled end the session', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn('wuyutong');
  const page = await browser.get('/app/');
  const before = browser.cookie('wescrm');
  assert.equal((await browser.post('/logout', { _csrf: csrfIn(page.text) })).status, 200);
  const again = await fetch(`${it.server}/app/`, { redirect: 'manual', headers: { cookie: `wescrm=${before}` } });
  assert.equal(again.status, 303);

  await browser.signIn('wuyutong');
  const key = JSON.parse(await it.wescrm('apikey', 'create', '--corp-id', corp, '--user-id', administrator, '--json')).key;
  const disabled = await request(`${it.server}/api/v1/employees/wuyutong/disable`, { method: 'POST', body: {}, headers: { authorization: `Bearer ${key}` } });
  assert.equal(disabled.status, 200, disabled.text);
  assert.equal((await browser.get('/app/')).status, 303);
});

test('A-07 a change that does not come from our page is refused', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(administrator);
  const page = await browser.get('/admin/company');
  const form = { _csrf: csrfIn(page.text), name: '星河智造科技有限公司', timezone: 'Asia/Shanghai', version: /name="version" value="(\d+)"/.exec(page.text)[1] };
  for (const headers of [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, { origin: 'null' },
    { origin: 'http://sub.127.0.0.1:1' }, { 'sec-fetch-site': 'same-site' }]) {
    assert.equal((await browser.post('/admin/company', form, headers)).status, 403, JSON.stringify(headers));
  }
  assert.equal((await browser.post('/admin/company', { ...form, _csrf: 'wrong' })).status, 403);
  assert.equal((await browser.post('/admin/company', form)).status, 200);
});

test('A-09 and A-10 pages cannot be framed, cached or scripted from outside', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(salesperson);
  const page = await browser.get('/app/');
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.equal(page.headers.get('referrer-policy'), 'same-origin');
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe-inline/);
  assert.doesNotMatch(page.text, / on[a-z]+="|<script>|style="/);
});

test('A-08 no page changes anything by being read', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(administrator, '/app/');
  const tenant = await it.sql(`select id from tenant where corp_id = '${corp}'`);
  const moving = ['session', 'wecom_credential', 'node', 'work_bucket', 'timer', 'inbox', 'outbox'];  // time passes by itself
  const tables = (await it.sql(`select c.table_name from information_schema.columns c join pg_class k on k.relname = c.table_name
    and not k.relispartition where c.table_schema = 'public' and c.column_name = 'tenant_id' order by 1`)).split('\n')
    .filter((table) => !moving.includes(table));
  const digests = async () => (await it.sql(tables.map((table) =>
    `select '${table} ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from ${table} t where t.tenant_id = ${tenant}`)
    .join(' union all '), tenant)).split('\n').sort();
  const seen = new Set();
  const crawl = async () => {
    const waiting = ['/app/', '/admin/company', '/admin/employees'];
    seen.clear();
    while (waiting.length > 0 && seen.size < 300) {
      const path = waiting.pop();
      if (seen.has(path)) continue;
      seen.add(path);
      const page = await browser.get(path);
      assert.ok(page.status < 400, `${path} answered ${page.status}`);
      for (const [, href] of page.text.matchAll(/(?:href|hx-get)="(\/(?:app|admin)\/[^"#]*)"/g)) waiting.push(href.replaceAll('&amp;', '&'));
    }
  };
  await crawl();
  const before = await digests();
  await crawl();
  assert.ok(seen.size > 30, `${seen.size} pages`);
  assert.deepEqual(await digests(), before);
});

test('A-11 the JS-SDK signs only pages of this server', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(salesperson, '/app/');
  const sign = (url) => browser.get(`/app/jssdk/sign?url=${encodeURIComponent(url)}`);
  const ours = await sign(`${it.server}/app/#part`);
  assert.equal(ours.status, 200, ours.text);
  assert.match(JSON.parse(ours.text).signature, /^[0-9a-f]{40}$/);
  for (const url of ['https://evil.example.com/app/', `${it.server}.evil.example.com/app/`, `${it.server}@evil.example.com/`, '',
    `${it.server}/app/?${'x'.repeat(3072)}`])
    assert.equal((await sign(url)).status, 422, url.slice(0, 60));
  assert.equal((await new PlainBrowser(it).get(`/app/jssdk/sign?url=${encodeURIComponent(it.server)}`)).status, 401);
});

test('Z-11 administration is closed to a salesperson', async () => {
  const browser = new PlainBrowser(it);
  await browser.signIn(salesperson);
  for (const path of ['/admin/company', '/admin/sync', '/admin/api-keys', '/admin/audit-log'])
    assert.equal((await browser.get(path)).status, 403, path);
  assert.doesNotMatch((await browser.get('/app/')).text, /\/admin\//);
});
