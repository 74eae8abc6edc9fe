// WeCom's corp tags in Chromium: a group is mapped, looked at before anything is done, synchronised, renamed at WeCom and told of by an event,
// and a tag that is used here outlives its deletion there.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { until } from '../harness.mjs';
import { noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const row = (page, name) => page.locator('.tag-rows li').filter({ has: page.getByLabel(`${name} 的名称`) });
const corpTags = (page) => page.locator('#corp-tags');
const changes = (page) => page.getByRole('list', { name: '同步的改动' });

async function corp() {
  const { corps } = await visit.it.sim('corps');
  return `corps/${corps[0].corp_id}/tags`;
}

async function there(group) {
  const { groups } = await visit.it.sim(await corp());
  return groups.find(({ name }) => name === group)?.tags ?? [];
}

for (const size of Object.keys(widths))
  test(`${size}: a group of tags is kept in step with WeCom`, { timeout: 180_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const mark = size === 'phone' ? '甲' : '乙';
    const group = `企微阶段${mark}`;
    const [first, second, third] = ['初访', '复访', '成交'].map((name) => name + mark);
    await page.goto(`${visit.it.server}/admin/tags`);
    await page.getByLabel('新分组的名称').fill(group);
    await page.getByRole('button', { name: '新建分组' }).click();
    await page.getByRole('heading', { name: `「${group}」的标签` }).waitFor();
    await page.getByLabel('新标签').fill(`${first}、${second}`);
    await page.getByRole('button', { name: '加标签' }).click();
    await row(page, second).waitFor();
    const address = page.url().replace(/&done=.*/, '');

    await page.getByLabel('同步方式').selectOption({ label: '双向' });
    await page.getByRole('button', { name: '保存同步方式' }).click();
    await page.getByText('已保存').waitFor();
    await page.getByRole('button', { name: '预览同步' }).click();
    await changes(page).getByText(`在企业微信新建标签「${first}」`).waitFor();
    assert.match(await corpTags(page).innerText(), /点「立即同步」会做这些改动/);
    assert.deepEqual(await there(group), []);
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('button', { name: '立即同步' }).click();
    await page.getByText('同步完成').waitFor();
    assert.deepEqual((await there(group)).map(({ name }) => name), [first, second]);
    await row(page, first).getByText('企业微信', { exact: true }).waitFor();

    await page.goto(`${visit.it.server}/app/customers/new`);
    await page.locator('[name=name]').fill(`企微${mark}科技`);
    await page.locator('.tag-choice label', { hasText: first }).click();
    await page.getByRole('button', { name: '新建客户' }).click();
    await page.getByText('已新建').waitFor();

    const tags = await there(group);
    await visit.it.sim(`${await corp()}/${tags[1].id}`, { method: 'PATCH', body: { name: third } });
    await until('the new name', async () => (await page.goto(address), (await row(page, third).count()) === 1));
    await visit.it.sim(`${await corp()}/${tags[0].id}`, { method: 'DELETE' });
    await until('the end of the mapping', async () =>
      (await page.goto(address), (await row(page, first).getByText('企业微信已删除').count()) === 1));
    assert.ok(await noSidewaysScroll(page));
    await row(page, first).getByRole('button', { name: `重新同步 ${first}` }).click();
    await until('the tag at WeCom', async () => (await there(group)).some(({ name }) => name === first));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
