// A workspace that is not trusted, with settings that name a program: views work, and the program does not run.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');

module.exports = async ({ page, say, start, command, hover, shownView, views, workspace, toasts }) => {
  const marker = path.join(workspace, 'ran');
  const evil = path.join(workspace, 'aiccl-server');
  const folder = path.join(workspace, '.vscode');
  fs.writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ 'aiccl.path': [evil], 'aiccl.install.source': evil }));
  try {
    await start();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor({ timeout: 30000 });
    await hover('add', 'fewer tokens');
    assert.strictEqual(await shownView(), views['shop/cart.py']['Cart.add']);
    await command('AICCL: Restart the Server');
    await hover('add', 'fewer tokens');
    assert.ok(!fs.existsSync(marker), 'the program that the workspace names did not run');
    assert.deepStrictEqual(await toasts(), []);
    say('      in restricted mode views work, and the workspace names no program');
  } finally {
    for (const name of [marker, evil, folder]) fs.rmSync(name, { recursive: true, force: true });
  }
};
