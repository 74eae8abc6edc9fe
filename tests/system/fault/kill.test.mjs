// F-01: the server is killed at random moments under steady callbacks. WESCRM_FAULT_KILLS and WESCRM_FAULT_RATE make it longer and
// harder, WESCRM_FAULT_SEED repeats a plan.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../harness.mjs';
import { Ledger, assertInvariants, randomly, seed } from './ledger.mjs';

const kills = Number(process.env.WESCRM_FAULT_KILLS ?? 12);
const perSecond = Number(process.env.WESCRM_FAULT_RATE ?? 60);
const plan = seed();
const readyWithin = 2000;
let it;
let corp;

before(async () => {
  it = await Installation.create({ demo: false });
  await it.startSimulator();
  corp = await it.generate(1000, 40);
  await it.startServer();
});
after(() => it?.destroy());

test(`F-01 ${kills} kills under ${perSecond} callbacks/s lose nothing and do nothing twice`, { timeout: (kills * 3 + 240) * 1000 }, async (t) => {
  t.diagnostic(`seed ${plan}`);
  const random = randomly(plan);
  const ledger = new Ledger(it, corp, { perSecond });
  await ledger.start();
  const starts = [];
  for (let kill = 0; kill < kills; ++kill) {
    await sleep(100 + random() * 1400);
    await it.killServer('SIGKILL');
    const began = performance.now();
    await it.startServer();
    starts.push(Math.round(performance.now() - began));
  }
  await ledger.stop();
  await ledger.quiet(120);
  const figures = await ledger.check();
  starts.sort((a, b) => a - b);
  const ready = { p50: starts[starts.length >> 1], max: starts.at(-1) };
  t.diagnostic(JSON.stringify({ seed: plan, kills, ready_ms: ready, ...figures }));
  assert.ok(ready.max < readyWithin, `ready again after ${ready.max} ms`);
  assert.ok(figures.accepted > figures.sent / 2);
  await assertInvariants(it);
});
