// Two companies on one server whose people even have the same userids: nothing of one ever reaches the other.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Installation, request, until } from './harness.mjs';

let it;
let first;
let second;
const user = 'zhoushaohua'; // works in both
const administrator = 'wangsiyuan';

// The demo company once more under another corp id, with secrets and keys of its own.
function twin(corp) {
  const other = structuredClone(corp);
  other.corp_id = 'wwtwin00000000000';
  other.name = '北辰贸易有限公司';
  for (const app of other.apps) Object.assign(app, { agent_id: 1000077, secret: `twin-${app.secret}`, token: 'TwinToken', aes_key: `T${app.aes_key.slice(1)}` });
  for (const credential of [other.contacts, other.external]) {
    if (credential?.secret) Object.assign(credential, { secret: `twin-${credential.secret}`, token: 'TwinToken2', aes_key: `T${credential.aes_key.slice(1)}` });
  }
  return other;
}

before(async () => {
  it = await Installation.create();
  const [corp] = await it.corps();
  [first, second] = [corp, twin(corp)];
  it.orgFile = path.join(it.folder, 'two.json');
  await writeFile(it.orgFile, JSON.stringify({ corps: [first, second] }));
  await it.startSimulator();
  const [app] = second.apps;
  await it.wescrm('tenant', 'add', '--corp-id', second.corp_id, '--name', second.name, '--agent-id', String(app.agent_id), '--secret', app.secret,
    '--token', app.token, '--aes-key', app.aes_key, '--admin', administrator);
  await it.wescrm('sync', 'org', '--corp-id', second.corp_id);
  await it.startServer();
});
after(() => it?.destroy());

const say = (corp, content) => it.act(corp, user, 'text', { content });
const lines = async (corp) => (await it.sim(`messages?corp=${corp.corp_id}&from=app&limit=10000`)).items;
const last = async (corp) => (await lines(corp)).at(-1)?.id ?? 0;

async function ask(corp, content, seconds) {
  const since = await last(corp);
  await say(corp, content);
  return JSON.stringify(await it.answers(corp, user, { since, seconds }));
}

