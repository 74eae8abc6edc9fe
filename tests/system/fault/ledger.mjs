// What was sent to the server, what it answered, and what became of it: every callback carries a serial number, which its one effect and
// its one reply carry too.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { request, until } from '../harness.mjs';

// The same plan for the same seed.
export function randomly(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function seed() {
  return Number(process.env.WESCRM_FAULT_SEED ?? Math.floor(Math.random() * 1e9));
}

let lastSerial = 0;
const serialIn = (text) => /#L\d+/.exec(text)?.[0];
const add = (counts, key) => key && counts.set(key, (counts.get(key) ?? 0) + 1);

export class Ledger {
  #running;
  #isStopping = false;
  #posts = [];

  constructor(it, corp, { perSecond = 50, texts = ['新建客户 可靠{serial}', '提醒我 后天上午9点 回访{serial}'] } = {}) {
    Object.assign(this, { it, corp, perSecond, texts });
  }

  // Employees write until stop().
  async start() {
    const none = { per_member_minute: 0, per_member_hour: 0, per_account_day: 0, calls_per_minute: 0, calls_per_hour: 0, address_per_minute: 0, address_per_hour: 0 };
    await this.it.sim('limits', { method: 'PUT', body: none });
    this.first = lastSerial + 1;
    this.#running = this.#drive();
  }

  // One after the other, so that nobody reaches the limit of messages to one person too soon.
  async #drive() {
    const began = performance.now();
    const { users } = this.corp;
    for (let sent = 0; !this.#isStopping; await sleep(10)) {
      const due = Math.floor(((performance.now() - began) * this.perSecond) / 1000);
      for (; sent < due; ++sent) {
        const serial = `#L${++lastSerial}`;
        const content = this.texts[lastSerial % this.texts.length].replace('{serial}', serial);
        this.#posts.push(this.it.act(this.corp, users[lastSerial % users.length], 'text', { content, serial }));
      }
    }
    this.lasted = (performance.now() - began) / 1000;
    await Promise.all(this.#posts);
  }

  async stop() {
    this.#isStopping = true;
    await this.#running;
  }

  // Nothing is on its way any more, neither in the simulator nor in the queues. How long that may take goes by how much was sent:
  // the slowest machine that builds the project works off 20 a second.
  async quiet(least = 60) {
    const seconds = least + (lastSerial - this.first) / 20;
    await until('the deliveries to end', async () => (await this.it.sim('stats')).open_deliveries === 0, seconds, 100);
    await until('the spool to be drained', () => this.isDrained(), seconds, 100);
    await until('the queues to be empty', async () => (await this.open()) === 0, seconds, 200).catch(async (problem) => {
      throw new Error(`${problem.message}; still open: ${await this.states()}`);
    });
  }

  async open() {
    return Number(await this.it.sql('select (select count(*) from inbox where state in (0, 1, 3)) + (select count(*) from outbox where state in (0, 1, 3))'));
  }

  async isDrained() {
    const { text } = await request(`${this.it.admin}/metrics`);
    return /^wescrm_spool_records 0$/m.test(text);
  }

  async held() {
    return Number(await this.it.sql('select count(*) from outbox where state = 8'));
  }

  async states() {
    return this.it.sql("select 'inbox ' || kind || ' ' || state || ' ' || coalesce(last_error, '') || ': ' || count(*) from inbox group by kind, state, last_error "
      + "union all select 'outbox ' || kind || ' ' || state || ' ' || coalesce(errmsg, '') || ': ' || count(*) from outbox group by kind, state, errmsg order by 1");
  }

  async #all(list) {
    const found = [];
    for (let since = 0; ;) {
      const { items } = await this.it.sim(`${list}&limit=10000&since=${since}`);
      found.push(...items);
      if (items.length < 10000) return found;
      since = items.at(-1).id;
    }
  }

  // Compares the three sides. Throws with the exceptions; gives the figures.
  async check() {
    const deliveries = (await this.#all(`deliveries?corp=${this.corp.corp_id}&kind=text`)).filter(({ serial }) => serial && Number(serial.slice(2)) >= this.first);
    const replies = new Map();
    for (const line of await this.#all(`messages?corp=${this.corp.corp_id}&from=app`)) add(replies, serialIn(JSON.stringify(line.content)));
    const effects = new Map();
    const rows = await this.it.sql("select name from customer where name like '%#L%' union all select title from task where title like '%#L%'", await this.it.tenantOf(this.corp));
    for (const row of rows.split('\n')) add(effects, serialIn(row));
    const wrong = [];
    const figures = { sent: deliveries.length, accepted: 0, refused: 0, repeated: 0, effects: 0, replies: 0, slowest_ms: 0, per_second: Math.round(deliveries.length / this.lasted) };
    for (const { serial, state, attempts } of deliveries) {
      const isAccepted = state === 'accepted';
      ++figures[isAccepted ? 'accepted' : 'refused'];
      if (attempts.length > 1) ++figures.repeated;
      for (const { status, ms } of attempts) if (status === 200) figures.slowest_ms = Math.max(figures.slowest_ms, Math.round(ms));
      const [effect, reply] = [effects.get(serial) ?? 0, replies.get(serial) ?? 0];
      figures.effects += effect;
      figures.replies += reply;
      if (effect !== reply || effect > 1 || (isAccepted && effect !== 1)) wrong.push(`${serial} ${state}: ${effect} effects, ${reply} replies`);
    }
    if (wrong.length) assert.fail(`${wrong.length} of ${deliveries.length} callbacks went wrong:\n${wrong.slice(0, 20).join('\n')}\n${await this.states()}`);
    assert.ok(figures.accepted > 0);
    return figures;
  }
}

// Queries that must find nothing, after any fault.
const invariants = {
  'inbox rows that nobody works on': "select id from inbox where state = 1 and lease_until < now() - interval '60 seconds'",
  'dead rows': 'select id from inbox where state = 4 union all select id from outbox where state = 4 union all select id from timer where state = 4',
  'two sent messages for one reason': 'select effect_key from outbox where state = 2 group by tenant_id, effect_key having count(*) > 1',
  'two messages of WeCom for one row, or one for two': "select wecom_msgid from outbox where state = 2 and endpoint = 'message/send' and wecom_msgid <> '' group by tenant_id, wecom_msgid having count(*) > 1",
  'customers whose owner is not the last of their history': 'select c.id from customer c where deleted_at is null and owner_id is distinct from (select e.to_id from ownership_event e '
    + "where e.tenant_id = c.tenant_id and e.object = 'customer' and e.object_id = c.id order by e.at desc, e.id desc limit 1)",
  'customers created more or less than once in their history': "select c.id from customer c join ownership_event e on e.tenant_id = c.tenant_id and e.object = 'customer' and e.object_id = c.id "
    + "where e.kind = 'create' group by c.id having count(*) <> 1",
  'customers who wrote no audit entry when created in the chat': "select c.id from customer c where c.name like '%#L%' and (select count(*) from audit_log a where a.tenant_id = c.tenant_id "
    + "and a.object = 'customer' and a.object_id = c.id and a.action = 'customer.create') <> 1",
  'open sessions of people who left': "select s.id from session s join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id where s.ended_at is null and e.status <> 'active' and s.auth_generation >= e.auth_generation",
  'reminders of tasks that are not open': "select t.id from timer t where t.state = 0 and t.ref_kind = 'task' and not exists (select 1 from task k where k.tenant_id = t.tenant_id and k.id = t.ref_id and k.status = 'open')",
  'open tasks to come without their reminder': "select k.id from task k where k.status = 'open' and k.remind_at > now() + interval '1 minute' and k.title like '%#L%' and not exists "
    + "(select 1 from timer t where t.tenant_id = k.tenant_id and t.ref_kind = 'task' and t.ref_id = k.id and t.state = 0)",
  'two customers of one number': 'select no from customer group by tenant_id, no having count(*) > 1',
  'duplicate keys of customers that do not exist': "select d.value from duplicate_key d where d.object = 'customer' and not exists (select 1 from customer c where c.tenant_id = d.tenant_id and c.id = d.object_id)",
  'days of the coming week without a partition': "select d from generate_series(current_date, current_date + 7, interval '1 day') as d where to_regclass('inbox_' || to_char(d, 'YYYYMMDD')) is null",
};

export async function assertInvariants(it) {
  await it.sql('analyze');  // a long run left more than the planner knows of
  for (const corp of await it.corps()) {
    const tenant = await it.tenantOf(corp);
    for (const [what, query] of Object.entries(invariants)) {
      const found = await it.sql(`select count(*), min(x::text) from (${query}) as q (x)`, tenant);
      assert.match(found, /^0\|/, `${corp.corp_id}: ${what}: ${found}`);
    }
  }
}
