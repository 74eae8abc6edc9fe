// F-02, F-03: PostgreSQL is stopped or restarted under load. WESCRM_FAULT_OUTAGE (seconds), WESCRM_FAULT_RESTARTS and WESCRM_FAULT_RATE
// make it longer and harder.
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation, until } from '../harness.mjs';
import { Cluster } from './cluster.mjs';
import { Ledger, assertInvariants, randomly, seed } from './ledger.mjs';

const outage = Number(process.env.WESCRM_FAULT_OUTAGE ?? 6);
const restarts = Number(process.env.WESCRM_FAULT_RESTARTS ?? 4);
const perSecond = Number(process.env.WESCRM_FAULT_RATE ?? 60);
const plan = seed();
const answerLimit = 4500; // WeCom waits 5 s
const drainedWithin = 60; // seconds after the database is back
let cluster;
let it;
let corp;

before(async () => {
  cluster = await Cluster.create();
  it = await Installation.create({ demo: false, cluster: cluster.maintenanceUrl });
  await it.startSimulator();
  corp = await it.generate(1000, 40);
  await it.startServer();
});
beforeEach(() => it.sim('reset', { method: 'POST' }));
after(async () => {
  await it?.destroy();
  await cluster?.destroy();
});

// No callback was refused or answered late, each has its one effect and its one reply.
async function assertNothingLost(t, ledger, more) {
  await ledger.quiet(drainedWithin);
  const figures = await ledger.check();
  t.diagnostic(JSON.stringify({ ...more, ...figures }));
  assert.equal(figures.refused, 0);
  assert.ok(figures.slowest_ms < answerLimit, `an answer took ${figures.slowest_ms} ms`);
  await assertInvariants(it);
  return figures;
}

test(`F-03 ${outage} s without PostgreSQL under ${perSecond} callbacks/s: none is refused, all are worked off`, { timeout: (outage + 200) * 1000 }, async (t) => {
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  await sleep(1500);
  await cluster.stop('immediate');
  await sleep(outage * 1000);
  const began = performance.now();
  await cluster.start();
  await sleep(2000);
  await ledger.stop();
  await ledger.quiet(drainedWithin);
  const drained = Math.round(performance.now() - began);
  const figures = await assertNothingLost(t, ledger, { outage_seconds: outage, drained_ms: drained });
  assert.equal(figures.repeated, 0); // answered 200 at the first attempt
});

test('F-03 a server that is killed and started while PostgreSQL is away takes callbacks all the same', { timeout: 200_000 }, async (t) => {
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  await sleep(500);
  await cluster.stop('immediate');
  await sleep(1500);
  await it.killServer('SIGKILL');
  await it.startServer({ wait: false });
  const accepted = async () => (await it.sim('stats')).deliveries.accepted ?? 0;
  const before = await accepted();
  await until('callbacks to be taken again', async () => await accepted() > before + perSecond);
  await cluster.start();
  await it.ready();
  await ledger.stop();
  await assertNothingLost(t, ledger, {});
});

test(`F-02 ${restarts} restarts of PostgreSQL in a row under ${perSecond} callbacks/s`, { timeout: (restarts * 12 + 200) * 1000 }, async (t) => {
  t.diagnostic(`seed ${plan}`);
  const random = randomly(plan);
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  for (let restart = 0; restart < restarts; ++restart) {
    await sleep(800 + random() * 2000);
    await cluster.stop('immediate');
    await cluster.start();
  }
  await sleep(1000);
  await ledger.stop();
  await assertNothingLost(t, ledger, { restarts, seed: plan });
});
