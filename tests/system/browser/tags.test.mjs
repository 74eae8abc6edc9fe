// Tags in Chromium: the settings with groups, order, disabling and replacing; choosing them for a record, in its form and for several; the list's
// chips and filter.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { until } from '../harness.mjs';
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

for (const size of Object.keys(widths))
  test(`${size}: a tag gets a rule, which is tried, put on by itself and shown as such`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const mark = size === 'phone' ? '丙' : '丁';
    const [group, tag, customer] = [`自动分组${mark}`, `展会来的${mark}`, `规则${mark}科技`];
    await page.goto(`${visit.it.server}/admin/tags`);
    await page.getByLabel('新分组的名称').fill(group);
    await page.getByRole('button', { name: '新建分组' }).click();
    await page.getByRole('heading', { name: `「${group}」的标签` }).waitFor();
    await page.getByLabel('新标签').fill(tag);
    await page.getByRole('button', { name: '加标签' }).click();
    const record = await newCustomer(page, customer);
    await page.goto(`${visit.it.server}/admin/tags`);
    await page.locator('.tag-groups a', { hasText: group }).click();
    await row(page, tag).getByRole('link', { name: `${tag} 的规则` }).click();
    await page.getByRole('heading', { name: `自动标签「${tag}」` }).waitFor();

    await page.getByLabel('条件 1 的字段').selectOption({ label: '未跟进天数' });
    await page.getByRole('button', { name: '试算' }).click();
    await page.getByText('请填写「未跟进天数」的值').or(page.getByText('只能用“至少”或“至多”')).first().waitFor();
    await page.getByLabel('条件 1 的比较').selectOption({ label: '至多' });
    await page.getByLabel('条件 1 的值').fill('3');
    await page.getByLabel('条件 2 的字段').selectOption({ label: '成交状态' });
    await page.getByLabel('条件 2 的值').fill('未成交');
    await page.getByRole('button', { name: '试算' }).click();
    const trial = page.getByRole('status').filter({ hasText: '试算结果' });
    await trial.waitFor();
    assert.match(await trial.innerText(), /未跟进天数至多 3，且成交状态是“未成交”/);
    assert.match(await trial.innerText(), new RegExp(customer));
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('button', { name: '保存规则' }).click();
    await page.getByText('符合条件的记录正在打上标签').waitFor();
    assert.equal(await page.getByLabel('条件 2 的值').inputValue(), '未成交');

    await until('the tag', async () => (await page.goto(record), (await page.locator('.record-tags', { hasText: tag }).count()) > 0));
    const chip = page.locator('.record-tags .tag', { hasText: tag });
    assert.match(await chip.innerText(), /自动/);
    assert.match(await chip.getAttribute('title'), /成交状态是“未成交”/);
    await page.goto(`${record}/do/tag`);
    assert.ok(await page.locator('.tag-choice label', { hasText: tag }).getByRole('checkbox').isDisabled());
    await page.goto(`${visit.it.server}/admin/tags`);
    await page.locator('.tag-groups a', { hasText: group }).click();
    await row(page, tag).getByText('自动').waitFor();
    await row(page, tag).getByRole('link', { name: `${tag} 的规则` }).click();
    await page.getByRole('button', { name: '删除规则' }).click();
    await page.getByText('改由人工维护').waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
