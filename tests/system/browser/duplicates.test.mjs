// The rules of duplicates in Chromium: written, tried, saved and reset by an administrator; and the form that names what may be there already and
// asks why it is another one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const rule = (page, number) => page.locator('fieldset.duplicate-rule').nth(number);

async function newCustomer(page, name) {
  await page.goto(`${visit.it.server}/app/customers`);
  await page.getByRole('link', { name: '新建客户' }).click();
  await dialog(page).getByLabel('客户名称', { exact: false }).first().fill(name);
  await dialog(page).getByRole('button', { name: '新建客户' }).click();
}

for (const size of Object.keys(widths)) {
  const own = size === 'phone' ? '甲' : '乙';

  test(`${size}: a rule that warns is written, tried and met by a form that asks why`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/admin/duplicates`);
    await page.getByRole('heading', { name: '查重规则', level: 1 }).waitFor();
    assert.equal(await rule(page, 0).getByLabel('规则名称').inputValue(), '名称或手机相同');
    assert.ok(await rule(page, 0).getByRole('group', { name: '第 1 组条件' }).getByLabel('名称', { exact: true }).isChecked());
    assert.ok(await noSidewaysScroll(page));

    await page.getByRole('button', { name: '试算' }).click();
    await page.getByText('未保存').waitFor();
    assert.match(await page.locator('section.card', { hasText: '试算结果' }).innerText(), /名称或手机相同\s+\d+ 对/);

    // An empty group is an error of its rule; what was typed stays.
    await rule(page, 1).getByLabel('规则名称').fill('信用代码');
    await page.getByRole('button', { name: '保存客户规则' }).click();
    await page.getByText('请至少设置一组条件').first().waitFor();
    assert.equal(await rule(page, 1).getByLabel('规则名称').inputValue(), '信用代码');
    await rule(page, 1).getByRole('group', { name: '第 1 组条件' }).getByLabel('信用代码').check();
    await rule(page, 1).getByRole('group', { name: '比较范围' }).getByLabel('有负责人的客户').check();
    await rule(page, 0).getByLabel('页面录入').selectOption('warn');
    await page.getByRole('button', { name: '保存客户规则' }).click();
    await page.getByText('已保存，立即生效').waitFor();
    assert.equal(await rule(page, 0).getByLabel('页面录入').inputValue(), 'warn');
    assert.ok(await rule(page, 1).getByRole('group', { name: '第 1 组条件' }).getByLabel('信用代码').isChecked());
    assert.equal(await page.getByRole('navigation', { name: '对象' }).getByRole('link').count(), 3);

    const seller = await visit.signIn(size, '周少华');
    await newCustomer(seller.page, `查重${own}科技有限公司`);
    await seller.page.getByText('已新建').waitFor();
    await newCustomer(seller.page, `查重${own}科技`);
    await dialog(seller.page).getByText('还没有保存').waitFor();
    assert.match(await dialog(seller.page).innerText(), new RegExp(`客户「查重${own}科技有限公司」[\\s\\S]*名称或电话相同`));
    assert.ok(await noSidewaysScroll(seller.page));
    await dialog(seller.page).getByLabel('为什么不是同一个').fill('上海的另一家');
    await dialog(seller.page).getByRole('button', { name: '仍要创建' }).click();
    await seller.page.getByText('已新建').waitFor();
    assert.deepEqual(seller.complaints, []);
    await seller.page.context().close();

    await page.goto(`${visit.it.server}/admin/duplicates?object=customer`);
    await page.getByRole('button', { name: '恢复默认规则' }).click();
    await page.getByText('已恢复为默认规则').waitFor();
    assert.equal(await rule(page, 0).getByLabel('页面录入').inputValue(), 'block');
    await page.goto(`${visit.it.server}/admin/duplicates?object=contact`);
    assert.equal(await rule(page, 0).getByLabel('规则名称').inputValue(), '同一客户下电话相同');
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
