// Tencent's own library on the other side of the callbacks: what it signs and encrypts the server takes, what we encrypt it opens.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import wecom from '@wecom/crypto';
import { Installation, request, root, sql, until } from './harness.mjs';

const { decrypt, encrypt, getSignature } = wecom;
const bin = process.env.WESCRM_TEST_BIN ?? path.join(root, 'build/release/bin');
const installation = { it: undefined };
let corp;
let app;
let count = 0;

before(async () => {
  installation.it = await Installation.create();
  await installation.it.start();
  [corp] = JSON.parse(await readFile(installation.it.orgFile, 'utf8')).corps;
  [app] = corp.apps;
});
after(() => installation.it?.destroy());

const address = (kind) => `${installation.it.server}/wecom/${corp.corp_id}/${kind}`;
const appAddress = () => address(`app/${app.agent_id}`);

// The URL and body of a callback as WeCom sends it, made by the library alone.
function sealed({ token, aes_key: key }, message, { id = corp.corp_id } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = `n${++count}x${process.pid}`;
  const cipher = encrypt(key, message, id);
  const query = new URLSearchParams({ msg_signature: getSignature(token, timestamp, nonce, cipher), timestamp, nonce });
  return { query, cipher };
}

async function deliver(url, keys, message, options) {
  const { query, cipher } = sealed(keys, message, options);
  const body = `<xml><ToUserName><![CDATA[${corp.corp_id}]]></ToUserName><AgentID>${app.agent_id}</AgentID><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`;
  const response = await fetch(`${url}?${query}`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

const cdata = (text) => `<![CDATA[${text}]]>`;
const head = (from) => `<xml><ToUserName>${cdata(corp.corp_id)}</ToUserName><FromUserName>${cdata(from)}</FromUserName>`
  + `<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime>`;

function said(user, content) {
  const id = `${process.pid}${Date.now()}${++count}`;
  return `${head(user)}<MsgType>${cdata('text')}</MsgType><Content>${cdata(content)}</Content><MsgId>${id}</MsgId><AgentID>${app.agent_id}</AgentID></xml>`;
}

// The second lock of the queues opens with this setting.
const count_of = async (condition) => Number(await sql(installation.it.databaseUrl, `set app.queues = 'on'; select count(*) from inbox where ${condition}`));
const handled = (kind) => count_of(`kind = '${kind}' and state = 2`);

test('the URL of each address is verified: the echo comes back decrypted and bare', async () => {
  for (const [url, keys] of [[appAddress(), app], [address('contacts'), corp.contacts], [address('external'), corp.external]]) {
    if (!keys?.token) continue;
    for (const echo of ['1616140317555161061', '你好 <script>', 'x'.repeat(64)]) {
      const { query, cipher } = sealed(keys, echo);
      query.set('echostr', cipher);
      const response = await fetch(`${url}?${query}`);
      assert.equal(response.status, 200, url);
      assert.match(response.headers.get('content-type'), /^text\/plain/);
      assert.equal(await response.text(), echo);
    }
  }
});

test('a message is taken with an empty 200 and answered in the chat', async () => {
  const user = corp.members.find((member) => !member.disabled).user_id;
  assert.deepEqual(await deliver(appAddress(), app, said(user, '帮助')), { status: 200, text: '' });
  await until('the inbox', async () => (await handled('text')) === 1);
  const answers = await until('the answer', async () => {
    const { json } = await request(`${installation.it.simulator}/sim/messages?corp=${corp.corp_id}&user=${user}&from=app`);
    return json.items.length > 0 && json.items;
  });
  assert.match(JSON.stringify(answers), /直接发一句话/);
});

test('messages of every length of padding are taken', async () => {
  const [user] = corp.members.map((member) => member.user_id);
  for (let length = 0; length < 33; ++length) {
    assert.equal((await deliver(appAddress(), app, said(user, `帮助${'。'.repeat(length)}`))).status, 200, `length ${length}`);
  }
  await until('the inbox', async () => (await handled('text')) === 34);
});

test('an event is taken, and a repetition changes nothing', async () => {
  const event = `${head(corp.members[0].user_id)}<MsgType>event</MsgType><Event>${cdata('click')}</Event><EventKey>${cdata('help')}</EventKey>`
    + `<AgentID>${app.agent_id}</AgentID></xml>`;
  for (let i = 0; i < 3; ++i) assert.deepEqual(await deliver(appAddress(), app, event), { status: 200, text: '' });
  await until('the event', async () => (await handled('event.click')) === 1);
  assert.equal(await count_of("kind = 'event.click'"), 1);
});

test('what is signed with other keys or made for another company is refused', async () => {
  const message = said(corp.members[0].user_id, '帮助');
  assert.equal((await deliver(appAddress(), { token: 'WrongToken', aes_key: app.aes_key }, message)).status, 403);
  assert.equal((await deliver(appAddress(), { token: app.token, aes_key: 'x'.repeat(43) }, message)).status, 403);
  assert.equal((await deliver(appAddress(), app, message, { id: 'ww-somebody-else' })).status, 403);
});

test('what our own encryption seals is opened by the library', () => {
  const timestamp = '1409659813';
  const nonce = '1372623149';
  for (const message of ['', 'hello wecom!', '<xml><Content><![CDATA[你好 😀]]></Content></xml>', ...Array.from({ length: 70 }, (_, i) => 'm'.repeat(i + 1))]) {
    const envelope = execFileSync(path.join(bin, 'wecom_seal'), [app.token, app.aes_key, corp.corp_id, timestamp, nonce], { input: message }).toString();
    const part = (name) => envelope.match(new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^\\]<]*)`))[1];
    const cipher = part('Encrypt');
    assert.equal(part('MsgSignature'), getSignature(app.token, timestamp, nonce, cipher));
    assert.equal(part('TimeStamp'), timestamp);
    assert.equal(part('Nonce'), nonce);
    const opened = decrypt(app.aes_key, cipher);
    assert.equal(opened.message, message);
    assert.equal(opened.id, corp.corp_id);
  }
});
