// A person who works at two customers: added on either page, marked at the further one, taken out again.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

async function customer(page, name) {
  await page.goto(`${visit.it.server}/app/customers/new`);
  await page.locator('[name=name]').fill(name);
  await page.getByRole('button', { name: '新建客户' }).click();
  await page.getByText('已新建').waitFor();
  return page.url().replace(/\?.*/, '');
}

for (const size of Object.keys(widths))
  test(`${size}: somebody is added at a second customer from both sides, and taken out there`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const mark = size === 'phone' ? '甲' : '乙';
    const own = await customer(page, `主要客户${mark}`);
    const further = await customer(page, `另一客户${mark}`);
    await page.goto(`${own}?tab=contacts`);
    await page.getByRole('link', { name: '新增联系人' }).click();
    await dialog(page).locator('[name=name]').fill(`许文涛${mark}`);
    await dialog(page).locator('[name=mobile]').fill(size === 'phone' ? '13700137001' : '13700137002');
    await dialog(page).getByRole('button', { name: '新建联系人' }).click();
    await page.getByText('已新建').waitFor();
    const person = page.url().replace(/\?.*/, '');

    await page.goto(`${further}?tab=contacts`);
    await page.getByRole('link', { name: '添加已有联系人' }).first().click();
    await dialog(page).locator('[name=contact_id]').fill(`许文涛${mark}`);
    await dialog(page).locator('[name=position]').fill('技术顾问');
    await dialog(page).locator('[name=decision_role]').selectOption('influencer');
    await dialog(page).locator('[name=note]').fill('每周二在这边');
    await dialog(page).getByRole('button', { name: '添加已有联系人' }).click();
    await page.getByText('已添加联系人').waitFor();
    await page.goto(`${further}?tab=contacts`);
    const row = page.locator('tr', { hasText: `许文涛${mark}` });
    const shown = await row.innerText();
    for (const words of ['另任职', '技术顾问', `主要在 主要客户${mark}`, '影响者', '每周二在这边']) assert.ok(shown.includes(words), `${words} in ${shown}`);
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('link', { name: '添加已有联系人' }).first().click();
    await dialog(page).locator('[name=contact_id]').fill('没有这个人');
    await dialog(page).getByRole('button', { name: '添加已有联系人' }).click();
    await dialog(page).getByText('没有找到「没有这个人」').waitFor();

    await page.goto(`${person}?tab=info`);
    const places = page.locator('section', { has: page.getByRole('heading', { name: '另任职于' }) });
    assert.match(await places.innerText(), new RegExp(`另一客户${mark}`));
    await page.goto(`${further}?tab=contacts`);
    await row.getByRole('link', { name: `移除许文涛${mark}` }).click();
    await dialog(page).getByRole('button', { name: '移除另任职的联系人' }).click();
    await page.getByText('已移除联系人').waitFor();
    await page.goto(`${further}?tab=contacts`);
    assert.equal(await row.count(), 0);

    await page.goto(person);
    await page.locator('summary', { hasText: '更多' }).click();
    await page.getByRole('link', { name: '添加另任职客户' }).click();
    await dialog(page).locator('[name=customer_id]').fill(`另一客户${mark}`);
    await dialog(page).getByRole('button', { name: '添加另任职客户' }).click();
    await page.getByText('已添加另任职客户').waitFor();
    await page.goto(`${person}?tab=log`);
    await page.locator('.rows .name', { hasText: '联系人另任职于' }).first().waitFor();
    await page.goto(`${further}?tab=log`);
    await page.locator('.rows .name', { hasText: '添加已有联系人' }).first().waitFor();
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
  });
