// usage: node run.js VSCODE_DIR SCRATCH, by run.py, with the environment described there.
//
// Builds and packages the extension, installs the .vsix into VS Code's own server, and runs in headless Chromium
//   1. the mocha suite (suite.js) in the real extension host, its exit code ours;
//   2. a person's look at the screen (screen.js): hover, view beside, tree; with screenshots into SCRATCH/images,
//      copied to editors/vscode/images with AICCL_SCREENSHOTS=1.
// Everything is on loopback, and requests of the page to elsewhere are aborted.
'use strict';
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const net = require('net');
const path = require('path');
const util = require('util');

const [folder, scratch] = process.argv.slice(2);
const root = path.resolve(__dirname, '..', '..', '..');
const extension = path.join(root, 'editors', 'vscode');
const serverMain = path.join(folder, 'server', 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
const { chromium } = require(path.join(folder, 'node_modules', 'playwright-core'));

const say = (text) => console.log(text);

function build() {
  // npm runs under this Node too; the lock file fixes every version.
  const env = { ...process.env, HOME: process.env.AICCL_HOME || process.env.HOME, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` };
  const steps = [['npm', ['run', 'check']], ['npm', ['run', 'package']], ['npm', ['test']]];
  if (!fs.existsSync(path.join(extension, 'node_modules'))) steps.unshift(['npm', ['ci', '--no-fund', '--no-audit']]);
  for (const [program, args] of steps) {
    const ran = spawnSync(program, args, { cwd: extension, env, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${ran.stdout}\n${ran.stderr}\n${ran.error || ''}`);
  }
  return path.join(extension, 'aiccl.vsix');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function serve(vsix) {
  const user = path.join(scratch, 'user');
  fs.mkdirSync(path.join(user, 'User'), { recursive: true });
  const data = path.join(scratch, 'data');
  // Machine settings are the server side's own: where `aiccl.path`, of scope machine, belongs.
  fs.mkdirSync(path.join(data, 'data', 'Machine'), { recursive: true });
  const machine = { 'aiccl.path': JSON.parse(process.env.AICCL_SERVER) };
  const settings = {
    'security.workspace.trust.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'workbench.startupEditor': 'none',
    'files.hotExit': 'off',
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'extensions.autoUpdate': 'off',
    'extensions.autoCheckUpdates': false,
    'update.mode': 'none',
    'chat.disableAIFeatures': true,
    'editor.hover.delay': 100,
    'editor.minimap.enabled': false,
    'workbench.colorTheme': 'Default Light Modern',
  };
  for (const place of [path.join(data, 'data', 'Machine', 'settings.json'), path.join(user, 'Machine', 'settings.json')]) {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, JSON.stringify({ ...settings, ...machine }));
  }
  fs.writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify(settings));
  const env = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  const common = [
    serverMain, '--server-data-dir', data, '--user-data-dir', user, '--extensions-dir', path.join(scratch, 'extensions'),
    '--accept-server-license-terms', '--telemetry-level', 'off',
  ];
  const installed = spawnSync(process.execPath, [...common, '--install-extension', vsix], { env, encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`the .vsix was not installed:\n${installed.stdout}\n${installed.stderr}`);
  const port = await freePort();
  const log = fs.openSync(path.join(scratch, 'server.log'), 'w');
  const child = spawn(
    process.execPath,
    [...common, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--disable-workspace-trust', '--enable-smoke-test-driver'],
    { env, stdio: ['ignore', log, log], detached: true },
  );
  const base = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 120; attempt++) {
    const up = await fetch(base).then((answer) => answer.ok, () => false);
    if (up) return { base, child };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`VS Code's server did not come up:\n${fs.readFileSync(path.join(scratch, 'server.log'), 'utf8')}`);
}

