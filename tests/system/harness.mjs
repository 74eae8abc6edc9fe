// A whole installation for one test: a database of its own, the simulator and the server on free ports, all gone afterwards.
// Needs WESCRM_TEST_DATABASE_URL (a cluster, see deploy/test) and WESCRM_TEST_BIN (the folder of wescrm and wescrm-sim).
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = process.env.WESCRM_TEST_BIN ?? path.join(root, 'build/release/bin');
let count = 0;

export async function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// Asks `probe` every `pause` milliseconds until it gives something; gives up after `seconds`.
export async function until(what, probe, seconds = 30, pause = 20) {
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  for (;;) {
    const found = await probe().catch(() => undefined);
    if (found) return found;
    if (process.hrtime.bigint() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

export async function request(url, { method = 'GET', body, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  let json;
  try { json = JSON.parse(text); } catch { /* not JSON */ }
  return { status: response.status, headers: response.headers, text, json };
}

// The Set-Cookie headers of an answer. Node 18 as Debian 12 has it knows only the whole, joined by commas.
export function cookiesOf({ headers }) {
  return headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/,\s*(?=[^;,\s]+=)/).filter(Boolean);
}

function urlOf(database, base = process.env.WESCRM_TEST_DATABASE_URL) {
  if (!base) throw new Error('WESCRM_TEST_DATABASE_URL is not set; deploy/test starts a cluster and sets it');
  return base.replace(/^(postgresql:\/\/[^/]*\/)[^?]*/, `$1${database}`);
}

export async function sql(url, statement) {
  const { stdout } = await run('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', statement], { maxBuffer: 256 << 20 });
  return stdout.trim();
}

// A program of ours that does not outlive this process, however that ends.
export function spawnBound(program, args, options = {}) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], options);
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  return child;
}

export class Installation {
  generated = [];

  // options: size (demo company), demo (false: none), environment (for the server), org (file for the simulator instead of the demo's),
  // cluster (URL of the cluster instead of WESCRM_TEST_DATABASE_URL), kept (name of a database that outlives it, made and filled if need be)
  static async create(options = {}) {
    const made = new Installation();
    await made.#prepare(options);
    return made;
  }

