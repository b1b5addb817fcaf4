// The TextMate grammars in the engine that VS Code runs them with.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const syntaxes = new URL('../../syntaxes/', import.meta.url);
const grammarOf = (name) => textmate.parseRawGrammar(readFileSync(new URL(name, syntaxes), 'utf8'), name);
let loaded;

/** The grammar of views, and a Markdown of nothing but what is injected into it. */
export function grammars() {
  loaded ??= load();
  return loaded;
}

async function load() {
  await oniguruma.loadWASM(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (scope === 'source.aiccl') return grammarOf('aiccl.tmLanguage.json');
      if (scope === 'markdown.aiccl.codeblock') return grammarOf('markdown-aiccl.tmLanguage.json');
      if (scope === 'text.html.markdown') return { scopeName: scope, patterns: [] };
      return null;
    },
    getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.aiccl.codeblock'] : undefined),
  });
  return { aiccl: await registry.loadGrammar('source.aiccl'), markdown: await registry.loadGrammar('text.html.markdown') };
}

/** Each line with its tokens: pairs of text and scopes. */
export function tokens(text, by) {
  let state = textmate.INITIAL;
  return text.split('\n').map((line) => {
    const { tokens: found, ruleStack } = by.tokenizeLine(line, state);
    state = ruleStack;
    return { line, tokens: found.map((token) => [line.slice(token.startIndex, token.endIndex), token.scopes]) };
  });
}
