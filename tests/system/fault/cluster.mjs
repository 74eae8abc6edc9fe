// A PostgreSQL cluster of one test's own, which may stop and start it as it likes. deploy/lib.sh makes it.
import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { root, spawnBound, sql, until } from '../harness.mjs';

const run = promisify(execFile);
const binaries = '/usr/lib/postgresql/15/bin';
let count = 0;

async function script(text, ...args) {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `. "$0/deploy/lib.sh"; ${text}`, root, ...args]);
  return stdout.trim();
}

export class Cluster {
  // The server runs; `settings` are lines of postgresql.conf.
  static async create(...settings) {
    const made = new Cluster();
    made.name = `fault-postgres-${process.pid}-${++count}`;
    // Should the test be ended from outside, at least the data goes.
    process.once('exit', () => made.#forget());
    const words = await script('start_cluster "$@" >&2; stop_cluster "$1"; cluster_dir "$1"; echo "$PGURL"', made.name, 'shared_buffers = 128MB', ...settings);
    [made.folder, made.url] = words.split('\n').slice(-2);
    await made.start();
    return made;
  }

  // The URL of its database postgres, as the owner of the databases to come.
  get maintenanceUrl() {
    return this.url.replace('/wescrm?', '/postgres?');
  }

  async start() {
    const data = path.join(this.folder, 'data');
    const user = process.getuid() === 0 ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
    this.process = spawnBound('setpriv', [...user, '--pdeathsig', 'INT', `${binaries}/postgres`, '-D', data], { stdio: 'ignore', cwd: '/' });
    await until('PostgreSQL', () => sql(this.maintenanceUrl, 'select 1'), 30);
  }

  // immediate: as if it had been killed; fast: in order.
  async stop(how = 'immediate') {
    this.process.kill(how === 'immediate' ? 'SIGQUIT' : 'SIGINT');
    await this.process.ended;
  }

  async destroy() {
    if (this.process?.exitCode === null) await this.stop();
  }

  #forget() {
    execFileSync('bash', ['-c', '. "$0/deploy/lib.sh"; remove_cluster "$1"', root, this.name]);
  }
}
