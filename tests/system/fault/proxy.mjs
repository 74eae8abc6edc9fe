// Stands between the server and PostgreSQL and cuts a connection at the moment of a COMMIT: before PostgreSQL has seen it, or after, so that
// the answer is lost.
import net from 'node:net';
import path from 'node:path';

const simpleQuery = 'Q'.charCodeAt(0);

// Whether a message of the client is a COMMIT. Messages: a letter, a length of four bytes, a text that ends with zero.
function isCommit(bytes) {
  if (bytes.length < 6 || bytes[0] !== simpleQuery) return false;
  return /^commit/i.test(bytes.toString('latin1', 5, 12));
}

export class DatabaseProxy {
  cuts = { before: 0, after: 0 };
  #plan = [];
  #server;

  static async create(clusterUrl) {
    const made = new DatabaseProxy();
    const url = new URL(clusterUrl.replace(/^postgresql:/, 'http:').replace('///', '//x/'));
    made.socket = path.join(url.searchParams.get('host'), '.s.PGSQL.5432');
    made.#server = net.createServer((client) => made.#serve(client));
    await new Promise((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    made.port = made.#server.address().port;
    return made;
  }

  // The URL of the same database, through here.
  through(databaseUrl) {
    return databaseUrl.replace(/host=[^&]*/, `host=127.0.0.1&port=${this.port}&sslmode=disable`);
  }

  // The next COMMIT is cut 'before' or 'after' PostgreSQL sees it.
  cut(when) {
    this.#plan.push(when);
  }

  get pending() {
    return this.#plan.length;
  }

  #serve(client) {
    const database = net.connect(this.socket);
    const end = () => { client.destroy(); database.destroy(); };
    for (const side of [client, database]) side.on('error', end).on('close', end);
    let isMute = false;
    database.on('data', (bytes) => (isMute ? end() : client.write(bytes)));
    client.on('data', (bytes) => {
      const when = this.#plan.length && isCommit(bytes) ? this.#plan.shift() : undefined;
      if (when) ++this.cuts[when];
      if (when === 'before') { end(); return; }
      isMute ||= when === 'after';
      database.write(bytes);
    });
  }

  close() {
    this.#server.close();
  }
}
