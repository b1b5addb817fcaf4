import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Paced } from '../../dist-test/paced.mjs';

let ran = 0;
let paced;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  ran = 0;
  paced = new Paced(() => ran++, 10_000);
});

test('at most once a pause, and the last one that asks is not forgotten', () => {
  paced.watch(true);
  for (let i = 0; i < 5; i++) paced.soon();
  assert.equal(ran, 1);
  mock.timers.tick(9_999);
  assert.equal(ran, 1);
  mock.timers.tick(1);
  assert.equal(ran, 2);
  mock.timers.tick(60_000);
  assert.equal(ran, 2);
});

test('nothing while nobody looks, and once when somebody does', () => {
  for (let i = 0; i < 5; i++) paced.soon();
  assert.equal(ran, 0);
  paced.watch(true);
  assert.equal(ran, 1);
  paced.soon();
  paced.watch(false);
  mock.timers.tick(60_000);
  assert.equal(ran, 1);
  paced.watch(true);
  assert.equal(ran, 2);
});

test('who asks for it by hand waits for nothing', () => {
  paced.now();
  paced.now();
  assert.equal(ran, 2);
  paced.watch(true);
  assert.equal(ran, 2);
});
