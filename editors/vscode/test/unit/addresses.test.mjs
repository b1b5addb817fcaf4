import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextLevel, parse, virtualPath } from '../../dist-test/addresses.mjs';

test('paths of virtual documents', () => {
  assert.equal(virtualPath('flow', '/home/me/a b.py'), '/flow/home/me/a b.py');
  assert.equal(virtualPath('exact', 'C:/x.py'), '/exact/C:/x.py');
  assert.equal(virtualPath('flow', '/share/x.py', 'srv'), '/flow//srv/share/x.py');
  assert.deepEqual(parse('/flow//srv/share/x.py'), { level: 'flow', path: '//srv/share/x.py', query: '' });
  assert.deepEqual(parse('/outline/home/me/x.py', 'range=3-9'), { level: 'outline', path: '/home/me/x.py', query: 'range=3-9' });
});

test('what is no virtual document', () => {
  for (const path of ['', '/', '/flow', '/flow/', '/secret/etc/passwd', 'flow/x.py']) assert.equal(parse(path), undefined, path);
});

test('the levels go round', () => {
  assert.deepEqual(['outline', 'flow', 'exact'].map((level) => nextLevel(level)), ['flow', 'exact', 'outline']);
});
