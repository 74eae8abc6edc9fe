// How long the pages take in a demo company of some size: opening a customer, the first page of every list and filter, the search.
//   pages.mjs small|medium|large|huge [ROUNDS] [DATABASE]
// Needs what the system tests need (WESCRM_TEST_DATABASE_URL, WESCRM_TEST_BIN). With DATABASE that one is kept and used again; the
// huge company takes a quarter of an hour to load. Prints JSON: milliseconds from the request to the whole page, one after another.
import http from 'node:http';
import { Installation } from '../system/harness.mjs';
import { PlainBrowser, corp } from '../system/plain_browser.mjs';

const [size = 'large', rounds = '100', kept] = process.argv.slice(2);
const lists = ['customers', 'contacts', 'leads', 'opportunities', 'products', 'orders', 'contracts', 'payments', 'payment-plans'];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function fetched(it, browser, target) {
  const url = new URL(target, it.server);
  const cookie = [...browser.cookies.get(url.host)].map(([name, value]) => `${name}=${value}`).join('; ');
  return new Promise((resolve, reject) => {
    http.get(url, { agent, headers: { cookie, 'user-agent': browser.agent } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
    }).on('error', reject);
  });
}

const rounded = (value) => Math.round(value * 10) / 10;

// Targets in turn, each so often; the first few times are not counted.
async function measured(it, browser, targets) {
  const times = [];
  for (let i = -5; i < Number(rounds); ++i) {
    const began = performance.now();
    const page = await fetched(it, browser, targets[Math.abs(i) % targets.length]);
    if (page.status !== 200) throw new Error(`${targets[Math.abs(i) % targets.length]}: ${page.status}`);
    if (i >= 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return { p50: rounded(times[times.length >> 1]), p99: rounded(times[Math.floor(times.length * 0.99)]) };
}

// A salesperson, his leader, who gets 40 people, the head of all sales, an administrator.
async function people(it, tenant) {
  const head = (name) => it.sql(`select e.user_id from employee e join employee_department m on m.tenant_id = e.tenant_id and
    m.employee_id = e.id and m.is_leader join department d on d.tenant_id = m.tenant_id and d.id = m.department_id
    where e.tenant_id = ${tenant} and d.name = '${name}'`, tenant);
  const leader = await head(size === 'small' ? '苏州销售部' : '销售7组');
  // As a superior chosen by hand, which no pull from WeCom changes meanwhile.
  const leaderId = `(select id from employee where tenant_id = ${tenant} and user_id = '${leader}')`;
  const ledBy = `superior_id = ${leaderId}`;
  const sellers = `from employee where tenant_id = ${tenant} and position = '销售代表'`;
  await it.sql(`with missing as (select 40 - count(*) as n from employee where tenant_id = ${tenant} and ${ledBy})
    update employee set ${ledBy}, superior_override_id = ${leaderId} where tenant_id = ${tenant} and (${ledBy} or id in (select id
    ${sellers} and not ${ledBy} order by user_id limit greatest((select n from missing), 0)))`, tenant);
  const salesperson = await it.sql(`select user_id ${sellers} and ${ledBy} order by user_id offset 7 limit 1`, tenant);
  return { salesperson, leader, head_of_sales: await head('销售中心'), administrator: 'wangsiyuan' };
}

// Customers that this person sees, spread over all of them.
async function customers(it, tenant, user) {
  const rows = await it.sql(`select c.id, coalesce(c.short_name, c.name), c.mobile from customer c join employee e on e.tenant_id = c.tenant_id
    and e.id = c.owner_id where c.tenant_id = ${tenant} and e.user_id = '${user}' and c.deleted_at is null order by c.no limit 40`, tenant);
  return rows.split('\n').map((row) => row.split('|')).map(([id, name, mobile]) => ({ id, name, mobile }));
}

async function figuresOf(it, browser, known) {
  const figures = {};
  const add = async (name, targets) => { figures[name] = await measured(it, browser, [targets].flat()); };
  await add('open a customer', known.map(({ id }) => `/app/customers/${id}`));
  for (const list of lists) await add(`list ${list}`, `/app/${list}`);
  await add('customers level', `/app/customers?level=${encodeURIComponent('重点')}`);
  await add('customers by name', '/app/customers?sort=name');
  await add('customers not followed up', '/app/customers?not_followed_days=20');
  await add('customers created in a month', '/app/customers?from=2026-09-01&to=2026-09-30');
  await add('customers with a word', known.map(({ name }) => `/app/customers?q=${encodeURIComponent(name)}`));
  const typed = { pair: known.map(({ name }) => name.slice(2, 4)), city: ['天津', '北京', '无锡', '苏州'], common: ['科技', '有限公司'], single: ['鑫', '王', '司'],
    phone: known.map(({ mobile }) => mobile).filter(Boolean), number: ['KH202606', '0988'], pinyin: ['beiyu', 'hdkj'], nothing: ['不存在的客户', 'zzqx9'] };
  for (const list of ['customers', 'leads', 'contacts', 'opportunities', 'contracts', 'orders', 'payments', 'invoices'])
    await add(`${list} with words typed`, Object.values(typed).flatMap((words) => words.slice(0, 4)).map((word) => `/app/${list}?q=${encodeURIComponent(word)}`));
  for (const scene of ['mine', 'subordinates']) await add(`customers ${scene}`, `/app/customers?scene=${scene}`);
  await add('search short name', known.map(({ name }) => `/app/search?q=${encodeURIComponent(name)}`));
  await add('search phone', known.filter(({ mobile }) => mobile).map(({ mobile }) => `/app/search?q=${mobile}`));
  await add('search end of phone', known.filter(({ mobile }) => mobile).map(({ mobile }) => `/app/search?q=${mobile.slice(-4)}`));
  await add('search initials', ['hdkj', 'xhzz', 'bymy', 'ltdz'].map((word) => `/app/search?q=${word}`));
  await add('search nothing', `/app/search?q=${encodeURIComponent('不存在的客户')}`);
  return figures;
}

// The credentials in a database that is kept must be readable the next time.
const masterKey = process.env.WESCRM_SECURITY_MASTER_KEY ?? Buffer.alloc(32, 'k').toString('base64');
const it = await Installation.create({ size, kept, environment: { WESCRM_SECURITY_MASTER_KEY: masterKey } });
try {
  await it.start();
  const tenant = await it.sql(`select id from tenant where corp_id = '${corp}'`);
  const all = await people(it, tenant);
  const known = await customers(it, tenant, all.salesperson);
  const report = { size, rounds: Number(rounds) };
  for (const [role, user] of Object.entries(all)) {
    const browser = new PlainBrowser(it);
    await browser.signIn(user);
    report[role] = await figuresOf(it, browser, known).catch((error) => ({ failed: error.message }));
  }
  console.log(JSON.stringify(report, null, 1));
} finally {
  agent.destroy();
  await it.destroy();
}
