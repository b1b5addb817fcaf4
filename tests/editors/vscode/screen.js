// What a person sees and does: drives the page with mouse and keyboard, and asserts on the rendered text. Makes the screenshots of
// the README.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { descendants } = require('./processes');

module.exports = async (hands) => {
  const { page, say, pid, start, row, word, command, hover, shownView, choose, toasts, away, text, shot, views, workspace } = hands;
  const groups = (index) => page.locator('.editor-group-container').nth(index);
  await start();

  // Hover: the view on the screen is the converter's, every character of it.
  await hover('add', 'fewer tokens');
  assert.strictEqual(await shownView(), views['shop/cart.py']['Cart.add']);
  // The view is coloured. The grammar is loaded when the first block needs it, and a block that was drawn before stays plain.
  const code = page.locator('.monaco-hover:visible .monaco-tokenized-source span');
  let classes = [];
  for (let attempt = 0; attempt < 20 && classes.length < 4; attempt++) {
    await hover('add', 'fewer tokens');
    classes = await code.evaluateAll((spans) => [...new Set(spans.map((span) => span.className || span.getAttribute('style')))].filter(Boolean));
  }
  assert.ok(classes.length >= 4, `the hover is not coloured: ${classes}`);
  await shot('hover');
  await hover('merge', 'fewer tokens').catch(async () => {
    // Below the fold.
    await page.keyboard.press('Control+End');
    await hover('merge', 'fewer tokens');
  });
  assert.strictEqual(await shownView(), views['shop/cart.py'].merge);
  await away();
  say(`      the hover on the screen is the converter's view, in ${classes.length} colours`);

  // Typed, then saved, then hovered over: the new text, and never the old.
  await page.keyboard.press('Control+Home');
  const rewrite = async (old, now) => {
    await groups(0).locator('.view-line', { hasText: old }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.type(now);
  };
  await rewrite('must be positive', 'raise ValueError("typed by hand")');
  let seen = await hover('add', 'typed by hand');
  await page.keyboard.press('Control+s');
  seen = [...seen, ...(await hover('add', 'typed by hand'))];
  assert.deepStrictEqual(seen.filter((one) => one.includes('amount must be positive')), [], 'an old view was on the screen');
  assert.match(fs.readFileSync(path.join(workspace, 'shop', 'cart.py'), 'utf8'), /typed by hand/);
  say('      save, then hover: the new view, and at no time the old one');

  // The server is killed by its pid; without a word the next hover is right again.
  const servers = () => descendants(pid, JSON.parse(process.env.AICCL_SERVER));
  const before = servers();
  assert.ok(before.length >= 1, 'a server is running');
  for (const one of before) process.kill(one, 'SIGKILL');
  await rewrite('typed by hand', 'raise ValueError("after the end")');
  seen = await hover('add', 'after the end');
  assert.deepStrictEqual(seen.filter((one) => /amount must be positive|typed by hand/.test(one)), [], 'an old view was on the screen');
  assert.deepStrictEqual(servers().filter((one) => before.includes(one)), [], 'and it is another process');
  await rewrite('after the end', 'raise ValueError("amount must be positive")');
  await page.keyboard.press('Control+s');
  await hover('add', 'amount must be positive');
  assert.deepStrictEqual(await toasts(), [], 'nothing popped up');
  say('      the server was killed: another one answers, and nothing pops up');

  // A link in the hover opens the outline beside.
  await page.locator('.monaco-hover:visible a', { hasText: 'outline' }).first().click();
  await page.locator('.tab', { hasText: 'cart.py (AICCL)' }).first().waitFor({ timeout: 15000 });
  await command('View: Close All Editors');
  say('      the link in the hover opens the outline');

  // Context menus: of the editor, and of a folder in the explorer.
  await row('cart.py').dblclick();
  await word('add').click({ button: 'right' });
  await choose('AICCL', 'Show This File as Outline');
  await page.locator('.tab', { hasText: 'cart.py (AICCL)' }).first().waitFor({ timeout: 15000 });
  await groups(0).locator('.view-line', { hasText: 'level="outline"' }).first().waitFor({ timeout: 15000 });
  // The level switch in the view's title.
  await page.locator('.editor-actions a[aria-label*="Next Level"]').first().click();
  await groups(0).locator('.view-line', { hasText: 'level="flow"' }).first().waitFor({ timeout: 15000 });
  await command('View: Close All Editors');
  await row('shop').click({ button: 'right' });
  await choose('Show This Folder');
  await page.locator('.view-line', { hasText: 'PriceList' }).first().waitFor({ timeout: 15000 });
  await command('View: Close All Editors');
  say('      the context menus of editor and explorer, and the level switch');

  // The view beside marks the unit under the cursor.
  await row('shop').click();
  if (!(await row('cart.py').isVisible())) await row('shop').click();
  await row('cart.py').dblclick();
  await word('add').click();
  await command('AICCL: Follow the Cursor in a View Beside');
  const view = groups(1);
  await view.locator('.view-line', { hasText: 'no such article' }).first().waitFor({ timeout: 20000 });
  await groups(0).locator('.view-line', { hasText: 'raise KeyError' }).click();
  await view.locator('.cdr').first().waitFor({ timeout: 15000 });
  // The marked lines are those of `add`, by their place on the screen.
  const marked = await view.locator('.view-overlays > div:has(.cdr)').evaluateAll((lines) => lines.map((one) => Math.round(one.getBoundingClientRect().top)));
  const shown = await view.locator('.view-lines .view-line').evaluateAll((lines) =>
    lines.map((one) => ({ top: Math.round(one.getBoundingClientRect().top), text: one.textContent.replace(/\u00a0/g, ' ') })).sort((a, b) => a.top - b.top),
  );
  const inMark = shown.filter(({ top }) => marked.includes(top)).map((one) => one.text).join('');
  assert.ok(inMark.startsWith('add(') && inMark.includes('no such article') && inMark.endsWith('^total}'), `marked: ${inMark}`);
  await page.locator('.tab', { hasText: 'cart.py (AICCL)' }).click();
  await page.waitForTimeout(500);
  await shot('beside');
  say('      the view beside marks the unit under the cursor');

  // The tree of the biggest token consumers: a file, its class, the class's methods.
  await page.locator('.activitybar .action-item a[aria-label^="AICCL"]').first().click();
  const entry = (label) => page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: new RegExp(`^\\s*${label}\\s*\\d`) }).first();
  await entry('cart.py').waitFor({ timeout: 30000 });
  assert.match(await text(entry('cart.py')), /\d → \d+, \d\.\d×/);
  await entry('cart.py').click();
  await entry('add').waitFor({ timeout: 15000 });
  const levels = await Promise.all(['cart.py', 'Cart', 'add'].map((label) => entry(label).getAttribute('aria-level')));
  assert.deepStrictEqual(levels, ['1', '2', '3']);
  await shot('consumers');
  await entry('total').click();
  await page.locator('.editor-group-container .current-line').first().waitFor();
  say('      the tree lists files, their classes and functions');

  // The status item of the language.
  await command('View: Close All Editors');
  await page.locator('.activitybar .action-item a[aria-label^="Explorer"]').first().click();
  await row('cart.py').dblclick();
  await page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
  const item = page.locator('.hover-language-status', { hasText: 'AICCL: ready' }).first();
  await item.waitFor({ timeout: 15000 });
  assert.match(await text(item), /2 files, \d+ → \d+ tokens, \d\.\d× fewer/);
  await shot('status');
  say('      the language status item tells the state of the index');

  await page.keyboard.press('Control+b'); // room for the pictures beside the steps
  await command('AICCL: Open Walkthrough');
  const walkthrough = page.locator('.gettingStartedContainer', { hasText: 'Get Started with AICCL' }).first();
  await walkthrough.waitFor({ timeout: 20000 });
  // A server runs, so the first step is done.
  await walkthrough.locator('[data-done-step-id$="#install"].complete').first().waitFor({ timeout: 15000 });
  await page.waitForTimeout(700);
  await shot('walkthrough');
  say('      the walkthrough opens');
  assert.deepStrictEqual(await toasts(), [], 'nothing popped up');
};
