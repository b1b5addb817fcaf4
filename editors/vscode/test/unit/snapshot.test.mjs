// A view's tokens and their innermost scopes, line by line, compared with what was looked at and found good: snapshots/NAME.snap.
// `AICCL_SNAPSHOTS=1 npm test` writes them anew; the difference is for a person to read.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { grammars, tokens } from './textmate.mjs';

const folder = new URL('snapshots/', import.meta.url);

function drawn(lines) {
  return lines
    .map(({ line, tokens: found }) => {
      const named = found.map(([word, scopes]) => [word, scopes.at(-1)]).filter(([word, scope]) => word.trim() && scope !== 'source.aiccl' && !scope.startsWith('meta.embedded'));
      return [`> ${line}`, ...named.map(([word, scope]) => `    ${word.trim().padEnd(24)} ${scope}`)].join('\n');
    })
    .join('\n');
}

for (const name of readdirSync(folder).filter((file) => !file.endsWith('.snap'))) {
  test(`colours of ${name}`, async () => {
    const by = await grammars();
    const text = readFileSync(new URL(name, folder), 'utf8').trimEnd();
    const now = drawn(tokens(text, name.endsWith('.md') ? by.markdown : by.aiccl)) + '\n';
    const file = new URL(`${name}.snap`, folder);
    if (process.env.AICCL_SNAPSHOTS) writeFileSync(file, now);
    assert.equal(now, readFileSync(file, 'utf8'));
  });
}
