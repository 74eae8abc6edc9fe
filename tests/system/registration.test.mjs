// Registering by HTTP: who may, how often, and what a company can do when its time is over. The way of a person is in browser/.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Installation, cookiesOf, request } from './harness.mjs';

let it;
before(async () => {
  it = await Installation.create({ demo: false, environment: { WESCRM_REGISTRATION_PER_MINUTE: '4', WESCRM_REGISTRATION_TRIAL_DAYS: '10' } });
  await it.start();
});
after(async () => { await it?.destroy(); });

async function send(path, fields, headers = {}) {
  const response = await fetch(`${it.server}${path}`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams(fields),
    headers: { origin: it.server, 'sec-fetch-site': 'same-origin', ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const form = (mobile, more = {}) => ({ company: `企业${mobile}`, person: '林海', mobile, ...more });
const advance = (seconds) => request(`${it.admin}/clock`, { method: 'PUT', body: { advance_seconds: seconds } });
const minutePasses = () => advance(60);
let session;

test('a company registers and its administrator is signed in', async () => {
  const made = await send('/register', form('13800138000'));
  assert.equal(made.status, 200, made.text);
  session = cookiesOf(made).find((cookie) => cookie.startsWith('wescrm=')).split(';')[0];
  const page = await fetch(`${it.server}/app/`, { headers: { cookie: session } });
  assert.match(await page.text(), /试用中，还剩 <strong>10 天/);
});

test('a form of a foreign page is refused', async () => {
  const foreign = await send('/register', form('13800138001'), { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  assert.equal(foreign.status, 403);
  assert.equal(await it.sql('select count(*) from tenant'), '1');
});

test('an address that tries too often waits a minute', async () => {
  await minutePasses();
  for (let i = 0; i < 4; ++i) assert.equal((await send('/register', form('1'))).status, 422);
  const late = await send('/register', form('13800138002'));
  assert.equal(late.status, 429);
  await minutePasses();
  assert.equal((await send('/register', form('13800138002'))).status, 200);
});

test('whoever lost his way in gets a new link from the operator, good once', async () => {
  await minutePasses();
  const link = (await it.wescrm('tenant', 'setup-link', '--mobile', '13800138000')).trim();
  const path = new URL(link).pathname;
  assert.equal((await send(path, {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status, 403);
  const entered = await send(path, {});
  assert.equal(entered.status, 303);
  assert.equal(entered.headers.get('location'), '/admin/link');
  assert.equal((await send(path, {})).status, 404);
  assert.equal((await it.tryWescrm('tenant', 'setup-link', '--mobile', '13900139000')).code, 1);
});

test('when the trial is over the pages are read, not written', async () => {
  await advance(10 * 24 * 3600);
  const link = (await it.wescrm('tenant', 'setup-link', '--mobile', '13800138000')).trim();
  // The command line follows the clock of the machine, so the link is made good for the moved one.
  await it.sql("update setup_link set expires_at = expires_at + interval '60 days'", await it.sql("select id from tenant where name = '企业13800138000'"));
  session = cookiesOf(await send(new URL(link).pathname, {})).find((cookie) => cookie.startsWith('wescrm=')).split(';')[0];
  const page = await (await fetch(`${it.server}/admin/company`, { headers: { cookie: session } })).text();
  assert.match(page, /使用期已于/);
  const [, csrf] = page.match(/name="_csrf" value="([^"]+)"/);
  const [, version] = page.match(/name="version" value="(\d+)"/);
  const saved = await send('/admin/company', { _csrf: csrf, version, name: '新名', phone_masking: 'on' }, { cookie: session });
  assert.equal(saved.status, 403, saved.text);
  assert.match(saved.text, /只能查看和导出/);
});

test('where registration is switched off there is no page', async () => {
  const closed = await Installation.create({ demo: false, environment: { WESCRM_REGISTRATION_ENABLED: 'false' } });
  try {
    await closed.start();
    assert.equal((await fetch(`${closed.server}/register`)).status, 404);
    const login = await (await fetch(`${closed.server}/login`)).text();
    assert.doesNotMatch(login, /\/register/);
  } finally { await closed.destroy(); }
});
