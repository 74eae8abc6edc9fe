// Leads on pages in Chromium: the score and why, the conversion with what it would change, taking it back, the recycle bin; and the settings of
// scores and holding caps.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const card = (page, title) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

async function newRecord(page, kind, fields) {
  await page.goto(`${visit.it.server}/app/${kind === '线索' ? 'leads' : 'customers'}`);
  await page.getByRole('link', { name: `新建${kind}` }).click();
  for (const [label, value] of Object.entries(fields)) await dialog(page).getByLabel(label, { exact: false }).first().fill(value);
  await dialog(page).getByRole('button', { name: `新建${kind}` }).click();
  await page.getByText('已新建').waitFor();
}

async function openConversion(page) {
  await page.getByRole('link', { name: '转化', exact: true }).click();
  await dialog(page).getByRole('heading', { name: /转化线索/ }).waitFor();
}

for (const size of Object.keys(widths)) {
  const own = size === 'phone' ? '甲' : '乙';
  const number = size === 'phone' ? '1' : '2';

  test(`${size}: a lead says its score, becomes a customer with an opportunity, and comes back`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const company = `转化${own}科技有限公司`;
    await newRecord(page, '线索', { 线索名称: `王建${own}`, 公司: company, 手机: `1390000008${number}`, 意向产品: '数据看板' });
    const lead = page.url().split('?')[0];
    assert.match(await card(page, '线索评分').innerText(), /45[\s\S]*留有手机[\s\S]*\+20/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(`${lead}?tab=info`);
    assert.match(await page.locator('main').innerText(), /取得方式\s+新建/);
    await page.goto(lead);
    await openConversion(page);
    assert.ok(await dialog(page).getByLabel('新建客户').isChecked());
    assert.equal(await dialog(page).getByLabel('客户名称').inputValue(), company);
    assert.ok(await dialog(page).getByLabel('金额').isHidden(), 'nothing is typed for an opportunity that is not wanted');
    await dialog(page).getByLabel('同时建立商机').check();
    await dialog(page).getByLabel('金额').fill('很多');
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await dialog(page).getByText('没有转化').waitFor();
    assert.ok(await dialog(page).getByLabel('同时建立商机').isChecked(), 'nothing chosen is lost');
    await dialog(page).getByLabel('金额').fill('128000');
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await page.getByRole('heading', { name: company, level: 1 }).waitFor();
    assert.match(await card(page, '来源线索').innerText(), new RegExp(`王建${own}[\\s\\S]*主线索`));
    assert.match(await page.locator('.timeline').innerText(), /商机新建[\s\S]*128,000\.00 元/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(lead);
    await card(page, '已转化').getByRole('link', { name: '撤销转化' }).click();
    await dialog(page).getByRole('button', { name: '撤销转化' }).click();
    await page.getByText('已撤销转化').waitFor();
    assert.equal(await card(page, '已转化').count(), 0);

    await page.goto(`${visit.it.server}/app/recycle-bin`);
    await page.getByRole('button', { name: `恢复 ${company}` }).click();
    await page.getByText(`已恢复「${company}」`).waitFor();
    assert.equal(await page.getByRole('button', { name: `恢复 ${company}` }).count(), 0);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: who may be the customer already is offered, and nothing that he has is overwritten`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '周少华');
    const name = `已有${own}仪器有限公司`;
    await newRecord(page, '客户', { 客户名称: name, 电话: `1390000009${number}`, 客户级别: '重点' });
    await newRecord(page, '线索', { 线索名称: `李敏${own}`, 公司: `${name}分公司`, 手机: `1390000009${number}`, 级别: '普通', 城市: '苏州' });
    await openConversion(page);
    const choice = dialog(page).locator('.target').filter({ hasText: name }).first();
    assert.match(await choice.innerText(), /电话相同[\s\S]*将补充：[\s\S]*城市[\s\S]*苏州[\s\S]*不覆盖：[\s\S]*客户级别[\s\S]*重点/);
    assert.ok(await choice.getByRole('radio').isChecked());
    assert.ok(await noSidewaysScroll(page));
    await dialog(page).getByRole('button', { name: '转化' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.goto(`${page.url().split('?')[0]}?tab=info`);
    assert.match(await page.locator('main').innerText(), /级别\s+重点[\s\S]*城市\s+苏州/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: rules of assignment are written, tried and say on the lead why its owner has it`, { timeout: 120_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/admin/lead-assignment`);
    await page.getByRole('link', { name: '新建规则' }).click();
    await page.getByLabel('规则名称').fill(`官网轮流${own}`);
    await page.getByLabel('来源').fill(`官网${own}`);
    await page.getByLabel('每天从').fill('八点');
    await page.getByLabel('方式').selectOption('weighted');
    await page.getByLabel('同事').first().fill('周少华');
    await page.getByLabel('权重').first().fill('2');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('请写成 18:00 的样子').waitFor();
    assert.equal(await page.getByLabel('同事').first().inputValue(), '周少华', 'nothing typed is lost');
    await page.getByLabel('每天从').fill('');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('之后的新线索按它分配').waitFor();
    assert.match(await page.locator('main table').innerText(), new RegExp(`官网轮流${own}[\\s\\S]*来源：官网${own}[\\s\\S]*按权重：周少华 2`));
    assert.ok(await noSidewaysScroll(page));

    const trial = page.locator('form[method=get][action="/admin/lead-assignment"]');
    await trial.getByLabel('来源').fill(`官网${own}`);
    await trial.getByRole('button', { name: '试算' }).click();
    await page.getByText('会分给 周少华').waitFor();
    assert.match(await page.locator('main').innerText(), new RegExp(`官网轮流${own}[\\s\\S]*由它决定`));

    await page.goto(`${visit.it.server}/app/leads`);
    await page.getByRole('link', { name: '新建线索' }).click();
    await dialog(page).getByLabel('线索名称').fill(`分配${own}`);
    await dialog(page).getByLabel('来源').fill(`官网${own}`);
    await dialog(page).getByLabel('由谁跟进').selectOption('true');
    await dialog(page).getByRole('button', { name: '新建线索' }).click();
    await page.getByText('已新建').waitFor();
    assert.match(await card(page, '为什么由 周少华 负责').innerText(), new RegExp(`分配给他[\\s\\S]*规则「官网轮流${own}」：按权重 2 分配`));
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test(`${size}: the owner of a colleague's customer is asked, agrees, and the conversion goes on`, { timeout: 120_000 }, async () => {
    const seller = await visit.signIn(size, '周少华');
    const owner = await visit.signIn(size, '胡少华');
    const company = `协作${own}仪器有限公司`;
    await newRecord(owner.page, '客户', { 客户名称: company });
    const { page } = seller;
    await newRecord(page, '线索', { 线索名称: `何平${own}`, 公司: `${company}` });
    const lead = page.url().split('?')[0];
    await openConversion(page);
    await dialog(page).getByLabel('申请协作时的说明').fill('采购找到我');
    await dialog(page).getByRole('button', { name: '向 胡少华 申请协作' }).click();
    await page.getByText('已发出协作申请').waitFor();
    await openConversion(page);
    await dialog(page).getByText('已申请协作，等待 胡少华 答复').waitFor();

    await owner.page.goto(`${visit.it.server}/app/requests`);
    assert.match(await owner.page.locator('main').innerText(), new RegExp(`${company}[\\s\\S]*周少华 想加入团队[\\s\\S]*采购找到我`));
    assert.ok(await noSidewaysScroll(owner.page));
    await owner.page.getByRole('button', { name: `同意 周少华 加入 ${company}` }).click();
    await owner.page.getByText('已同意，对方已加入客户团队').waitFor();

    await page.goto(lead);
    await openConversion(page);
    const choice = dialog(page).locator('.target').filter({ hasText: company }).first();
    assert.ok(await choice.getByRole('radio').isChecked());
    await dialog(page).getByRole('button', { name: '转化', exact: true }).click();
    await page.getByRole('heading', { name: company, level: 1 }).waitFor();
    await page.goto(`${visit.it.server}/app/requests?part=mine`);
    assert.match(await page.locator('main').innerText(), /已同意/);
    assert.deepEqual([...seller.complaints, ...owner.complaints], []);
    await page.context().close();
    await owner.page.context().close();
  });

  test(`${size}: what was assigned is declined with a reason and is the giver's again`, { timeout: 120_000 }, async () => {
    const boss = await visit.signIn(size, '王思远');
    await boss.page.goto(`${visit.it.server}/admin/sales-rules`);
    await boss.page.getByLabel('分配后可以不接受').fill('24');
    await boss.page.locator('main').getByRole('button', { name: '保存' }).click();
    await boss.page.getByText('已保存').waitFor();
    await newRecord(boss.page, '线索', { 线索名称: `退还${own}` });
    const lead = boss.page.url().split('?')[0];
    await boss.page.goto(`${lead}/do/transfer`);
    await boss.page.getByLabel('转移给').fill('周少华');
    await boss.page.locator('main').getByRole('button', { name: '转移' }).click();
    await boss.page.waitForURL('**/app/leads/**');

    const { page, complaints } = await visit.signIn(size, '周少华');
    await page.goto(lead);
    assert.match(await card(page, '分配给您，请确认').innerText(), /王思远 分配/);
    await card(page, '分配给您，请确认').getByRole('link', { name: '接受或不接受' }).click();
    await page.getByRole('button', { name: `不接受 退还${own}` }).click();
    await page.getByText('请填写不接受的原因').waitFor();
    await page.getByLabel(`不接受 退还${own} 的原因`).fill('不在我的区域');
    assert.ok(await noSidewaysScroll(page));
    await page.getByRole('button', { name: `不接受 退还${own}` }).click();
    await page.getByText('已退还，分配的人会收到通知').waitFor();
    await boss.page.goto(lead);
    assert.match(await card(boss.page, '为什么由 王思远 负责').innerText(), /不接受分配：不在我的区域/);
    assert.deepEqual([...complaints, ...boss.complaints], []);
    await page.context().close();
    await boss.page.context().close();
  });

  test(`${size}: holding caps and rules of scores are written on pages of their own`, { timeout: 90_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/high-seas/caps`);
    await page.locator('#cap-object').selectOption(size === 'phone' ? 'customer' : 'lead');
    await page.locator('#cap-user').fill('周少华');
    await page.locator('#cap-number').fill('viel');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByText('应为一个整数').waitFor();
    await page.locator('#cap-number').fill('300');
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByText('已保存，立即生效').waitFor();
    assert.match(await page.locator('main table').innerText(), /周少华[\s\S]*个人/);
    assert.ok(await noSidewaysScroll(page));

    await page.goto(`${visit.it.server}/admin/lead-scores`);
    const fresh = page.locator('form[action="/admin/lead-scores/new"]');
    await fresh.getByLabel('规则名称').fill(`看板${own}`);
    await fresh.getByLabel('看什么').selectOption('intended');
    await fresh.getByLabel('条件').selectOption('contains');
    await fresh.getByLabel('分数').fill('5');
    await fresh.getByRole('button', { name: '新建规则' }).click();
    await page.getByText('请填写至少一个词').waitFor();
    await fresh.getByLabel('词或次数').fill('数据看板、报表');
    await fresh.getByRole('button', { name: '新建规则' }).click();
    await page.getByText('线索的分数正在更新').waitFor();
    await page.getByRole('button', { name: `删除规则 看板${own}` }).click();
    await page.getByText('线索的分数正在更新').waitFor();
    assert.equal(await page.getByRole('button', { name: `删除规则 看板${own}` }).count(), 0);
    assert.ok(await noSidewaysScroll(page));
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
