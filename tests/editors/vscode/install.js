// No server anywhere: the extension says so once, offers to install one, takes no for an answer, installs it from a wheel into its
// own storage after a yes, and finds it there; an installation that fails changes nothing.
'use strict';
const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { children, descendants } = require('./processes');

module.exports = async ({ page, say, pid, home, start, command, hover, shownView, views }) => {
  const program = path.join(home, 'user', 'User', 'globalStorage', 'aiccl.aiccl', 'server', 'bin', 'aiccl-server');
  const dialog = page.locator('.monaco-dialog-box');
  await start();

  // A toast goes away by itself; the list of notifications keeps it.
  await page.locator('.statusbar-item[id="status.notifications"] .codicon-bell-dot').waitFor({ timeout: 60000 });
  await command('Notifications: Show Notifications');
  const notifications = page.locator('.notifications-center .notification-list-item');
  const offer = notifications.filter({ hasText: 'the language server is not installed' });
  await offer.waitFor({ timeout: 15000 });
  const told = await notifications.allInnerTexts();  // the editor may have something of its own to say
  assert.strictEqual(told.filter((text) => /AICCL|language server/i.test(text)).length, 1, told.join('\n--\n'));
  await offer.hover();
  await offer.locator('.monaco-button', { hasText: 'Install Server' }).click();
  await dialog.waitFor({ timeout: 15000 });
  assert.match(await dialog.innerText(), /pip installs .*\.whl.* into a virtual environment of its own/);
  await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(!fs.existsSync(program), 'and nothing is installed');
  assert.deepStrictEqual(descendants(pid, ['-m', 'pip']), []);
  say('      a server is offered once, and no is an answer');

  await command('AICCL: Install Server');
  await dialog.locator('.monaco-button', { hasText: /^Install$/ }).click();
  await hover('add', 'fewer tokens', 150);
  assert.strictEqual(await shownView(), views['shop/cart.py']['Cart.add']);
  assert.ok(fs.existsSync(program), program);
  const servers = descendants(pid, JSON.parse(process.env.AICCL_SERVER)).filter((one) => children(one).length);
  assert.ok(servers.length >= 1, 'the installed program runs the server');
  say('      it is installed by pip into the extension\'s storage, found there and started');

  // What pip refuses costs nobody the server that works.
  fs.writeFileSync(process.env.AICCL_WHEEL, 'no wheel');
  await command('AICCL: Install Server');
  await dialog.locator('.monaco-button', { hasText: /^Install$/ }).click();
  const logs = () => spawnSync('find', [home, '-name', 'AICCL.log'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const said = () => logs().map((log) => fs.readFileSync(log, 'utf8')).join('');
  for (const deadline = Date.now() + 150000; !said().includes('the installation failed'); await page.waitForTimeout(500)) {
    assert.ok(Date.now() < deadline, said());
  }
  await hover('add', 'fewer tokens', 60);
  assert.ok(fs.existsSync(program), 'the environment of before is back');
  assert.deepStrictEqual(fs.readdirSync(path.resolve(program, '..', '..', '..')).filter((name) => name.startsWith('server')), ['server']);
  say('      an installation that fails leaves the server of before');
};
