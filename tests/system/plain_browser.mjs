import assert from 'node:assert/strict';
import { cookiesOf } from './harness.mjs';

export const corp = 'wwdemo0000000000';

// A browser without pages: keeps cookies by host, follows nothing by itself.
export class PlainBrowser {
  constructor(it, agent = 'Mozilla/5.0 test') {
    this.it = it;
    this.agent = agent;
    this.cookies = new Map();
  }

  async get(url, headers = {}) {
    return this.send('GET', url, undefined, headers);
  }

  async post(url, form, headers = {}) {
    return this.send('POST', url, new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded', origin: this.it.server, 'sec-fetch-site': 'same-origin', ...headers,
    });
  }

  async send(method, url, body, headers) {
    const target = new URL(url, this.it.server);
    const jar = this.cookies.get(target.host) ?? new Map();
    this.cookies.set(target.host, jar);
    const response = await fetch(target, {
      method, body, redirect: 'manual',
      headers: { 'user-agent': this.agent, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), ...headers },
    });
    for (const line of cookiesOf(response)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '' || /Max-Age=0/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location'), headers: response.headers, text: await response.text() };
  }

  cookie(name) {
    return this.cookies.get(new URL(this.it.server).host)?.get(name);
  }

  // Up to the return address with its code, which is not opened yet.
  async returnAddress(user, target = '/app/') {
    const start = await this.get(`/login/${corp}?to=${encodeURIComponent(target)}&go=1`);
    assert.equal(start.status, 303);
    const chosen = await this.get(`${start.location.split('#')[0]}&sim_user=${user}`);
    assert.equal(chosen.status, 302);
    return chosen.location;
  }

  async signIn(user, target) {
    const back = await this.get(await this.returnAddress(user, target));
    assert.equal(back.status, 303, back.text);
    return back;
  }
}