  async #prepare({ size = 'small', demo = true, environment = {}, org, cluster, kept } = {}) {
    this.folder = await mkdtemp(path.join(os.tmpdir(), 'wescrm-test-'));
    this.kept = kept;
    this.database = kept ?? `wescrm_s_${process.pid}_${++count}`;
    this.maintenanceUrl = urlOf('postgres', cluster);
    this.databaseUrl = urlOf(this.database, cluster);
    const isThere = kept && (await sql(this.maintenanceUrl, `select 1 from pg_database where datname = '${kept}'`)) === '1';
    if (!isThere) await sql(this.maintenanceUrl, `create database ${this.database}`);
    this.ports = { server: await freePort(), admin: await freePort(), simulator: await freePort() };
    this.server = `http://127.0.0.1:${this.ports.server}`;
    this.admin = `http://127.0.0.1:${this.ports.admin}`;
    this.simulator = `http://127.0.0.1:${this.ports.simulator}`;
    this.environment = {
      ...process.env,
      WESCRM_DATABASE_URL: this.databaseUrl,
      WESCRM_HTTP_LISTEN: `127.0.0.1:${this.ports.server}`,
      WESCRM_HTTP_PUBLIC_URL: this.server,
      WESCRM_HTTP_ADMIN_LISTEN: `127.0.0.1:${this.ports.admin}`,
      WESCRM_WECOM_API_BASE: this.simulator,
      WESCRM_CLOCK_CONTROLLABLE: 'true',
      WESCRM_STATE_FOLDER: path.join(this.folder, 'state'),
      WESCRM_HTTP_CONNECTIONS_PER_ADDRESS: '0',
      WESCRM_HTTP_DRAIN_DELAY_MS: '0',
      ...environment,
    };
    await this.wescrm('migrate');
    this.orgFile = org ?? path.join(this.folder, 'org.json');
    if (demo) await this.wescrm('demo', 'load', '--size', size);
    if (!org && demo) await this.wescrm('demo', 'org-file', '--size', size, '--output', this.orgFile);
    if (!org && !demo) await writeFile(this.orgFile, '{"corps":[]}');
  }

  async wescrm(...args) {
    const { stdout } = await run(path.join(bin, 'wescrm'), args, { env: this.environment, maxBuffer: 64 << 20 });
    return stdout;
  }

  // Ends with its exit code: {code, stdout, stderr}.
  async tryWescrm(...args) {
    return this.wescrm(...args).then((stdout) => ({ code: 0, stdout, stderr: '' }), ({ code, stdout, stderr }) => ({ code, stdout, stderr }));
  }

  #spawn(name, program, args, env = this.environment) {
    const log = createWriteStream(path.join(this.folder, `${name}.log`), { flags: 'a' });
    const child = spawnBound(path.join(bin, program), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    return child;
  }

  async startSimulator(...args) {
    this.simulatorProcess = this.#spawn('simulator', 'wescrm-sim', ['--listen', `127.0.0.1:${this.ports.simulator}`, '--server', this.server,
      '--admin', this.admin, '--org', this.orgFile, ...args]);
    await until('the simulator', async () => (await request(`${this.simulator}/sim/corps`)).status === 200);
  }

  async startServer({ wait = true } = {}) {
    this.serverProcess = this.#spawn('server', 'wescrm', ['serve']);
    if (wait) await this.ready();
    if (wait && this.simulatorProcess) await this.#followClock();
  }

  // A new process begins with the clock of the machine; the simulated WeCom may be ahead of it.
  async #followClock() {
    const { clock } = await this.sim('state');
    if (clock.ahead_ms === 0) return;
    const { now } = await this.sim('clock');
    await request(`${this.admin}/clock`, { method: 'PUT', body: { now } });
  }

  async ready() {
    const isReady = async () => (await request(`${this.admin}/readyz`)).status === 200;
    await until('the server', async () => this.serverProcess.exitCode !== null || isReady());
    if (this.serverProcess.exitCode !== null) throw new Error(`the server ended:\n${(await this.log('server')).slice(-2000)}`);
  }

  // Another process of the server on the same database, with a state folder of its own and the same master key.
  async startSecondServer() {
    const ports = { server: await freePort(), admin: await freePort() };
    const env = {
      ...this.environment,
      WESCRM_HTTP_LISTEN: `127.0.0.1:${ports.server}`,
      WESCRM_HTTP_PUBLIC_URL: `http://127.0.0.1:${ports.server}`,
      WESCRM_HTTP_ADMIN_LISTEN: `127.0.0.1:${ports.admin}`,
      WESCRM_STATE_FOLDER: path.join(this.folder, 'state-2'),
      WESCRM_SECURITY_MASTER_KEY: (await readFile(path.join(this.folder, 'state/master.key'), 'utf8')).trim(),
    };
    this.secondProcess = this.#spawn('server-2', 'wescrm', ['serve'], env);
    const second = { server: `http://127.0.0.1:${ports.server}`, admin: `http://127.0.0.1:${ports.admin}`, process: this.secondProcess };
    await until('the second server', async () => (await request(`${second.admin}/readyz`)).status === 200);
    return second;
  }

  async killServer(signal = 'SIGKILL') {
    if (!this.serverProcess) return;
    this.serverProcess.kill(signal);
    await this.serverProcess.ended;
  }

  async start() {
    await this.startSimulator();
    await this.startServer();
  }

  // Rows as psql prints them. Queues are open, the tables of companies only with `tenant` (an id).
  async sql(statement, tenant) {
    return sql(this.databaseUrl, `set app.queues = 'on'; ${tenant ? `set app.tenant = '${tenant}'; ` : ''}${statement}`);
  }

  async corps() {
    return [...JSON.parse(await readFile(this.orgFile, 'utf8')).corps, ...this.generated];
  }

  // A company of so many people, known to the simulator and to the server; the first of them is its administrator.
  async generate(members, departments, corpId = 'wwsimulated0000001') {
    const corp = await this.sim('org/generate', { method: 'POST', body: { members, departments, corp_id: corpId } });
    corp.users = Array.from({ length: members }, (_, i) => `u${String(i + 1).padStart(6, '0')}`);
    [corp.administrator] = corp.users;
    const [app] = corp.apps;
    await this.wescrm('tenant', 'add', '--corp-id', corpId, '--name', '模拟集团', '--agent-id', String(app.agent_id), '--secret', app.secret,
      '--token', app.token, '--aes-key', app.aes_key, '--admin', corp.administrator);
    await this.wescrm('sync', 'org', '--corp-id', corpId);
    this.generated.push(corp);
    return corp;
  }

  async tenantOf(corp) {
    return this.sql(`select id from tenant where corp_id = '${corp.corp_id}'`);
  }

  // Simulated WeCom: GET, or POST and the like with a body; the answer's JSON.
  async sim(target, { method = 'GET', body } = {}) {
    const answer = await request(`${this.simulator}/sim/${target}`, { method, body });
    if (answer.status >= 300) throw new Error(`${method} /sim/${target}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  // A fault of the simulator's catalogue; gives its id.
  async fault(body) {
    return (await this.sim('faults', { method: 'POST', body })).id;
  }

  // An employee acts in the first app of the company: text, press, menu …
  async act(corp, user, what, body) {
    return this.sim(`corps/${corp.corp_id}/apps/${corp.apps[0].agent_id}/users/${user}/${what}`, { method: 'POST', body });
  }

  // What the app has said to that employee after line `since`, once it is at least `count` lines.
  async answers(corp, user, { since = 0, count = 1, seconds = 20 } = {}) {
    const target = `messages?corp=${corp.corp_id}&user=${user}&from=app&since=${since}&at_least=${count}&wait_ms=1000`;
    return until(`${count} answer(s) to ${user}`, async () => {
      const { items } = await this.sim(target);
      return items.length >= count && items;
    }, seconds);
  }

  async log(name) {
    return readFile(path.join(this.folder, `${name}.log`), 'utf8').catch(() => '');
  }

  async destroy() {
    await this.killServer();
    for (const child of [this.secondProcess, this.simulatorProcess]) {
      child?.kill('SIGKILL');
      await child?.ended;
    }
    if (!this.kept) await sql(this.maintenanceUrl, `drop database if exists ${this.database} with (force)`);
    if (!process.env.WESCRM_KEEP) await rm(this.folder, { recursive: true, force: true });
  }
}
