import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksAsCommands, sourceLine, unitLines } from '../../dist-test/links.mjs';

const links = [
  { line: 1, sourceLine: 5 }, // a class
  { line: 2, sourceLine: 13 }, // its methods
  { line: 6, sourceLine: 26 },
  { line: 9, sourceLine: 36 }, // a function
];

test('targets name lines from 1', () => {
  assert.equal(sourceLine('file:///a.py#L12,5'), 11);
  assert.equal(sourceLine('file:///a.py#L1'), 0);
  assert.equal(sourceLine('file:///a.py'), undefined);
  assert.equal(sourceLine(undefined), undefined);
});

test('the unit around a line, to the line before the next one', () => {
  assert.deepEqual(unitLines(links, 20, 13), [2, 5]);
  assert.deepEqual(unitLines(links, 13, 13), [2, 5]);
  assert.deepEqual(unitLines(links, 7, 13), [1, 1]);
  assert.deepEqual(unitLines(links, 90, 13), [9, 12]);
});

test('above the first unit there is none', () => {
  assert.equal(unitLines(links, 2, 13), undefined);
  assert.equal(unitLines([], 2, 13), undefined);
});

test('links to views become one command, others and what stands in a fence stay', () => {
  const made = linksAsCommands('[outline](aiccl:///outline/a%20b.py?range=1-2) · [site](https://example.org)', 'aiccl.openView');
  const [, encoded] = /^\[outline\]\(command:aiccl\.openView\?([^)]+)\) · \[site\]\(https:\/\/example\.org\)$/.exec(made);
  assert.deepEqual(JSON.parse(decodeURIComponent(encoded)), ['aiccl:///outline/a%20b.py?range=1-2']);
  const fenced = '````aiccl\n```\n[x](aiccl:///flow/a.py)\n````\n';
  assert.equal(linksAsCommands(fenced, 'c'), fenced);
  assert.equal(linksAsCommands('[x](command:evil)', 'c'), '[x](command:evil)');
});
