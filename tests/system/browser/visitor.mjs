// Chromium for one test file: an installation of its own, visitors who signed in at the width of WeCom's webview or of a desktop, and what
// their pages complained about.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { Installation } from '../harness.mjs';

export const widths = { phone: { width: 360, height: 780 }, desktop: { width: 1440, height: 900 } };

export const launch = () =>
  chromium.launch({
    executablePath: process.env.WESCRM_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  });

export const dialog = (page) => page.getByRole('dialog');
// The answer to a question before something that is hard to take back.
export const agree = (page, verb) => page.locator('.confirm').getByRole('button', { name: verb, exact: true }).click();
export const noSidewaysScroll = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

// Before the tests of the file: `it`, an installation that runs, and `browser`; both gone after them. `signIn(size, name, context)`: see below.
// `prepare(it)` runs before it starts; `options` are those of Installation.create.
export function visitors({ options = {}, prepare } = {}) {
  const visit = { it: undefined, browser: undefined, signIn: (size, name, context) => signIn(visit, size, name, context) };
  before(async () => {
    visit.it = await Installation.create(options);
    await prepare?.(visit.it);
    await visit.it.start();
    visit.browser = await launch();
  });
  after(async () => {
    await visit.browser?.close();
    await visit.it?.destroy();
  });
  return visit;
}

// A page of somebody who signed in by WeCom; `complaints` collects its errors and every request that goes elsewhere.
async function signIn({ it, browser }, size, name, context = {}) {
  const visitor = await browser.newContext({ viewport: widths[size], locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...context });
  const page = await visitor.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${it.server}/app/`);
  await page.getByText('用企业微信登录').click();
  await page.locator(`a:has-text("${name}")`).first().click();
  await page.waitForURL('**/app/');
  const complaints = [];
  page.on('pageerror', (problem) => complaints.push(String(problem)));
  page.on('request', (sent) => { if (!sent.url().startsWith(it.server)) complaints.push(`a request to ${sent.url()}`); });
  return { page, complaints };
}

/// What a person does with records: fills a new one in, opens an action of 更多, presses the button of its dialog.
export const hands = (visit) => ({
  async make(page, path, title, fields) {
    await page.goto(`${visit.it.server}/app/${path}`);
    for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(value);
    await page.getByRole('button', { name: `新建${title}` }).click();
    await page.getByText('已新建').waitFor();
    return page.url().split('?')[0];
  },
  async open(page, action) {
    await page.locator('summary:has-text("更多")').click();
    await page.getByRole('link', { name: action, exact: true }).click();
    await dialog(page).getByRole('heading', { name: action, exact: true }).waitFor();
    assert.ok(await noSidewaysScroll(page));
  },
  press: (page, action) => dialog(page).getByRole('button', { name: action, exact: true }).click(),
});
