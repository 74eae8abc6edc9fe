// @ in follow-ups and comments on the pages: who sees the record is suggested, and whoever is mentioned gets a card in his chat.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { until } from '../harness.mjs';
import { noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const cards = async (user, words) => {
  const [corp] = await visit.it.corps();
  const { items } = await visit.it.sim(`messages?corp=${corp.corp_id}&user=${user}&from=app&limit=10000`);
  return items.filter((one) => JSON.stringify(one).includes(words));
};

for (const size of Object.keys(widths))
  test(`${size}: a follow-up and a comment mention the superior, who gets a card for each`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const [corp] = await visit.it.corps();
    const key = JSON.parse(await visit.it.wescrm('apikey', 'create', '--corp-id', corp.corp_id, '--user-id', 'wangsiyuan', '--json')).key;
    const ask = async (path) => (await fetch(`${visit.it.server}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })).json();
    const { superior_user_id: superior } = await ask('/employees/zhoushaohua');
    const { name } = await ask(`/employees/${superior}`);
    await page.goto(`${visit.it.server}/app/customers/new`);
    await page.locator('[name=name]').fill(`提到同事${size === 'phone' ? '甲' : '乙'}`);
    await page.getByRole('button', { name: '新建客户' }).click();
    await page.getByText('已新建').waitFor();

    const content = page.getByLabel('跟进内容');
    await content.pressSequentially(`报价 ${size} 请看 @${name[0]}`);
    await page.locator('[data-mention-list] [data-person]', { hasText: name }).waitFor();
    assert.ok(await noSidewaysScroll(page));
    await page.locator('[data-mention-list] [data-person]', { hasText: name }).click();
    assert.match(await content.inputValue(), new RegExp(`@${name} $`));
    await page.getByRole('button', { name: '写跟进' }).click();
    await page.getByText('跟进已保存').waitFor();
    assert.match(await page.locator('.timeline').innerText(), new RegExp(`@${name}`));

    await page.locator('details.comment summary').first().click();
    const comment = page.getByLabel('评论内容').first();
    await comment.pressSequentially(`价格 ${size} 可以吗 @${superior.slice(0, 4)}`);
    await page.locator('[data-mention-list] [data-person]', { hasText: name }).waitFor();
    await comment.press('Enter');
    assert.match(await comment.inputValue(), new RegExp(`@${name} $`), 'by the keyboard as well, without sending');
    await page.getByRole('button', { name: '发表' }).first().click();
    await page.getByText('评论已发表').waitFor();

    await until('a card for the follow-up', async () => (await cards(superior, `报价 ${size} 请看`)).length > 0);
    await until('a card for the comment', async () => (await cards(superior, `价格 ${size} 可以吗`)).length > 0);

    const written = (await ask(`/notifications?user_id=${superior}&kind=followup_mentioned`)).items?.length;
    await content.pressSequentially(`@${name[0]}`);
    await page.locator('[data-mention-list] [data-person]', { hasText: name }).click();
    await content.fill('还是不提了');
    await page.getByRole('button', { name: '写跟进' }).click();
    await page.getByText('跟进已保存').waitFor();
    assert.equal((await ask(`/notifications?user_id=${superior}&kind=followup_mentioned`)).items?.length, written, 'who is not named any more is not told');
    assert.deepEqual(complaints, []);
  });
