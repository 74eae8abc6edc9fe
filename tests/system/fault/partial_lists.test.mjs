// F-12: WeCom's lists of departments and members come cut, empty, refused or changed in range. Whatever comes, nobody is switched off without
// an administrator's yes, and an administrator is told. WESCRM_FAULT_SYNCS (runs with pages that fail at random) makes it longer.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Installation, until } from '../harness.mjs';
import { assertInvariants, seed } from './ledger.mjs';

const members = 120;
const departments = 12;
const randomRuns = Number(process.env.WESCRM_FAULT_SYNCS ?? 5);
const plan = seed();
const [fine, failed, waits] = [0, 1, 3]; // exit codes of `sync org`
let it;
let count = 0;

before(async () => {
  it = await Installation.create({ demo: false });
  await it.startSimulator();
  await it.startServer();
});
after(() => it?.destroy());

// A fresh company for each misfortune: what an earlier run found weighs in the judgement of the next.
const company = () => it.generate(members, departments, `wwpartial${String(++count).padStart(9, '0')}`);
const sync = async (corp, ...more) => it.tryWescrm('sync', 'org', '--corp-id', corp.corp_id, '--json', ...more);
const active = async (corp) => Number(await it.sql("select count(*) from employee where status = 'active'", await it.tenantOf(corp)));
const told = async (corp) => (await it.sim(`messages?corp=${corp.corp_id}&user=${corp.administrator}&from=app`)).items.filter((line) => /通讯录同步/.test(JSON.stringify(line.content)));

async function assertNobodyLost(corp, code, expected) {
  assert.ok(expected.includes(code), `sync ended with ${code}`);
  assert.equal(await active(corp), members);
  await until('the administrator to be told', async () => (await told(corp)).length > 0);
}

async function assertRecovers(corp) {
  await it.sim('faults', { method: 'DELETE' });
  const { code, stdout } = await sync(corp);
  assert.equal(code, fine, stdout);
  assert.equal(await active(corp), members);
  assert.equal(JSON.parse(stdout).deactivated, 0);
}

for (const [what, fault, expected] of [
  ['every list of members comes cut in half', { kind: 'partial_list', api: 'user/list' }, [failed, waits]],
  ['every list of members is empty', { kind: 'empty_list', api: 'user/list' }, [failed, waits]],
  ['the list of departments comes cut in half', { kind: 'partial_list', api: 'department/list' }, [failed, waits]],
  ['the list of departments is empty', { kind: 'empty_list', api: 'department/list' }, [failed]],
  ['one department is forbidden (60011)', { kind: 'department_forbidden', api: 'user/list', department_id: 5 }, [failed]],
  ['every department is forbidden', { kind: 'department_forbidden', api: 'user/list' }, [failed]],
  ['the lists are nonsense', { kind: 'garbage', api: 'user/list' }, [failed]],
  ['the connection ends', { kind: 'drop', api: 'user/list', ms: 20 }, [failed]],
  ['the application lost its permission (48002)', { kind: 'error', api: 'department/list', errcode: 48002 }, [failed]],
]) {
  test(`F-12 ${what}: nobody is switched off`, { timeout: 60_000 }, async (t) => {
    const corp = await company();
    await it.fault(fault);
    for (let run = 0; run < 2; ++run) {
      const { code, stdout } = await sync(corp);
      await assertNobodyLost(corp, code, expected);
      if (run === 0) t.diagnostic(JSON.parse(stdout).problem || JSON.parse(stdout).held_reason);
    }
    await assertRecovers(corp);
  });
}

test('F-12 a few are missing once: they are still there, so they stay, and nobody need be told', { timeout: 60_000 }, async () => {
  const corp = await company();
  await it.fault({ kind: 'partial_list', api: 'user/list', keep: 1, count: 1 });
  const { code, stdout } = await sync(corp);
  assert.equal(code, fine);
  assert.equal(JSON.parse(stdout).missing, members / departments - 1);
  assert.equal(JSON.parse(stdout).deactivated, 0);
  assert.equal(await active(corp), members);
  await assertRecovers(corp);
});

