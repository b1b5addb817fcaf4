// usage: node run.js VSCODE_DIR SCRATCH, by run.py, with the environment described there.
//
// Builds and packages the extension, installs the .vsix into VS Code's own server, and runs in headless Chromium
//   suite      the mocha suite (suite.js) in the real extension host, its exit code ours;
//   screen     what a person sees and does (screen.js), with screenshots into SCRATCH/images, copied to
//              editors/vscode/images with AICCL_SCREENSHOTS=1;
//   install    no server anywhere: it is offered, declined, installed from a wheel, found (install.js);
//   restricted a workspace that is not trusted, with settings that would run a program (restricted.js).
// AICCL_VSCODE_PART names one of them. Everything is on loopback, and requests of the page to elsewhere are aborted.
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
  // The cached npm under the cached Node; the lock file fixes every version.
  const env = { ...process.env, HOME: process.env.AICCL_HOME || process.env.HOME, PATH: [path.dirname(process.execPath), path.join(folder, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter) };
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

const SETTINGS = {
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

const running = new Set();

/** A server of its own folder for one part; `machine` has settings of scope machine, where `aiccl.path` belongs. */
async function serve(vsix, { part, user = {}, machine = {}, env = {} }) {
  const home = path.join(scratch, part);
  const data = path.join(home, 'data');
  const given = { 'security.workspace.trust.enabled': false, ...SETTINGS, ...user };
  for (const [place, settings] of [
    [path.join(data, 'data', 'Machine'), { ...given, ...machine }],
    [path.join(home, 'user', 'Machine'), { ...given, ...machine }],
    [path.join(home, 'user', 'User'), given],
  ]) {
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, 'settings.json'), JSON.stringify(settings));
  }
  const environment = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...env };
  const common = [
    serverMain, '--server-data-dir', data, '--user-data-dir', path.join(home, 'user'), '--extensions-dir', path.join(home, 'extensions'),
    '--accept-server-license-terms', '--telemetry-level', 'off',
  ];
  const installed = spawnSync(process.execPath, [...common, '--install-extension', vsix], { env: environment, encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`the .vsix was not installed:\n${installed.stdout}\n${installed.stderr}`);
  const port = await freePort();
  const log = path.join(home, 'server.log');
  const file = fs.openSync(log, 'w');
  const child = spawn(
    process.execPath,
    [...common, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--enable-smoke-test-driver'],
    { env: environment, stdio: ['ignore', file, file], detached: true },
  );
  const server = { base: `http://127.0.0.1:${port}`, child, home };
  running.add(server);
  for (let attempt = 0; attempt < 120; attempt++) {
    const up = await fetch(server.base).then((answer) => answer.ok, () => false);
    if (up) return server;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`VS Code's server did not come up:\n${fs.readFileSync(log, 'utf8')}`);
}

/** Ends a server's own process group: the server, its extension hosts, and the language servers below them. */
async function end(server) {
  running.delete(server);
  const tell = (signal) => {
    try {
      process.kill(-server.child.pid, signal);
    } catch {
      // It is gone.
    }
  };
  tell('SIGTERM');
  await new Promise((resolve) => {
    server.child.once('exit', resolve);
    setTimeout(resolve, 6000);
  });
  tell('SIGKILL');
}

async function browser() {
  const context = await chromium.launchPersistentContext(path.join(scratch, `chromium-${Date.now()}`), {
    executablePath: process.env.AICCL_CHROMIUM || '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  context.setDefaultNavigationTimeout(120_000); // a busy machine takes its time
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
      setTimeout(() => resolve('no end after 400 s'), 400_000).unref();
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

/** A part that drives the page: the module of its name, on the workspace as it is in the repository. */
async function scene(part, { base, child, home }) {
  fs.cpSync(process.env.AICCL_PRISTINE, process.env.AICCL_WORKSPACE, { recursive: true, force: true });
  const context = await browser();
  const images = path.join(scratch, 'images');
  fs.mkdirSync(images, { recursive: true });
  const page = context.pages()[0] || (await context.newPage());
  try {
    const hands = require('./hands.js')({ page, base, images });
    await require(`./${part}.js`)({ ...hands, page, base, images, say, home, pid: child.pid });
    say(`${part}: passed`);
    return true;
  } catch (error) {
    await page.screenshot({ path: path.join(images, `failure-${part}.png`) }).catch(() => {});
    say(`${part}: FAILED: ${error.stack || error}`);
    if (process.env.AICCL_FAILURES) fs.cpSync(images, process.env.AICCL_FAILURES, { recursive: true });
    return false;
  } finally {
    await context.close();
  }
}

function keepScreenshots() {
  const images = path.join(scratch, 'images');
  for (const name of fs.existsSync(images) ? fs.readdirSync(images) : []) {
    if (!name.startsWith('failure')) fs.copyFileSync(path.join(images, name), path.join(extension, 'images', name));
  }
}

const named = { machine: { 'aiccl.path': JSON.parse(process.env.AICCL_SERVER) } };
/** PATH without a server, for the part that installs one. */
const bare = (process.env.PATH || '').split(path.delimiter).filter((folder) => !fs.existsSync(path.join(folder, 'aiccl-server'))).join(path.delimiter);

const PARTS = {
  suite: { options: named, run: (server) => suite(server.base) },
  screen: { options: named, run: (server) => scene('screen', server) },
  install: {
    options: { machine: { 'aiccl.install.source': process.env.AICCL_WHEEL }, env: { PATH: bare, PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null', PIP_FIND_LINKS: '' } },
    run: (server) => scene('install', server),
  },
  restricted: {
    options: { ...named, user: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'always' } },
    run: (server) => scene('restricted', server),
  },
};

function showLogs(home) {
  const logs = spawnSync('find', [home, '-name', 'AICCL*.log'], { encoding: 'utf8' }).stdout.trim().split('\n');
  for (const log of logs.filter(Boolean)) say(`--- ${path.basename(log)}\n${fs.readFileSync(log, 'utf8').split('\n').slice(-30).join('\n')}`);
}

(async () => {
  const started = Date.now();
  const took = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  process.on('SIGTERM', () => {
    for (const server of running) process.kill(-server.child.pid, 'SIGKILL');
    process.exit(143);
  });
  const vsix = process.env.AICCL_VSIX || build();
  say(`packaged: ${path.basename(vsix)}, ${(fs.statSync(vsix).size / 1024).toFixed(0)} KB (${took()})`);
  const wanted = process.env.AICCL_VSCODE_PART;
  const parts = Object.entries(PARTS).filter(([part]) => !wanted || part === wanted);
  if (!parts.length) throw new Error(`AICCL_VSCODE_PART: one of ${Object.keys(PARTS).join(', ')}`);
  const failed = [];
  for (const [part, { options, run }] of parts) {
    const server = await serve(vsix, { part, ...options });
    try {
      if (!(await run(server))) {
        failed.push(part);
        showLogs(server.home);
      }
    } finally {
      await end(server);
    }
    say(`${part} is done (${took()})`);
  }
  if (process.env.AICCL_SCREENSHOTS && !failed.length) keepScreenshots();
  process.exit(failed.length ? 1 : 0);
})().catch((error) => {
  console.error(error);
  for (const server of running) process.kill(-server.child.pid, 'SIGKILL');
  process.exit(2);
});
