// The TextMate grammar, run by the engine that VS Code runs it with.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { grammars, tokens as byLine } from './textmate.mjs';

let grammar;
let markdown;

before(async () => ({ aiccl: grammar, markdown } = await grammars()));

/** Pairs of a token's text and its scopes. */
const tokens = (text, by = grammar) => byLine(text, by).flatMap((line) => line.tokens);

function scope(text, part, wanted) {
  const found = tokens(text).filter(([word]) => word.trim() === part);
  assert.ok(found.some(([, scopes]) => scopes.some((one) => one.startsWith(wanted))), `${part} in ${text}: ${JSON.stringify(tokens(text))}`);
}

test('tags and attributes', () => {
  scope('<comp:code lang="python" path="a.py">', 'comp:code', 'entity.name.tag');
  scope('<comp:code lang="python" path="a.py">', 'lang', 'entity.other.attribute-name');
  scope('</comp:code>', 'comp:code', 'entity.name.tag');
});

test('units', () => {
  scope('F:load(path){^x}', 'F:', 'storage.type.unit');
  scope('F:load(path){^x}', 'load', 'entity.name.function');
  scope('C:Cart(Base){', 'Cart', 'entity.name.type');
  scope('~F:fetch(url){', '~F:', 'storage.type.unit');
  scope('add(article,amount=1)->int', 'add', 'entity.name.function');
  scope('K:LIMIT=50', 'LIMIT', 'entity.name.function');
  scope('R:GET /users/{id}{^user}', '/users/{id}', 'entity.name.function.route');
});

test('flow', () => {
  scope('amount<1?^!ValueError("too few")', '^!', 'keyword.control.raise');
  scope('amount<1?^!ValueError("too few")', 'ValueError', 'entity.name.type.error');
  scope('amount<1?^!ValueError("too few")', '?', 'keyword.control.branch');
  scope('^total', '^', 'keyword.control.return');
  scope('^^row', '^^', 'keyword.control.return');
  scope('x<-xs{f(x)}', '<-', 'keyword.operator.loop');
  scope('.prices.find(x)', '.', 'variable.language.self');
  scope('fail ^None', 'fail', 'keyword.control');
  for (const word of ['try', 'err', 'fin']) scope('try{f()}err e{g()}fin{h()}', word, 'keyword.control');
  scope('match kind{1:^a;else:^b}', 'match', 'keyword.control');
  scope('row|continue', 'continue', 'keyword.control');
  scope('row=>row.name', '=>', 'keyword.operator.arrow');
  scope('i<-0..n{f(i)}', '..', 'keyword.operator.range');
  scope('u|^!E("{who} is {what}")', '{who}', 'variable.other.placeholder');
  scope('quirk: keeps the last one', 'quirk:', 'keyword.other.quirk');
});

test('a word inside another, a call or a string is no keyword', () => {
  for (const [text, part] of [['information=1', 'in'], ['x="for each"', 'for'], ['log(x)', 'log'], ['re.match(x)', 'match'], ['first.limit', 'first'], ['.go=from+1', 'go'], ['use(from=1,as)', 'from']]) {
    const found = tokens(text).filter(([word, scopes]) => word.includes(part) && scopes.some((one) => one.startsWith('keyword.control.aiccl')));
    assert.deepEqual(found, [], text);
  }
});

test('a string that never ends does not reach the next line', () => {
  const after = tokens('x="open\nF:next(a){^a}').filter(([word]) => word === 'next');
  assert.ok(after[0][1].some((one) => one.startsWith('entity.name.function')));
});

test('fenced blocks of Markdown hold AICCL, and end', () => {
  const inside = (text, part) => tokens(text, markdown).find(([word]) => word === part)?.[1] ?? [];
  const block = '```aiccl\nF:load(path){^x}\n```\nF:after(x){}';
  assert.ok(inside(block, 'load').includes('meta.embedded.block.aiccl'), JSON.stringify(tokens(block, markdown)));
  assert.ok(inside(block, 'load').some((one) => one.startsWith('entity.name.function')));
  assert.ok(!tokens(block, markdown).at(-1)[1].includes('meta.embedded.block.aiccl'));
  assert.ok(inside('````aiccl\nF:load(path){^x}\n````', 'load').includes('meta.embedded.block.aiccl'));
});
