// F-09: tokens end while two processes of the server use them, on one database. WESCRM_FAULT_INVALIDATIONS makes it longer.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation, cookiesOf } from '../harness.mjs';
import { Ledger, assertInvariants } from './ledger.mjs';

const invalidations = Number(process.env.WESCRM_FAULT_INVALIDATIONS ?? 8); // 20 an hour are forced at most
const perSecond = 20;
let it;
let corp;
let second;

before(async () => {
  it = await Installation.create({ demo: false });
  await it.startSimulator();
  corp = await it.generate(300, 20);
  await it.startServer();
  second = await it.startSecondServer();
});
after(() => it?.destroy());

const fetched = async () => Object.entries((await it.sim('stats')).calls).filter(([call]) => call.startsWith('gettoken')).reduce((sum, [, count]) => sum + count, 0);

// A person signs in at that process, which asks WeCom who he is.
async function signIn(server, user) {
  const cookies = new Map();
  const get = async (url) => {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const line of cookiesOf(answer)) cookies.set(...line.split(';')[0].split(/=(.*)/).slice(0, 2));
    await answer.arrayBuffer();
    return answer;
  };
  const start = await get(`${server}/login/${corp.corp_id}?to=%2Fapp%2F&go=1`);
  const back = await fetch(`${start.headers.get('location').split('#')[0]}&sim_user=${user}`, { redirect: 'manual' });
  const signedIn = await get(back.headers.get('location'));
  assert.equal(signedIn.headers.get('location'), '/app/');
  assert.ok(cookies.get('wescrm'), 'no session');
}

const people = (from) => Array.from({ length: 4 }, (_, i) => `u${String(from + i).padStart(6, '0')}`);

test(`F-09 ${invalidations} times all tokens end while two processes use them: one fetch each, and nothing is lost`, { timeout: (invalidations * 10 + 120) * 1000 }, async (t) => {
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  await it.fault({ kind: 'delay', api: 'gettoken', ms: 400 });
  const perRound = [];
  for (let round = 0; round < invalidations; ++round) {
    const before = await fetched();
    await it.sim('tokens/invalidate', { method: 'POST' });
    await Promise.all([...people(1 + 8 * round).map((user) => signIn(second.server, user)), ...people(5 + 8 * round).map((user) => signIn(it.server, user))]);
    await sleep(500);
    perRound.push(await fetched() - before);
  }
  await it.sim('faults', { method: 'DELETE' });
  await ledger.stop();
  await ledger.quiet(60);
  const figures = await ledger.check();
  t.diagnostic(JSON.stringify({ invalidations, fetches: perRound, ...figures }));
  assert.deepEqual(perRound, perRound.map(() => 1));
  assert.equal(figures.refused, 0);
  await assertInvariants(it);
});

test('F-09 a process that dies while it fetches a token holds up the other only for its lease', { timeout: 120_000 }, async (t) => {
  const ledger = new Ledger(it, corp, { perSecond });
  const delay = await it.fault({ kind: 'delay', api: 'gettoken', ms: 10_000, count: 1 });
  await it.sim('tokens/invalidate', { method: 'POST' });
  signIn(second.server, people(200)[0]).catch(() => {});
  const isFetching = async () => (await it.sim('faults')).items.some((fault) => fault.id === delay && fault.struck > 0);
  while (!await isFetching()) await sleep(20);
  second.process.kill('SIGKILL');
  await second.process.ended;
  const began = performance.now();
  await ledger.start();
  await sleep(1000);
  await ledger.stop();
  await ledger.quiet(90);
  const figures = await ledger.check();
  t.diagnostic(JSON.stringify({ settled_ms: Math.round(performance.now() - began), ...figures }));
  assert.equal(figures.refused, 0);
  await assertInvariants(it);
});
