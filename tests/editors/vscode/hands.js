// The hands and eyes of the parts that drive the page: open a file, hover, type, choose from menus, read what is rendered.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');

module.exports = ({ page, base, images }) => {
  const workspace = process.env.AICCL_WORKSPACE;
  const views = JSON.parse(fs.readFileSync(process.env.AICCL_VIEWS, 'utf8'));

  const shot = (name) => page.screenshot({ path: path.join(images, `${name}.png`) });
  /** A locator's text; what the editor renders has non-breaking spaces in place of spaces. */
  const text = async (locator) => (await locator.innerText()).replace(/\u00a0/g, ' ');

  async function start() {
    await page.goto(`${base}/?folder=${encodeURIComponent(workspace)}`, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('.monaco-workbench', { timeout: 90000 });
    await row('shop').waitFor({ timeout: 60000 });
    if (!(await row('cart.py').isVisible())) await row('shop').click();
    await row('cart.py').dblclick();
    await page.waitForSelector('.view-lines .view-line', { timeout: 30000 });
    await page.keyboard.press('Control+Home');
    await word('add').waitFor({ timeout: 30000 });
  }

  const row = (name) => page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  /** A word that the first editor shows as a token of its own. */
  const word = (name) => page.locator('.editor-group-container').first().locator('.view-lines .view-line span', { hasText: new RegExp(`^${name}$`) }).first();

  async function command(title) {
    await page.keyboard.press('F1');
    await page.waitForSelector('.quick-input-widget:visible');
    await page.keyboard.type(title);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor({ timeout: 15000 });
    await page.keyboard.press('Enter');
  }

  const bubble = () => page.locator('.monaco-hover:visible').first();
  const away = async () => {
    await page.mouse.move(1000, 700);
    await bubble().waitFor({ state: 'hidden', timeout: 5000 }).catch(() => {});
  };

  /** The text of each hover seen until one has what is wanted: the mouse leaves and comes back in between. */
  async function hover(name, wanted, seconds = 60) {
    const seen = [];
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; ) {
      await away();
      await word(name).hover();
      const came = await bubble().filter({ hasText: wanted }).waitFor({ timeout: 1500 }).then(() => true, () => false);
      if (await bubble().isVisible()) seen.push(await text(bubble()));
      if (came && seen.at(-1)?.includes(wanted)) return seen;
    }
    assert.fail(`no "${wanted}" in the hover of ${name} on the screen; the last was:\n${seen.at(-1) ?? 'none'}`);
  }

  /** The view that the hover on the screen holds, as it is rendered. */
  const shownView = async () => (await text(page.locator('.monaco-hover:visible .monaco-tokenized-source').first())).trimEnd();

  /** Chooses from a context menu that is open, through its submenus. */
  async function choose(...labels) {
    for (const label of labels) {
      const item = page.locator('.monaco-menu .action-item', { hasText: label }).last();
      await item.waitFor({ timeout: 10000 });
      await item.hover();
      await page.waitForTimeout(400);
      if (label === labels.at(-1)) await item.click();
    }
  }

  const toasts = () => page.locator('.notifications-toasts .notification-list-item').allInnerTexts();

  return { start, row, word, command, hover, shownView, choose, toasts, away, text, shot, views, workspace };
};
