import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { discover, installedServer } from '../../dist-test/discovery.mjs';

let root;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'aiccl-discovery-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(...steps) {
  const path = join(root, ...steps);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

const where = (over = {}) => ({ setting: [], path: '', storage: join(root, 'storage'), workspace: [join(root, 'ws')], windows: false, ...over });

test('nothing anywhere', () => assert.equal(discover(where()), undefined));

test('the setting comes first, with its arguments', () => {
  program('bin', 'aiccl-server');
  assert.deepEqual(discover(where({ setting: ['python3', '-m', 'aiccl_server'], path: join(root, 'bin') })), {
    command: 'python3', args: ['-m', 'aiccl_server'], from: 'setting',
  });
});

test('PATH, then what was installed', () => {
  const installed = program('storage', 'server', 'bin', 'aiccl-server');
  assert.equal(installed, installedServer(join(root, 'storage'), false));
  assert.deepEqual(discover(where()), { command: installed, args: [], from: 'installed' });
  const onPath = program('bin', 'aiccl-server');
  assert.deepEqual(discover(where({ path: ['/nowhere', join(root, 'bin')].join(delimiter) })), { command: onPath, args: [], from: 'PATH' });
});

test('a program of the workspace is none, not even behind a link', () => {
  program('ws', '.venv', 'bin', 'aiccl-server');
  assert.equal(discover(where({ path: join(root, 'ws', '.venv', 'bin') })), undefined);
  symlinkSync(join(root, 'ws', '.venv', 'bin'), join(root, 'link'));
  assert.equal(discover(where({ path: join(root, 'link') })), undefined);
});

test('folders of PATH that depend on where one stands are passed over', () => {
  program('bin', 'aiccl-server');
  const before = process.cwd();
  process.chdir(root);
  try {
    assert.equal(discover(where({ path: ['', '.', 'bin'].join(delimiter) })), undefined);
  } finally {
    process.chdir(before);
  }
});

test('a folder, or a file that may not be run, is no server', () => {
  mkdirSync(join(root, 'bin', 'aiccl-server'), { recursive: true });
  assert.equal(discover(where({ path: join(root, 'bin') })), undefined);
  chmodSync(program('other', 'aiccl-server'), 0o644);
  assert.equal(discover(where({ path: join(root, 'other') })), undefined);
});