test('F-12 the visible range shrinks to one department: the rest waits for a yes, and stays when the range comes back', { timeout: 60_000 }, async () => {
  const corp = await company();
  const change = (range) => it.sim(`corps/${corp.corp_id}/apps/${corp.apps[0].agent_id}?events=0`, { method: 'PATCH', body: range });
  await change({ visible_departments: [1] });
  await it.wescrm('sync', 'org', '--corp-id', corp.corp_id);
  await change({ visible_departments: [2], visible_users: [corp.administrator] });
  for (let run = 0; run < 3; ++run) {
    const { code } = await sync(corp);
    await assertNobodyLost(corp, code, [failed, waits]);
    await it.sim('clock', { method: 'PUT', body: { advance_seconds: 900 } });
  }
  await change({ visible_departments: [1], visible_users: [] });
  await assertRecovers(corp);
});

test('F-12 whoever is held leaves with a yes, and only then', { timeout: 60_000 }, async () => {
  const corp = await company();
  await it.fault({ kind: 'empty_list', api: 'user/list' });
  const held = await sync(corp);
  await assertNobodyLost(corp, held.code, [failed, waits]);
  await it.sim('faults', { method: 'DELETE' });
  const people = (await it.sim(`corps/${corp.corp_id}/users?limit=60`)).items.map((person) => person.user_id).filter((user) => user !== corp.administrator);
  const leavers = people.slice(0, 40);
  for (const user of leavers) await it.sim(`corps/${corp.corp_id}/members/${user}?events=0`, { method: 'DELETE' });
  let answer;
  for (let run = 0; run < 3; ++run) {
    answer = await sync(corp);
    assert.equal(answer.code, waits, answer.stdout);
    assert.equal(await active(corp), members);
    await it.sim('clock', { method: 'PUT', body: { advance_seconds: 900 } });
  }
  answer = await sync(corp);
  const accepted = await sync(corp, '--accept-deletions', JSON.parse(answer.stdout).run_id);
  assert.equal(accepted.code, fine, accepted.stdout);
  assert.equal(await active(corp), members - leavers.length);
});

test(`F-12 ${randomRuns} runs with pages that fail at random`, { timeout: (60 + randomRuns * 5) * 1000 }, async (t) => {
  t.diagnostic(`seed ${plan}`);
  const corp = await company();
  const ends = {};
  const kinds = [{ kind: 'error', errcode: -1 }, { kind: 'error', errcode: 60011 }, { kind: 'drop', ms: 10 }, { kind: 'garbage' }, { kind: 'http_status' }, { kind: 'partial_list' }, { kind: 'empty_list' }];
  for (let run = 0; run < randomRuns; ++run) {
    const fault = kinds[(plan + run) % kinds.length];
    const id = await it.fault({ ...fault, api: 'user/list', probability: 0.15, seed: plan + run });
    const { code } = await sync(corp);
    const struck = (await it.sim('faults')).items.find((item) => item.id === id).struck;
    await it.sim('faults', { method: 'DELETE' });
    assert.equal(await active(corp), members, `${fault.kind} in run ${run}`);
    ends[`${fault.kind}${struck ? '' : ' (never)'} → ${code}`] = (ends[`${fault.kind}${struck ? '' : ' (never)'} → ${code}`] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(ends));
  await assertRecovers(corp);
  await assertInvariants(it);
});

// WESCRM_FAULT_LISTS makes it longer: so many runs of each kind in one company, none of which may switch anybody off.
const listRuns = Number(process.env.WESCRM_FAULT_LISTS ?? 3);
for (const [what, fault] of [
  ['empty', { kind: 'empty_list', api: 'user/list' }],
  ['partial', { kind: 'partial_list', api: 'user/list' }],
  ['failing', { kind: 'error', api: 'user/list', errcode: -1 }],
]) {
  test(`F-12 ${listRuns} runs with ${what} lists of members: nobody is switched off`, { timeout: (60 + listRuns * 5) * 1000 }, async () => {
    const corp = await company();
    await it.fault(fault);
    for (let run = 0; run < listRuns; ++run) await assertNobodyLost(corp, (await sync(corp)).code, [failed, waits]);
    await assertRecovers(corp);
  });
}
