// Pictures and places sent in the chat appear on the customer's page; files are uploaded there, given only to those who see the customer, and
// comments go to and fro between page and card.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { noSidewaysScroll, visitors, widths } from './visitor.mjs';

const customer = '影像测试有限公司';
const visit = visitors();

function crc32(data) {
  let sum = ~0;
  for (const byte of data) {
    sum ^= byte;
    for (let i = 0; i < 8; ++i) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
// A picture of one colour.
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + width * 3, 0x7f);
  row[0] = 0;
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(Buffer.concat(Array(height).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
}

async function chatOf(user) {
  const context = await visit.browser.newContext({ viewport: widths.desktop, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${visit.it.simulator}/?user=${user}`);
  await page.getByLabel('消息', { exact: true }).waitFor();
  return page;
}
async function say(page, text) {
  await page.getByLabel('消息', { exact: true }).fill(text);
  await page.getByRole('button', { name: '发送', exact: true }).click();
}
const answer = (page, words) => page.locator('[data-testid=message][data-from=app]').filter({ hasText: words }).last().waitFor();
async function openCustomer(page) {
  await page.goto(`${visit.it.server}/app/customers?q=${encodeURIComponent(customer)}`);
  await page.getByRole('link', { name: customer }).first().click();
  await page.getByRole('heading', { name: customer, level: 1 }).waitFor();
}

test('a picture and a place of the chat are on the page of the customer', { timeout: 90_000 }, async () => {
  const chat = await chatOf('zhoushaohua');
  await say(chat, `新建客户 ${customer}`);
  await answer(chat, customer);
  await chat.locator('#file').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: png(320, 200) });
  await answer(chat, `放在「${customer}」的文件里`);
  await chat.getByRole('button', { name: '发送位置' }).click();
  await chat.getByRole('dialog', { name: '发送位置' }).getByRole('button', { name: '发送', exact: true }).click();
  await answer(chat, `已在「${customer}」签到`);
  await chat.locator('#file').setInputFiles({ name: '门口.png', mimeType: 'image/png', buffer: png(64, 64) });
  await answer(chat, '刚才的跟进里');

  for (const size of Object.keys(widths)) {
    const { page } = await visit.signIn(size, '周少华');
    await openCustomer(page);
    await page.locator('.timeline').getByText('人民大道 200 号').first().waitFor();
    const pictures = page.locator('.timeline img.thumb');
    await page.waitForFunction(() => document.querySelectorAll('.timeline img.thumb').length === 2);
    for (const picture of await pictures.all()) {
      await picture.scrollIntoViewIfNeeded();
      await picture.evaluate((image) => image.decode());
    }
    assert.deepEqual(await pictures.evaluateAll((images) => images.map((image) => image.naturalWidth).sort()), [320, 64]);
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('link', { name: '文件', exact: true }).click();
    assert.equal(await page.locator('.rows img.thumb').count(), 2);
    assert.ok(await noSidewaysScroll(page));
  }
});

test('a file is uploaded, refused if it is none, and given only to those who see the customer', { timeout: 90_000 }, async () => {
  const { page } = await visit.signIn('desktop', '周少华');
  await openCustomer(page);
  await page.getByRole('link', { name: '文件', exact: true }).click();
  await page.getByLabel('选择文件').setInputFiles({ name: '报价单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
  await page.getByRole('button', { name: '上传' }).click();
  const link = page.getByRole('link', { name: '报价单.pdf' });
  await link.waitFor();
  const address = `${visit.it.server}${await link.getAttribute('href')}`;
  const given = await page.request.get(address);
  assert.equal(given.status(), 200);
  assert.equal((await given.body()).toString(), '%PDF-1.7\n');
  assert.match(given.headers()['content-disposition'], /^attachment; filename="file\.pdf"; filename\*=UTF-8''%E6%8A%A5/);
  assert.equal(given.headers()['x-content-type-options'], 'nosniff');
  assert.equal(given.headers()['set-cookie'], undefined);
  await page.getByLabel('选择文件').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') });
  await page.getByRole('button', { name: '上传' }).click();
  await page.getByRole('alert').getByText('不支持这种文件').waitFor();

  const { page: other } = await visit.signIn('desktop', '胡少华');
  assert.equal((await other.request.get(address)).status(), 404);
  assert.equal((await fetch(address)).status, 401);
});

test('a comment of the page comes as a card, and is answered from it', { timeout: 90_000 }, async () => {
  const chat = await chatOf('zhoushaohua');
  const { page } = await visit.signIn('desktop', '王思远');
  await openCustomer(page);
  const moment = page.locator('.moment').filter({ hasText: '签到' }).first();
  await moment.getByText('评论', { exact: true }).click();
  await moment.getByLabel('评论内容').fill('下次带上技术');
  await moment.getByRole('button', { name: '发表' }).click();
  await page.locator('.comments').getByText('下次带上技术').waitFor();

  await answer(chat, '下次带上技术');
  await chat.getByRole('button', { name: '回复', exact: true }).last().click();
  await answer(chat, '请发送回复的内容');
  await say(chat, '好的，周五带王工去');
  await answer(chat, '已回复');
  await page.reload();
  await page.locator('.comments').getByText('好的，周五带王工去').waitFor();
  assert.match(await page.locator('.comments').innerText(), /周少华 回复 王思远/);
});
