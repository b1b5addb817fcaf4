// The installed extension against the real server, through VS Code's own API.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const vscode = require('vscode');

const workspace = process.env.AICCL_WORKSPACE;
const pristine = process.env.AICCL_PRISTINE;
const at = (relative) => vscode.Uri.file(path.join(workspace, relative));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `body` gives something true, and gives that. */
async function eventually(what, body, timeout = 20000) {
  const deadline = Date.now() + timeout;
  let last;
  while (Date.now() < deadline) {
    try {
      last = await body();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await pause(30);
  }
  throw new Error(`waited in vain for ${what}; the last was ${last}`);
}

async function open(relative) {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  fs.copyFileSync(path.join(pristine, relative), path.join(workspace, relative));
  const document = await vscode.workspace.openTextDocument(at(relative));
  const editor = await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  return editor;
}

function place(document, text) {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `no ${text}`);
  return document.positionAt(offset);
}

async function hover(document, word, wanted) {
  return eventually(`a hover of ${word} with ${wanted}`, async () => {
    const start = place(document, word);
    const name = start.translate(0, /^(def|class) /.exec(word)?.[0].length ?? 0);
    const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, name);
    const text = hovers.flatMap((one) => one.contents.map((content) => content.value ?? content)).join('\n');
    return text.includes(wanted) && { text, hovers };
  });
}

async function replace(editor, from, to) {
  const start = place(editor.document, from);
  await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, from.length)), to));
}

const shown = (scheme = 'aiccl') => vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === scheme);

/** The pids of the language servers below this extension host. */
function servers() {
  const words = JSON.parse(process.env.AICCL_SERVER).join('\0');
  const found = [];
  for (const name of fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(/\) \S (\d+)/.exec(fs.readFileSync(`/proc/${name}/stat`, 'utf8'))[1]);
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (parent === process.pid && command.includes(words)) found.push(Number(name));
    } catch {}
  }
  return found;
}

/** The pid of the only one. */
const onlyServer = (except) =>
  eventually('one server', () => {
    const found = servers();
    if (found.length === 1 && found[0] !== except) return found[0];
    throw new Error(`servers: ${found.join(', ') || 'none'}`);
  });