async function browser() {
  const context = await chromium.launchPersistentContext(path.join(scratch, `chromium-${Date.now()}`), {
    executablePath: process.env.AICCL_CHROMIUM || '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  await context.route((url) => url.hostname !== '127.0.0.1' && /^(http|ws)/.test(url.protocol), (route) => route.abort());
  return context;
}

const NOISE = /Ignoring fetching|socket|token|AgentHost|Account|Service Worker|grace|vsda|punycode|Gallery|marketplace|builtin extensions cache|DialogService|workbench\.contrib/i;

async function suite(base) {
  const context = await browser();
  try {
    const page = context.pages()[0] || (await context.newPage());
    const at = (place) => `vscode-remote://${new URL(base).host}${place}`;
    // The suite rides on an extension of nothing but tests; the one under test is the installed .vsix.
    const payload = [
      ['extensionDevelopmentPath', at(path.join(__dirname, 'carrier'))],
      ['extensionTestsPath', at(path.join(__dirname, 'carrier', 'index.js'))],
      ['skipWelcome', 'true'],
    ];
    const code = new Promise((resolve) => {
      setTimeout(() => resolve('no end after 150 s'), 150_000).unref();
      page.on('console', (message) => {
        const found = /vscode:exit (\d+)/.exec(message.text());
        if (found) resolve(Number(found[1]));
      });
      page
        .exposeFunction('codeAutomationLog', (_, args) => NOISE.test(String(args[0])) || say(util.format(...args)))
        .then(() => page.exposeFunction('codeAutomationExit', (exit) => resolve(exit)))
        .then(() => page.goto(`${base}/?folder=${encodeURIComponent(process.env.AICCL_WORKSPACE)}&payload=${encodeURIComponent(JSON.stringify(payload))}`));
    });
    const result = await code;
    say(`extension host: ${result === 0 ? 'passed' : `FAILED (${result})`}`);
    return result === 0;
  } finally {
    await context.close();
  }
}

async function screen(base) {
  // As it is in the repository again, whatever the suite left.
  fs.cpSync(process.env.AICCL_PRISTINE, process.env.AICCL_WORKSPACE, { recursive: true, force: true });
  const context = await browser();
  try {
    const page = context.pages()[0] || (await context.newPage());
    const images = path.join(scratch, 'images');
    fs.mkdirSync(images, { recursive: true });
    await require('./screen.js')({ page, base, images, say, workspace: process.env.AICCL_WORKSPACE, pristine: process.env.AICCL_PRISTINE });
    if (process.env.AICCL_SCREENSHOTS) {
      for (const name of fs.readdirSync(images)) {
        if (!name.startsWith('failure')) fs.copyFileSync(path.join(images, name), path.join(extension, 'images', name));
      }
    }
    say('screen: passed');
    return true;
  } catch (error) {
    say(`screen: FAILED: ${error.stack || error}`);
    return false;
  } finally {
    await context.close();
  }
}

(async () => {
  const started = Date.now();
  const took = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const vsix = process.env.AICCL_VSIX || build();
  say(`packaged: ${path.basename(vsix)}, ${(fs.statSync(vsix).size / 1024).toFixed(0)} KB (${took()})`);
  const { base, child } = await serve(vsix);
  say(`VS Code's server is up (${took()})`);
  let good = false;
  try {
    const wanted = process.env.AICCL_VSCODE_PART;
    good = (wanted === 'screen' || (await suite(base))) && (wanted === 'suite' || (await screen(base)));
    if (!good) {
      const logs = spawnSync('find', [path.join(scratch, 'data'), '-name', 'AICCL*.log'], { encoding: 'utf8' }).stdout.trim().split('\n');
      for (const log of logs.filter(Boolean)) say(`--- ${path.basename(log)}\n${fs.readFileSync(log, 'utf8').split('\n').slice(-30).join('\n')}`);
    }
  } finally {
    // Its own group: the server, its extension hosts, and the language servers below them.
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {}
    await new Promise((resolve) => {
      child.once('exit', resolve);
      setTimeout(resolve, 6000);
    });
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {}
  }
  say(`done (${took()})`);
  process.exit(good ? 0 : 1);
})().catch((error) => {
  console.error(error);
  process.exit(2);
});
