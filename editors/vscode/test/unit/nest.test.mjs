import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nest } from '../../dist-test/nest.mjs';

const unit = (name, first, last, sourceTokens) => ({
  name, sourceTokens, range: { start: { line: first, character: 0 }, end: { line: last, character: 9 } },
});
const names = (entries) => entries.map(({ unit: { name }, inside }) => (inside.length ? [name, names(inside)] : name));

test('units are in the units that hold them, the largest first', () => {
  const units = [unit('small', 40, 41, 5), unit('A.b', 2, 4, 10), unit('A', 1, 20, 90), unit('A.c', 6, 19, 70), unit('A.c.d', 7, 9, 20), unit('B', 21, 39, 60)];
  assert.deepEqual(names(nest(units)), [['A', [['A.c', ['A.c.d']], 'A.b']], 'B', 'small']);
});

test('two units of one line stand side by side, and nothing is nothing', () => {
  const at = (name, from, to) => ({ name, sourceTokens: 1, range: { start: { line: 3, character: from }, end: { line: 3, character: to } } });
  assert.deepEqual(names(nest([at('f', 0, 8), at('g', 10, 18)])), ['f', 'g']);
  assert.deepEqual(nest([]), []);
});