async function keyOf(corp) {
  return JSON.parse(await it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', administrator, '--json')).key;
}

test('the same sentence makes a customer in each company, and neither is a duplicate of the other', async () => {
  for (const corp of [first, second]) assert.match(await ask(corp, '新建客户 双子星科技 电话13900139000'), /已新建客户/);
  for (const corp of [first, second]) {
    const tenant = await it.tenantOf(corp);
    assert.equal(await it.sql("select count(*) from customer where name = '双子星科技'", tenant), '1');
  }
});

test('what one company said is not found in the other', async () => {
  assert.match(await ask(first, '新建客户 只在甲公司'), /已新建客户/);
  assert.match(await ask(second, '查客户 只在甲公司'), /没有找到|没找到|未找到/);
  assert.match(await ask(first, '查客户 只在甲公司'), /只在甲公司/);
});

test('answers arrive only where the question came from', async () => {
  const before = { first: await last(first), second: await last(second) };
  const count = 20;
  for (let i = 0; i < count; ++i) await say(i % 2 ? second : first, `新建客户 交错${i % 2 ? '乙' : '甲'}${i}`);
  const ofFirst = await it.answers(first, user, { since: before.first, count: count / 2 });
  const ofSecond = await it.answers(second, user, { since: before.second, count: count / 2 });
  assert.equal(ofFirst.length, count / 2);
  assert.equal(ofSecond.length, count / 2);
  assert.doesNotMatch(JSON.stringify(ofFirst), /交错乙/);
  assert.doesNotMatch(JSON.stringify(ofSecond), /交错甲/);
});

test('a button that names the other company\'s customer changes nothing', async () => {
  const tenant = await it.tenantOf(first);
  const id = await it.sql("select id from customer where name = '只在甲公司'", tenant);
  const since = await last(second);
  const xml = `<xml><ToUserName><![CDATA[${second.corp_id}]]></ToUserName><FromUserName><![CDATA[${user}]]></FromUserName>`
    + `<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>`
    + `<EventKey><![CDATA[show:customer:${id}]]></EventKey><TaskId><![CDATA[none]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>`
    + `<ResponseCode><![CDATA[none]]></ResponseCode><AgentID>${second.apps[0].agent_id}</AgentID></xml>`;
  const address = `${it.simulator}/sim/corps/${second.corp_id}/apps/${second.apps[0].agent_id}/users/${user}/raw?wait_ms=5000`;
  assert.equal((await fetch(address, { method: 'POST', body: xml })).status, 200);
  await until('the press', async () => Number(await it.sql("select count(*) from inbox where kind = 'event.template_card_event' and state in (0, 1, 3)")) === 0);
  const answers = JSON.stringify((await it.sim(`messages?corp=${second.corp_id}&from=app&since=${since}&wait_ms=500`)).items);
  assert.doesNotMatch(answers, /只在甲公司/);
});

test('a key of one company opens nothing of the other', async () => {
  const [ofFirst, ofSecond] = [await keyOf(first), await keyOf(second)];
  const get = (key, target) => request(`${it.server}/api/v1/${target}`, { headers: { authorization: `Bearer ${key}` } });
  const id = await it.sql("select id from customer where name = '只在甲公司'", await it.tenantOf(first));
  assert.equal((await get(ofFirst, `customers/${id}`)).status, 200);
  assert.equal((await get(ofSecond, `customers/${id}`)).status, 404);
  assert.equal((await get(ofSecond, 'company')).json.name, second.name);
  const found = await get(ofSecond, `customers?q=${encodeURIComponent('只在甲公司')}`);
  assert.deepEqual(found.json.items, []);
});

test('a callback signed with the keys of one company is refused at the address of the other', async () => {
  const kept = second.apps[0];
  const counted = async () => Number(await it.sql(`select count(*) from inbox where tenant_id = ${await it.tenantOf(second)}`));
  const before = await counted();
  const { items } = await it.sim(`deliveries?corp=${first.corp_id}&kind=text&xml=1&limit=1`);
  const { default: wecom } = await import('@wecom/crypto');
  for (const [keys, id] of [[first.apps[0], first.corp_id], [first.apps[0], second.corp_id], [kept, first.corp_id]]) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const cipher = wecom.encrypt(keys.aes_key, items[0].xml, id);
    const query = new URLSearchParams({ msg_signature: wecom.getSignature(keys.token, timestamp, 'n1', cipher), timestamp, nonce: 'n1' });
    const body = `<xml><ToUserName><![CDATA[${second.corp_id}]]></ToUserName><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`;
    const answer = await fetch(`${it.server}/wecom/${second.corp_id}/app/${kept.agent_id}?${query}`, { method: 'POST', body });
    assert.equal(answer.status, 403);
  }
  assert.equal(await counted(), before);
});

test('a company that is switched off is not served, the other goes on', async () => {
  await it.wescrm('tenant', 'disable', second.corp_id);
  const tenant = await it.tenantOf(second);
  const stored = async () => Number(await it.sql(`select count(*) from inbox where tenant_id = ${tenant}`));
  // A message has an id of its own. Two events of one second are the same event, and the second of them is never stored.
  await until('the change to be known', async () => {
    const count = await stored();
    const { delivery } = await it.act(second, user, 'text', { content: '帮助', wait_ms: 5000 });
    return delivery.state === 'accepted' && await stored() === count;
  });
  const open = `(select count(*) from inbox where tenant_id = ${tenant} and state in (0, 1, 3)) + (select count(*) from outbox where tenant_id = ${tenant} and state in (0, 1, 3))`;
  await until('the second company to be at rest', async () => Number(await it.sql(`select ${open}`)) === 0);
  const [since, count] = [await last(second), await stored()];
  const { delivery } = await it.act(second, user, 'text', { content: '新建客户 不该有', wait_ms: 5000 });
  assert.equal(delivery.attempts[0].status, 200);
  assert.match(await ask(first, '帮助'), /直接发一句话/);
  assert.equal(await stored(), count);
  assert.equal(await last(second), since);
  await it.wescrm('tenant', 'enable', second.corp_id);
  await until('the second company again', async () => /直接发一句话/.test(await ask(second, '帮助', 2)));
  assert.equal(await it.sql("select count(*) from customer where name = '不该有'", tenant), '0');
});

test('no message was sent into a company that did not decide it', async () => {
  for (const corp of [first, second]) {
    const tenant = await it.tenantOf(corp);
    const sent = new Set((await it.sql(`select wecom_msgid from outbox where tenant_id = ${tenant} and state = 2`)).split('\n'));
    for (const line of await lines(corp)) assert.ok(sent.has(line.msgid), `${line.msgid} is not in the outbox of ${corp.corp_id}`);
  }
});
