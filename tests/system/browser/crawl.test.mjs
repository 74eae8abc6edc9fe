// Every page that can be reached by links, as an administrator and as a salesperson: it opens, it speaks to people, and at both widths and in
// both themes it is legible, whole and, on the phone, large enough to touch.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { faults, forPrograms, textOf } from './looks.mjs';
import { visitors } from './visitor.mjs';

const visit = visitors();
const administrator = '王思远';

// One of each sort: records, people and pages of a list stand for the others.
const sortOf = (address) => {
  const { pathname, searchParams } = new URL(address, 'http://x');
  const named = [...searchParams].filter(([name]) => !/^(cursor|version|department)$/.test(name));
  const query = named.map(([name, value]) => (/^(tab|scene|part|object|sort)$/.test(name) ? `${name}=${value}` : name)).sort().join('&');
  return pathname.replace(/\/\d+(?=\/|$)/g, '/1').replace(/(?<=^\/admin\/employees\/)[^/]+/, 'somebody') + (query && `?${query}`);
};
const leavesIt = /^\/(?:logout|static|vendor|logo|api)\b|\/bulk\?|\/(?:file|failed)$|^\/app\/import-templates\/|^\/app\/files\/|^\/files\//;

// What links lead to from the home page, one of each sort: {address, status, html}.
async function reached(page) {
  const server = visit.it.server;
  const known = new Set([sortOf('/app/')]);
  const waiting = ['/app/'];
  const pages = [];
  while (waiting.length > 0 && pages.length < 900) {
    const address = waiting.shift();
    const answer = await page.request.get(server + address);
    const isPage = (answer.headers()['content-type'] ?? '').startsWith('text/html');
    const html = isPage ? await answer.text() : '';
    pages.push({ address, status: answer.status(), html });
    for (const [, link] of html.matchAll(/\s(?:href|hx-get)="([^"#]+)"/g)) {
      const url = new URL(link.replaceAll('&amp;', '&'), server + address);
      const next = url.pathname + url.search;
      if (url.origin !== server || leavesIt.test(next) || known.has(sortOf(next))) continue;
      known.add(sortOf(next));
      waiting.push(next);
    }
  }
  return pages;
}

for (const name of [administrator, '陈思远']) {
  test(`${name}: every link leads to a page, and every page speaks to people`, { timeout: 170_000 }, async () => {
    const { page } = await visit.signIn('desktop', name);
    const pages = await reached(page);
    assert.ok(pages.length > 150, `${pages.length}`);
    assert.deepEqual(pages.filter(({ status }) => status >= 400).map(({ address, status }) => `${status} ${address}`), []);
    // Keys of a company's own fields are meant for programs, and shown where they are set.
    const odd = pages.filter(({ address }) => !/^\/admin\/fields/.test(address))
      .flatMap(({ address, html }) => [...new Set(textOf(html).match(forPrograms) ?? [])].map((word) => `${word} on ${address}`));
    assert.deepEqual(odd, []);
  });
}

// Pages of the navigation, and one record of each kind that a list shows first.
async function looked(page) {
  const paths = await page.locator('#nav li a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const records = [];
  for (const path of paths) {
    const html = await (await page.request.get(visit.it.server + path)).text();
    const first = /class="row-link" href="([^"]+)"/.exec(html);
    if (first) records.push(first[1], `${path}/new`.replace('/high-seas/new', '/high-seas'));
  }
  return [...new Set([...paths, ...records])];
}

for (const [size, colorScheme] of [['phone', 'light'], ['phone', 'dark'], ['desktop', 'light'], ['desktop', 'dark']]) {
  test(`${size}, ${colorScheme}: pages are legible, whole and large enough`, { timeout: 280_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, administrator, { colorScheme });
    const paths = await looked(page);
    assert.ok(paths.length > 50, `${paths}`);
    const wrong = [];
    for (const path of paths) {
      await page.goto(visit.it.server + path);
      for (const fault of await faults(page, { fingers: size === 'phone' })) wrong.push(`${path}: ${fault}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(complaints, []);
  });
}
