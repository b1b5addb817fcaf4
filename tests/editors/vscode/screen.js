// What a person sees: drives the page with mouse and keyboard, and asserts on the rendered text. Makes the screenshots of the README.
'use strict';
const assert = require('assert');
const path = require('path');

module.exports = async ({ page, base, images, say, workspace }) => {
  const shot = (name) => page.screenshot({ path: path.join(images, `${name}.png`) });
  const command = async (title) => {
    await page.keyboard.press('F1');
    await page.waitForSelector('.quick-input-widget:visible');
    await page.keyboard.type(title);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor({ timeout: 15000 });
    await page.keyboard.press('Enter');
  };
  // What the editor renders has non-breaking spaces in place of spaces.
  const text = async (locator) => (await locator.innerText()).replace(/\u00a0/g, ' ');

  try {
    await page.goto(`${base}/?folder=${encodeURIComponent(workspace)}`, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('.monaco-workbench', { timeout: 90000 });
    const row = (name) => page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
    await row('shop').waitFor({ timeout: 60000 });
    if (!(await row('cart.py').isVisible())) await row('shop').click();
    await row('cart.py').dblclick();
    await page.waitForSelector('.view-lines .view-line', { timeout: 30000 });

    // Hover: again and again until the view is there, since the extension host starts after the editor.
    await page.keyboard.press('Control+Home');
    const method = page.locator('.view-lines .view-line span', { hasText: /^add$/ }).first();
    await method.waitFor({ timeout: 30000 });
    const bubble = page.locator('.monaco-hover:visible .hover-contents', { hasText: 'fewer tokens' }).first();
    let seen = false;
    for (let attempt = 0; attempt < 30 && !seen; attempt++) {
      await page.mouse.move(900, 600);
      await page.waitForTimeout(300);
      await method.hover();
      seen = await bubble.waitFor({ timeout: 2000 }).then(() => true, () => false);
    }
    assert.ok(seen, 'no hover on the screen');
    const told = await text(page.locator('.monaco-hover:visible').first());
    assert.ok(told.includes('no such article') && told.includes('.prices.find('), told);
    // The view is coloured: several token classes within the hover's code.
    const code = page.locator('.monaco-hover:visible .monaco-tokenized-source span, .monaco-hover:visible code span');
    let classes = [];
    for (let attempt = 0; attempt < 20 && classes.length < 3; attempt++) {
      // The grammar is loaded when the first block needs it, and a block that was drawn before stays plain.
      if (attempt) {
        await page.mouse.move(900, 600);
        await page.waitForTimeout(500);
        await method.hover();
        await bubble.waitFor({ timeout: 5000 }).catch(() => {});
      }
      classes = await code.evaluateAll((spans) => [...new Set(spans.map((span) => span.className || span.getAttribute('style')))].filter(Boolean));
    }
    assert.ok(classes.length >= 3, `the hover is not coloured: ${classes}`);
    await shot('hover');
    say(`      hover on the screen, ${classes.length} colours`);

    // A link in it opens the outline beside.
    await page.locator('.monaco-hover:visible a', { hasText: 'outline' }).first().click();
    await page.locator('.tab', { hasText: 'cart.py' }).nth(1).waitFor({ timeout: 15000 });
    say('      the link in the hover opens the outline');
    await command('View: Close All Editors');

    // The view beside marks the unit under the cursor.
    await row('cart.py').dblclick();
    await page.locator('.view-lines .view-line span', { hasText: /^add$/ }).first().click();
    await command('AICCL: Follow the Cursor in a View Beside');
    const view = page.locator('.editor-group-container').nth(1);
    await view.locator('.view-line', { hasText: 'no such article' }).first().waitFor({ timeout: 20000 });
    await page.locator('.editor-group-container').nth(0).locator('.view-line', { hasText: 'raise KeyError' }).click();
    await view.locator('.cdr').first().waitFor({ timeout: 15000 });
    await page.waitForTimeout(500);
    await shot('beside');
    say('      the view beside marks the unit under the cursor');

    // The tree of the biggest token consumers.
    await page.locator('.activitybar .action-item a[aria-label^="AICCL"]').first().click();
    const file = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: 'cart.py' }).first();
    await file.waitFor({ timeout: 30000 });
    assert.match(await text(file), /→/);
    await file.click();
    await page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: 'Cart.add' }).first().waitFor({ timeout: 15000 });
    await shot('consumers');
    say('      the tree lists files and their units');

    // The status item of the language.
    await command('View: Close All Editors');
    await page.locator('.activitybar .action-item a[aria-label^="Explorer"]').first().click();
    await row('cart.py').dblclick();
    await page.locator('.statusbar-item[id="status.languageStatus"]').first().hover();
    const item = page.locator('.hover-language-status', { hasText: 'AICCL: ready' }).first();
    await item.waitFor({ timeout: 15000 });
    await shot('status');
    say('      the language status item tells the state of the index');

    await command('AICCL: Open Walkthrough');
    await page.locator('.gettingStartedContainer', { hasText: 'Get Started with AICCL' }).first().waitFor({ timeout: 20000 });
    await page.waitForTimeout(700);
    await shot('walkthrough');
    say('      the walkthrough opens');
  } catch (error) {
    await shot('failure').catch(() => {});
    throw error;
  }
};
