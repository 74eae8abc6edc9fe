// Every page that the navigation leads to, with the demo company in it, at both widths: it says where one is, has a title, does not scroll sideways
// and shows no word that is meant for programs. And what a salesperson does most often stands on the record, not in a menu.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dialog, noSidewaysScroll, visitors, widths } from './visitor.mjs';

const visit = visitors();

const marked = (page) => page.locator('#nav [aria-current=page]').allInnerTexts();
const forPrograms = /\b(?:true|false|null|undefined|NaN|\[object)\b/;

for (const size of Object.keys(widths)) {
  test(`${size}: every page of the navigation says where one is, in words for people`, { timeout: 170_000 }, async () => {
    const { page, complaints } = await visit.signIn(size, '王思远');
    const paths = await page.locator('#nav li a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    assert.ok(paths.length > 25, `${paths}`);
    for (const path of paths) {
      await page.goto(visit.it.server + path);
      assert.equal((await marked(page)).length, 1, path);
      assert.equal(await page.locator('h1').count(), 1, path);
      assert.ok(await noSidewaysScroll(page), path);
      assert.doesNotMatch(await page.locator('main').innerText(), forPrograms, path);
    }
    assert.deepEqual(complaints, []);
  });

  test(`${size}: pages that hang on another are marked as that one`, { timeout: 60_000 }, async () => {
    const { page } = await visit.signIn(size, '王思远');
    for (const [path, entry] of [['/admin/reminders', '企业设置'], ['/app/exports', '导入导出'], ['/admin/employee-new', '员工部门'], ['/app/high-seas/caps', '公海']]) {
      await page.goto(visit.it.server + path);
      assert.deepEqual((await page.locator('#nav [aria-current=page] span').allTextContents()), [entry], path);
    }
  });

  test(`${size}: an opportunity shows its way and offers the next stage first`, { timeout: 60_000 }, async () => {
    const { page } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/opportunities-board`);
    const stages = await page.locator('.board-column h2').evaluateAll((heads) => heads.map((head) => head.firstChild.textContent.trim()));
    await page.locator('.board-column').first().locator('a.board-card').first().click();
    await page.getByRole('heading', { name: '阶段历程' }).waitFor();
    await page.locator('.head-actions').getByRole('link', { name: '推进阶段' }).click();
    await dialog(page).waitFor();
    assert.equal(await dialog(page).locator('[name=stage_id] option:checked').textContent(), stages[1]);
  });

  test(`${size}: somebody who finds a customer in the pool can take it from its page`, { timeout: 60_000 }, async () => {
    const { page } = await visit.signIn(size, '王思远');
    await page.goto(`${visit.it.server}/app/high-seas`);
    await page.locator('tbody a').first().click();
    assert.match(await page.locator('.fact-strip').innerText(), /负责人\s+公海/);
    await page.locator('.head-actions').getByRole('link', { name: '领取' }).waitFor();
  });
}
