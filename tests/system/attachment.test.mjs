// Files over REST: uploaded as a form or in JSON, listed, given as downloads to who sees the record, refused by their content; check-ins; and
// how somebody wants to be reminded.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Installation, request } from './harness.mjs';

let it;
let seller;
let other;
let customer;

before(async () => {
  it = await Installation.create();
  await it.start();
  const [corp] = await it.corps();
  const keyOf = async (user) => JSON.parse(await it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', user, '--json')).key;
  seller = await keyOf('zhoushaohua');
  other = await keyOf('wuyutong');
  customer = (await ask(seller, 'POST', '/customers', { name: '附件测试有限公司' })).json.id;
});
after(() => it?.destroy());

const authorization = (key) => ({ authorization: `Bearer ${key}` });
const ask = (key, method, path, body, headers = {}) => request(`${it.server}/api/v1${path}`, { method, body, headers: { ...authorization(key), ...headers } });

async function upload(key, name, bytes) {
  const form = new FormData();
  form.set('target_type', 'customer');
  form.set('target_id', customer);
  form.set('file', new Blob([bytes]), name);
  const answer = await fetch(`${it.server}/api/v1/attachments`, { method: 'POST', headers: authorization(key), body: form });
  return { status: answer.status, json: await answer.json() };
}

test('a form with a file is kept, larger than other bodies may be, and given as a download', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3 * 1024 * 1024, 'x')]);
  const made = await upload(seller, '../报价单.exe', bytes);
  assert.equal(made.status, 201, JSON.stringify(made.json));
  assert.equal(made.json.file_name, '报价单.pdf');
  assert.equal(made.json.content_type, 'application/pdf');
  const given = await fetch(`${it.server}/api/v1/attachments/${made.json.id}/content`, { headers: authorization(seller) });
  assert.equal(given.status, 200);
  assert.ok(Buffer.from(await given.arrayBuffer()).equals(bytes));
  assert.match(given.headers.get('content-disposition'), /^attachment; /);
  assert.equal(given.headers.get('x-content-type-options'), 'nosniff');
  for (const [key, status] of [[other, 404], ['wrong', 401]])
    assert.equal((await fetch(`${it.server}/api/v1/attachments/${made.json.id}/content`, { headers: authorization(key) })).status, status);
  assert.equal((await ask(other, 'GET', `/attachments/${made.json.id}`)).status, 404);
  const list = (await ask(seller, 'GET', `/attachments?target_type=customer&target_id=${customer}`)).json;
  assert.deepEqual(list.items.map((item) => item.id), [made.json.id]);
  assert.equal((await ask(seller, 'DELETE', `/attachments/${made.json.id}`)).status, 204);
  assert.equal((await ask(seller, 'GET', `/attachments/${made.json.id}`)).status, 404);
});

test('what is no file of a kind that is kept is refused with the field named', async () => {
  const refused = await upload(seller, 'x.png', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  assert.equal(refused.status, 422);
  assert.equal(refused.json.errors[0].field, 'content');
  const json = await ask(seller, 'POST', '/attachments', { target_type: 'customer', target_id: customer, file_name: 'a.txt', content: '***' });
  assert.equal(json.status, 422);
  const hidden = await upload(other, 'a.txt', 'text');
  assert.equal(hidden.json.errors[0].field, 'target_id');
});

test('a check-in is a follow-up with a place', async () => {
  const visit = await ask(seller, 'POST', '/followups/check-in', { target_type: 'customer', target_id: customer, latitude: 31.23, longitude: 121.47, address: '人民大道' });
  assert.equal(visit.status, 201, visit.text);
  assert.equal(visit.json.content, '签到：人民大道');
  assert.equal(visit.json.method, 'visit');
});

test('everybody sets his own reminders, whoever may change the company those of all', async () => {
  const before = (await ask(seller, 'GET', '/me/reminders')).json;
  assert.equal(before.company_digest_at, '08:30');
  assert.equal((await ask(seller, 'PATCH', '/me/reminders', { digest_at: '07:45' })).status, 428);
  const changed = await ask(seller, 'PATCH', '/me/reminders', { digest_at: '07:45', lead_reminders: false }, { 'if-match': `"${before.version}"` });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(changed.json.lead_reminders, false);
  const stale = await ask(seller, 'PATCH', '/me/reminders', { digest_at: '07:00' }, { 'if-match': `"${before.version}"` });
  assert.equal(stale.status, 412);
  const wrong = await ask(seller, 'PATCH', '/me/reminders', { digest_at: '7' }, { 'if-match': `"${changed.json.version}"` });
  assert.equal(wrong.json.errors[0].field, 'digest_at');
  const company = (await ask(seller, 'GET', '/company/reminders')).json;
  assert.equal((await ask(seller, 'PATCH', '/company/reminders', { daily_budget: 5 }, { 'if-match': `"${company.version}"` })).status, 403);
});
