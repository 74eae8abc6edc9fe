// The editor of sales processes in Chromium: who moves, what is required, what happens on entry, colours; and what becomes of it on an
// opportunity and in the kanban.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, hands, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();
const { make } = hands(visit);
const shot = (page, name) => process.env.WESCRM_SHOTS && page.screenshot({ path: `${process.env.WESCRM_SHOTS}/${name}.png`, fullPage: true });
const rules = (page, stage) => page.locator('details.conditions').filter({ has: page.locator('summary', { hasText: stage }) });

async function newProcess(page, name) {
  await page.goto(`${visit.it.server}/admin/processes/new`);
  await page.getByLabel('流程名称').fill(name);
  await page.getByRole('button', { name: '保存流程' }).click();
  await page.getByText('已保存').waitFor();
}

for (const size of Object.keys(widths))
  test(`${size}: the rules of a stage are set, shown on an opportunity and kept`, { timeout: 180_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const name = size === 'phone' ? '甲流程' : '乙流程';
    await newProcess(page, name);
    await page.getByLabel('颜色').nth(1).selectOption('violet');
    const first = rules(page, '初步接洽');
    await first.locator('summary').click();
    await first.getByLabel('来源').check();
    const second = rules(page, '需求确认');
    await second.locator('summary').click();
    await second.getByLabel('人员').fill('周少华');
    await second.getByLabel('限制').selectOption('out');
    await second.getByLabel('任务标题').first().fill('现场演示');
    await second.getByLabel('几天内完成').first().fill('3');
    await second.getByLabel('字段').first().selectOption('competitor');
    await second.getByLabel('填入的内容').first().fill('友商');
    assert.ok(await noSidewaysScroll(page));
    await shot(page, `process-${size}-edit`);
    await page.getByRole('button', { name: '保存流程' }).click();
    await page.getByText('已保存').waitFor();
    await rules(page, '需求确认').locator('summary').click();
    assert.match(await rules(page, '需求确认').getByLabel('人员').inputValue(), /^周少华 \(.+\)$/);
    assert.equal(await rules(page, '需求确认').getByLabel('任务标题').count(), 2, 'an empty line for the next one');
    await page.goto(`${visit.it.server}/admin/processes`);
    assert.match(await page.locator('section.card').first().innerText(), /进行中的商机 \d+ 个/);
    await page.locator('.tag.violet', { hasText: '需求确认' }).first().waitFor();
    await shot(page, `process-${size}-list`);

    const company = `流程${name}科技`;
    await make(page, 'customers/new', '客户', { name: company });
    await page.goto(`${visit.it.server}/app/opportunities/new`);
    await page.locator('[name=customer_id]').fill(company);
    await page.locator('[name=name]').fill(`采购${name}`);
    await page.locator('[name=process_id]').selectOption({ label: name });
    await page.getByRole('button', { name: '新建商机' }).click();
    await page.getByText('已新建').waitFor();
    const opportunity = page.url().split('?')[0];
    assert.match(await page.locator('.stage-bar [aria-current=step]').innerText(), /初步接洽/);
    await page.getByText('本阶段说明').click();
    assert.match(await page.locator('.stage-tips').innerText(), /填写来源/);
    await shot(page, `opportunity-${size}-first`);
    await page.getByRole('link', { name: '推进阶段' }).click();
    await dialog(page).getByRole('button', { name: '推进阶段' }).click();
    await dialog(page).getByText('离开「初步接洽」之前还需要：填写来源').waitFor();
    await page.goto(`${opportunity}/edit`);
    assert.equal(await page.locator('[name=process_id]').count(), 0, 'another process is an action that asks for the stage');
    await page.locator('[name=source]').fill('展会');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForURL(`${opportunity}?**`);
    await page.getByRole('link', { name: '推进阶段' }).click();
    await dialog(page).getByRole('button', { name: '推进阶段' }).click();
    await page.getByText('阶段已更新').waitFor();
    assert.match(await page.locator('.stage-bar .violet.here').innerText(), /需求确认/);
    await page.getByText('本阶段说明').click();
    assert.match(await page.locator('.stage-tips').innerText(), /周少华（移出）[\s\S]*新建任务「现场演示」给负责人，3 天内完成；竞争对手填为「友商」/);
    assert.ok(await noSidewaysScroll(page));
    await shot(page, `opportunity-${size}-second`);
    await page.goto(`${opportunity}?tab=tasks`);
    await page.locator('.row.task .name', { hasText: '现场演示' }).waitFor();
    await page.goto(`${opportunity}?tab=info`);
    await page.locator('.facts dd', { hasText: /^友商$/ }).waitFor();
    assert.ok(await noSidewaysScroll(page));
    await shot(page, `opportunity-${size}-info`);
    await page.goto(`${visit.it.server}/app/opportunities-board`);
    await page.getByLabel('销售流程').selectOption({ label: name });
    await page.locator('.board-column.violet', { hasText: `采购${name}` }).waitFor();
    await shot(page, `board-${size}`);
    await page.goto(`${visit.it.server}/app/opportunities?q=${encodeURIComponent(`采购${name}`)}`);
    await page.locator('.tag.violet', { hasText: '需求确认' }).first().waitFor();
    await shot(page, `list-${size}`);
    await page.goto(`${visit.it.server}/admin/processes`);
    await page.getByRole('link', { name, exact: true }).click();
    await rules(page, '需求确认').locator('summary').click();
    await rules(page, '需求确认').getByLabel('其中的商机移到').selectOption({ label: '商务谈判' });
    await page.getByLabel('阶段名称').nth(1).fill('');
    await page.getByRole('button', { name: '保存流程' }).click();
    await page.getByText('已保存').waitFor();
    await page.goto(opportunity);
    assert.match(await page.locator('.stage-bar .here').innerText(), /商务谈判/);
    await page.locator('summary:has-text("更多")').click();
    await page.getByRole('link', { name: '更换流程', exact: true }).click();
    await dialog(page).locator('[name=process_id]').selectOption({ label: '标准销售流程' });
    await dialog(page).locator('[name=stage_id]').selectOption({ label: '标准销售流程 · 方案报价' });
    await dialog(page).getByRole('button', { name: '更换流程', exact: true }).click();
    await page.getByText('已更换流程').waitFor();
    assert.match(await page.locator('.stage-bar .here').innerText(), /方案报价/);
    assert.deepEqual(complaints, []);
  });