suite('aiccl', () => {
  let api;
  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension('aiccl.aiccl');
    assert.ok(extension, 'the .vsix is installed');
    assert.ok(!extension.extensionPath.startsWith(process.env.AICCL_EXTENSION), 'and it is the installed one that runs');
    api = await extension.activate();
    const editor = await open('shop/cart.py');
    await hover(editor.document, 'def add', 'amount must be positive');
  });

  test('hover on a method shows its flow view and its figures', async () => {
    const { document } = await open('shop/cart.py');
    const { text } = await hover(document, 'def add', '```aiccl');
    assert.match(text, /\.prices\.find\(/);
    assert.match(text, /fewer tokens/);
    assert.doesNotMatch(text, /Put an article into the cart/);
  });

  test('the hover links to other levels by one trusted command only', async () => {
    const { document } = await open('shop/cart.py');
    const { text, hovers } = await hover(document, 'def merge', 'command:aiccl.openView?');
    assert.doesNotMatch(text, /\]\(aiccl:/);
    const trusted = hovers.flatMap((one) => one.contents).map((content) => content.isTrusted).filter(Boolean);
    assert.ok(trusted.every((trust) => trust === true || trust.enabledCommands.every((id) => id === 'aiccl.openView')), JSON.stringify(trusted));
    const link = /command:aiccl\.openView\?([^)]+)\)/.exec(text)[1];
    await vscode.commands.executeCommand('aiccl.openView', ...JSON.parse(decodeURIComponent(link)));
    const view = await eventually('the linked view', () => shown());
    assert.match(view.document.getText(), /merge/);
    assert.doesNotMatch(view.document.getText(), /no such article/);
  });

  test('an unsaved change is in the hover, and undone again', async () => {
    const editor = await open('shop/cart.py');
    await replace(editor, 'amount must be positive', 'too few of them');
    await hover(editor.document, 'def add', 'too few of them');
    await vscode.commands.executeCommand('undo');
    await hover(editor.document, 'def add', 'amount must be positive');
  });

  test('save, then hover', async () => {
    const editor = await open('shop/cart.py');
    await replace(editor, 'amount must be positive', 'at least one, please');
    await editor.document.save();
    const started = Date.now();
    await hover(editor.document, 'def add', 'at least one, please');
    console.log(`      fresh after ${Date.now() - started} ms`);
  });

  test('flow, outline and exact are read-only AICCL documents', async () => {
    for (const [command, wanted, unwanted] of [
      ['aiccl.openFlow', 'no such article', 'def add'],
      ['aiccl.openOutline', 'merge(', 'no such article'],
      ['aiccl.openExact', 'no such article', 'def merge(first: Cart, second: Cart) -> Cart:'],
    ]) {
      await open('shop/cart.py');
      await vscode.commands.executeCommand(command);
      const editor = await eventually(command, () => vscode.window.activeTextEditor?.document.uri.scheme === 'aiccl' && vscode.window.activeTextEditor);
      assert.strictEqual(editor.document.languageId, 'aiccl');
      const text = editor.document.getText();
      assert.ok(text.includes(wanted) && !text.includes(unwanted), text);
      assert.match(text, /<comp:code lang="python"/);
    }
  });

  test('a folder', async () => {
    await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openFolder', at('shop'));
    const text = (await eventually('the view', () => shown())).document.getText();
    assert.ok(text.includes('Cart') && text.includes('PriceList'), text);
  });

  test('the view beside follows the cursor, the level switch and a save', async () => {
    const source = await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openBeside');
    const view = await eventually('the view', () => shown());
    assert.ok(view.viewColumn !== source.viewColumn);
    const merge = place(source.document, 'merged = Cart');
    source.selection = new vscode.Selection(merge, merge);
    await vscode.window.showTextDocument(source.document, source.viewColumn);
    await replace(source, 'no such article', 'never heard of');
    await source.document.save();
    await eventually('the saved text in the view', () => shown().document.getText().includes('never heard of'));
    await vscode.window.showTextDocument(shown().document, shown().viewColumn);
    await vscode.commands.executeCommand('aiccl.nextLevel');
    await eventually('the next level', () => shown()?.document.uri.path.startsWith('/exact/'));
    const prices = await vscode.window.showTextDocument(at('shop/prices.py'), { viewColumn: source.viewColumn });
    prices.selection = new vscode.Selection(8, 0, 8, 0);
    await eventually('the other file in the view', () => shown()?.document.uri.path.endsWith('/shop/prices.py') && shown().document.getText().includes('PriceList'));
  });

  test('from the view to the source', async () => {
    await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openFlow');
    const view = await eventually('the view', () => shown());
    const line = view.document.positionAt(view.document.getText().indexOf('merge(')).line;
    view.selection = new vscode.Selection(line, 0, line, 0);
    await vscode.commands.executeCommand('aiccl.openSource');
    const editor = await eventually('the source', () => vscode.window.activeTextEditor?.document.uri.scheme === 'file' && vscode.window.activeTextEditor);
    assert.match(editor.document.lineAt(editor.selection.active.line).text, /def merge/);
  });

  test('copy as prompt: a file, a selection, a folder', async () => {
    const editor = await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.copyAsPrompt');
    const whole = await vscode.env.clipboard.readText();
    assert.ok(whole.includes('<comp:map') && whole.includes('no such article'), whole.slice(0, 400));
    editor.selection = new vscode.Selection(place(editor.document, 'def merge'), editor.document.lineAt(editor.document.lineCount - 1).range.end);
    await vscode.commands.executeCommand('aiccl.copyAsPrompt');
    const part = await vscode.env.clipboard.readText();
    assert.ok(part.includes('merge') && !part.includes('no such article'), part.slice(-400));
    await vscode.commands.executeCommand('aiccl.copyAsPrompt', at('shop'));
    assert.match(await vscode.env.clipboard.readText(), /PriceList/);
  });

  test('explain and expand', async () => {
    const editor = await open('shop/cart.py');
    const position = place(editor.document, 'add(');
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('aiccl.explainView');
    const told = await eventually('the explanation', () => vscode.window.visibleTextEditors.find((one) => one.document.languageId === 'markdown'));
    assert.match(told.document.getText(), /Rules that fired/);
    await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openExact');
    await eventually('the exact view', () => vscode.window.activeTextEditor?.document.languageId === 'aiccl');
    await vscode.commands.executeCommand('aiccl.expandView');
    const code = await eventually('the code', () => vscode.window.activeTextEditor?.document.languageId === 'python' && vscode.window.activeTextEditor);
    assert.match(code.document.getText(), /def merge\(first: Cart, second: Cart\)/);
  });

  test('the exported API', async () => {
    const file = await api.convertFile(at('shop/cart.py'));
    assert.strictEqual(api.version, 1);
    assert.ok(file.ratio > 1 && file.text.includes('Cart') && file.views.some((view) => view.name === 'Cart.add'), JSON.stringify(file).slice(0, 300));
    const outline = await api.convertFile(at('shop/cart.py').toString(), 'outline');
    assert.ok(outline.tokens < file.tokens);
    const folder = await api.convertDirectory(at('shop'));
    assert.ok(folder.text.includes('PriceList') && folder.sourceTokens > file.sourceTokens);
    await api.updateIndex([at('shop/cart.py')]);
    await api.updateIndex();
    await assert.rejects(() => api.convertFile(at('shop/missing.py')), /missing\.py/);
  });

  test('settings change at run time', async () => {
    const { document } = await open('shop/cart.py');
    const section = vscode.workspace.getConfiguration('aiccl');
    const counted = () => vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 20);
    assert.strictEqual((await counted()).length, 0);
    await section.update('codeLens.enable', true, vscode.ConfigurationTarget.Workspace);
    await eventually('lenses', async () => (await counted()).some((lens) => /AICCL/.test(lens.command?.title)));
    await section.update('codeLens.enable', undefined, vscode.ConfigurationTarget.Workspace);
    await section.update('hover.enable', false, vscode.ConfigurationTarget.Workspace);
    await eventually('no hover', async () => {
      const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, place(document, 'add('));
      return hovers.every((one) => !one.contents.some((content) => /aiccl/.test(content.value)));
    });
    await section.update('hover.enable', undefined, vscode.ConfigurationTarget.Workspace);
    await hover(document, 'def add', '```aiccl');
  });

  test('a workspace setting names no program', async () => {
    const marker = path.join(workspace, 'ran');
    const evil = path.join(workspace, 'evil.sh');
    fs.writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    fs.mkdirSync(path.join(workspace, '.vscode'), { recursive: true });
    const file = path.join(workspace, '.vscode', 'settings.json');
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}';
    fs.writeFileSync(file, JSON.stringify({ 'aiccl.path': [evil], 'aiccl.install.source': './evil' }));
    await pause(500);
    await vscode.commands.executeCommand('aiccl.restartServer');
    await onlyServer();
    const { document } = await open('shop/cart.py');
    await hover(document, 'def add', '```aiccl');
    assert.ok(!fs.existsSync(marker));
    fs.writeFileSync(file, before);
  });

  test('status, reindex, worker restart', async () => {
    await vscode.commands.executeCommand('aiccl.showStatus');
    await vscode.commands.executeCommand('aiccl.reindexWorkspace');
    await vscode.commands.executeCommand('aiccl.restartIndexer');
    const { document } = await open('shop/cart.py');
    await hover(document, 'def add', '```aiccl');
  });

  test('the server is killed: it comes back, and the hover is of the unsaved buffer', async () => {
    const editor = await open('shop/cart.py');
    await replace(editor, 'no such article', 'unsaved text');
    const before = await onlyServer();
    process.kill(before, 'SIGKILL');
    await onlyServer(before);
    await hover(editor.document, 'def add', 'unsaved text');
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually('the file as it was', () => !editor.document.isDirty);
  });
});
