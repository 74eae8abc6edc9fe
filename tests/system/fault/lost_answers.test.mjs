// F-07: the answer to a COMMIT is lost on the way from PostgreSQL, the answer to a message on the way from WeCom; F-08 in part: WeCom is slow,
// answers nonsense or refuses. WESCRM_FAULT_CUTS makes it longer, WESCRM_FAULT_SEED repeats a plan.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation, until } from '../harness.mjs';
import { Ledger, assertInvariants, randomly, seed } from './ledger.mjs';
import { DatabaseProxy } from './proxy.mjs';

const cuts = Number(process.env.WESCRM_FAULT_CUTS ?? 20);
const perSecond = Number(process.env.WESCRM_FAULT_RATE ?? 40);
const plan = seed();
let it;
let corp;
let proxy;

before(async () => {
  it = await Installation.create({ demo: false });
  await it.startSimulator();
  corp = await it.generate(300, 20);
  proxy = await DatabaseProxy.create(process.env.WESCRM_TEST_DATABASE_URL);
  it.environment.WESCRM_DATABASE_URL = proxy.through(it.databaseUrl);
  await it.startServer();
});
beforeEach(() => it.sim('reset', { method: 'POST' }));
after(async () => {
  await it?.destroy();
  proxy?.close();
});

async function finish(t, ledger, more = {}) {
  await ledger.stop();
  await ledger.quiet(90);
  // Refused twice in a row for its token, a message is held until a probe succeeds (every 10 minutes).
  if (await ledger.held() > 0) {
    await it.sim('clock', { method: 'PUT', body: { advance_seconds: 660 } });
    await until('what was held to be sent', async () => await ledger.held() === 0);
    await ledger.quiet(90);
  }
  const figures = await ledger.check();
  t.diagnostic(JSON.stringify({ ...more, ...figures }));
  assert.equal(figures.refused, 0);
  await assertInvariants(it);
}

test(`F-07 ${cuts} connections to PostgreSQL are cut during COMMIT, before and after it`, { timeout: (cuts + 150) * 1000 }, async (t) => {
  t.diagnostic(`seed ${plan}`);
  const random = randomly(plan);
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  for (let i = 0; i < cuts; ++i) {
    await sleep(100 + random() * 400);
    proxy.cut(random() < 0.5 ? 'before' : 'after');
    await until('the cut', async () => proxy.pending === 0);
  }
  await finish(t, ledger, { cuts: proxy.cuts, seed: plan });
});

// A misfortune of message/send, again and again; each strikes within the first seconds.
for (const [what, fault] of Object.entries({
  'is done but its answer is lost': { kind: 'lost_response', ms: 200, probability: 0.15, count: 12 },
  'is not done and nothing is answered': { kind: 'drop', ms: 200, probability: 0.15, count: 12 },
  'is answered with 502': { kind: 'http_status', status: 502, probability: 0.15, count: 12 },
  'is answered with nonsense': { kind: 'garbage', probability: 0.1, count: 6 },
  'is refused as busy (-1)': { kind: 'error', errcode: -1, probability: 0.15, count: 12 },
  'is refused for concurrency (45033)': { kind: 'error', errcode: 45033, probability: 0.15, count: 12 },
  'takes two seconds': { kind: 'delay', ms: 2000, probability: 0.15, count: 12 },
  'meets an expired token (42001)': { kind: 'expired_token', count: 5 },
})) {
  test(`F-07, F-08 a message to WeCom ${what}: it arrives once`, { timeout: 120_000 }, async (t) => {
    const ledger = new Ledger(it, corp, { perSecond });
    const id = await it.fault({ ...fault, api: 'message/send', seed: plan });
    await ledger.start();
    await sleep(2500);
    const struck = (await it.sim('faults')).items.find((item) => item.id === id).struck;
    await it.sim('faults', { method: 'DELETE' });
    await finish(t, ledger, { struck });
    assert.ok(struck > 0, 'the fault never struck');
  });
}
