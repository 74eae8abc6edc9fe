// Tags in Chromium: the settings with groups, order, disabling and replacing; choosing them for a record, in its form and for several; the list's
// chips and filter.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const row = (page, name) => page.locator('.tag-rows li').filter({ has: page.getByLabel(`${name} 的名称`) });
const names = async (page) => (await page.locator('.tag-rows .tag-look .tag').allInnerTexts()).map((name) => name.trim());

async function newCustomer(page, name, tags = []) {
  await page.goto(`${visit.it.server}/app/customers/new`);
  await page.locator('[name=name]').fill(name);
  for (const tag of tags) await page.locator('.tag-choice label', { hasText: tag }).click();
  await page.getByRole('button', { name: '新建客户' }).click();
  await page.getByText('已新建').waitFor();
  return page.url().replace(/\?.*/, '');
}

for (const size of Object.keys(widths))
  test(`${size}: groups and tags are made, ordered, used, filtered by and replaced`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const mark = size === 'phone' ? '甲' : '乙';
    const group = `跟进阶段${mark}`;
    const [first, second, third] = ['初访', '复访', '样机'].map((name) => name + mark);
    await page.goto(`${visit.it.server}/admin/tags`);
    await page.getByLabel('新分组的名称').fill(group);
    await page.getByRole('button', { name: '新建分组' }).click();
    await page.getByRole('heading', { name: `「${group}」的标签` }).waitFor();
    await page.getByLabel('新标签').fill(`${first}、${second}、${third}`);
    await page.getByRole('button', { name: '加标签' }).click();
    await row(page, third).waitFor();
    assert.deepEqual(await names(page), [first, second, third]);
    await row(page, third).getByRole('button', { name: `上移 ${third}` }).click();
    await page.waitForFunction((name) => document.querySelectorAll('.tag-rows .tag-look .tag')[1]?.textContent === name, third);
    assert.deepEqual(await names(page), [first, third, second]);

    await page.getByLabel('单选').check();
    await page.getByRole('checkbox', { name: '联系人' }).uncheck();
    await page.getByLabel('绿色').check();
    await page.getByRole('button', { name: '保存分组' }).click();
    await page.getByText('已保存').waitFor();
    assert.match(await page.locator('.tag-groups .current').innerText(), /3 个标签 · 客户、线索、商机 · 单选/);
    assert.ok(await noSidewaysScroll(page));

    const customer = await newCustomer(page, `标签${mark}科技`, [first]);
    assert.match(await page.locator('.record-tags').innerText(), new RegExp(first));
    await page.getByRole('link', { name: '打标签' }).first().click();
    await dialog(page).locator('label', { hasText: second }).click();
    await dialog(page).getByRole('button', { name: '打标签' }).click();
    await page.getByText('标签已更新').waitFor();
    assert.doesNotMatch(await page.locator('.record-tags').innerText(), new RegExp(first));
    assert.match(await page.locator('.record-tags').innerText(), new RegExp(second));
    assert.ok(await noSidewaysScroll(page));

    await page.goto(`${visit.it.server}/app/customers?q=${encodeURIComponent(`标签${mark}`)}`);
    assert.equal(await page.locator('td .tag.ok', { hasText: second }).count(), 1);
    await page.goto(`${visit.it.server}/app/customers?tags=${encodeURIComponent(second)}&tags=${encodeURIComponent(first)}`);
    await page.locator('tr', { hasText: `标签${mark}科技` }).waitFor();
    assert.ok(await page.getByRole('checkbox', { name: second }).isChecked());
    await page.goto(`${visit.it.server}/app/customers?tags=${encodeURIComponent(second)}&tags=${encodeURIComponent(first)}&tags_match=all`);
    await page.getByText('没有符合这些条件的客户').waitFor();

    await page.goto(`${visit.it.server}/admin/tags`);
    await page.locator('.tag-groups a', { hasText: group }).click();
    await row(page, second).getByText('1 条记录').waitFor();
    await row(page, second).getByRole('link', { name: `删除 ${second}` }).click();
    await dialog(page).getByText('还有 1 条记录用着它').waitFor();
    await dialog(page).getByLabel('替换为').selectOption({ label: third });
    await dialog(page).getByRole('button', { name: '替换并删除' }).click();
    await page.getByText('已替换并删除').waitFor();
    assert.deepEqual(await names(page), [first, third]);
    await row(page, first).getByRole('button', { name: `停用 ${first}` }).click();
    await row(page, first).getByText('已停用').waitFor();
    await page.goto(`${customer}/do/tag`);
    assert.equal(await page.locator('.tag-choice label', { hasText: first }).count(), 0);
    assert.ok(await page.locator('.tag-choice label', { hasText: third }).getByRole('radio').isChecked());
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
