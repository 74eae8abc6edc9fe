// A field that a role hides is absent from the pages of whoever has the role: no empty column, no filter that would be refused.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { visitors } from './visitor.mjs';

const visit = visitors();

test('the amount of opportunities and the level of customers are hidden from salespeople', { timeout: 120_000 }, async () => {
  const { page: admin } = await visit.signIn('desktop', '王思远');
  await admin.goto(`${visit.it.server}/admin/roles`);
  await admin.getByRole('link', { name: /销售员/ }).first().click();
  for (const field of ['opportunity.amount_fen', 'customer.level']) {
    const choice = admin.locator(`select[name="f:${field}"]`);
    await admin.locator('details', { has: choice }).locator('summary').click();
    await choice.selectOption('hidden');
  }
  await admin.getByRole('button', { name: '保存' }).last().click();
  await admin.getByText('已保存').first().waitFor();

  const { page, complaints } = await visit.signIn('desktop', '陈思远');
  await page.goto(`${visit.it.server}/app/opportunities`);
  const heads = await page.locator('thead th').allInnerTexts();
  assert.ok(heads.includes('赢率') && !heads.some((head) => head.includes('金额')), `${heads}`);
  assert.equal(await page.locator('input[name=col][value=amount_fen]').count(), 0);
  await page.locator('tbody .row-link').first().click();
  await page.locator('.fact-strip').waitFor();
  assert.doesNotMatch(await page.locator('.record-head').innerText(), /金额/);
  await page.goto(`${page.url().split('?')[0]}?tab=info`);
  assert.doesNotMatch(await page.locator('.facts').first().innerText(), /金额/);
  await page.goto(`${visit.it.server}/app/customers`);
  assert.equal(await page.locator('#r-level').count(), 0);
  assert.deepEqual(complaints, []);
});
