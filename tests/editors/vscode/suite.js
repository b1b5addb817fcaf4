// The installed extension against the real server, through VS Code's own API.
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const vscode = require('vscode');
const { children } = require('./processes');

const workspace = process.env.AICCL_WORKSPACE;
const pristine = process.env.AICCL_PRISTINE;
const at = (relative) => vscode.Uri.file(path.join(workspace, relative));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `body` gives something true, and gives that. */
async function eventually(what, body, timeout = 30000) {
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

/**
 * Opens a file as it is in the repository, alone, whatever the test before left. By an edit and a save: the command that reverts
 * goes to what has the focus, which may be a panel.
 */
async function open(relative) {
  const wanted = fs.readFileSync(path.join(pristine, relative), 'utf8');
  const document = await vscode.workspace.openTextDocument(at(relative));
  await eventually(`${relative} as it is in the repository`, async () => {
    const editor = await vscode.window.showTextDocument(document);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    if (document.getText() !== wanted) await editor.edit((edit) => edit.replace(all, wanted));
    if (document.isDirty) await document.save();
    return document.getText() === wanted && !document.isDirty;
  });
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(relative)));
}

function place(document, text) {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `no ${text}`);
  return document.positionAt(offset);
}

const textOf = (hovers) => hovers.flatMap((one) => one.contents.map((content) => content.value ?? content)).join('\n');

/** The hovers on a name; a word such as `def add` means the name in it. */
function hovered(document, word) {
  const name = place(document, word).translate(0, /^(def|class) /.exec(word)?.[0].length ?? 0);
  return vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, name);
}

/** What a hover says now, whatever it is. */
const asked = async (document, word) => textOf(await hovered(document, word));

/** The hover once it says what is wanted. */
async function hover(document, word, wanted) {
  return eventually(`a hover of ${word} with ${wanted}`, async () => {
    const hovers = await hovered(document, word);
    const text = textOf(hovers);
    return text.includes(wanted) && { text, hovers };
  });
}

async function replace(editor, from, to) {
  const start = place(editor.document, from);
  await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, from.length)), to));
}

/** What stands in the fenced block of a hover. */
const fenced = (text) => /^(`{3,})aiccl\n([^]*?)\n\1$/m.exec(text)?.[2];

const shown = (scheme = 'aiccl') => vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === scheme);

/** The language servers below this extension host. */
const servers = () => children(process.pid, JSON.parse(process.env.AICCL_SERVER));

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

  test('a hover is the view that the server has of that unit, on the definition and on a use', async () => {
    const { document } = await open('shop/cart.py');
    const { views } = await api.convertFile(document.uri);
    for (const [word, name] of [['def add', 'Cart.add'], ['def total', 'Cart.total'], ['def merge', 'merge'], ['class Cart', 'Cart']]) {
      const { text } = await hover(document, word, 'fewer tokens');
      assert.strictEqual(fenced(text), views.find((view) => view.name === name).text);
    }
    const prices = await api.convertFile(at('shop/prices.py'));
    const { text } = await hover(document, 'PriceList', '```aiccl');
    assert.strictEqual(fenced(text), prices.views.find((view) => view.name === 'PriceList').text);
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
    const started = Date.now();
    await editor.document.save();
    await hover(editor.document, 'def add', 'at least one, please');
    console.log(`      fresh ${Date.now() - started} ms after the save began`);
  });

  test('a hover never has text of before the last change or save', async () => {
    const editor = await open('shop/cart.py');
    await hover(editor.document, 'def add', 'amount must be positive');
    let before = 'amount must be positive';
    for (const now of ['version one', 'version two', 'version three', 'version four']) {
      await replace(editor, before, now);
      const saved = editor.document.save();
      let fresh = false;
      for (const deadline = Date.now() + 20000; !fresh && Date.now() < deadline; ) {
        const text = await asked(editor.document, 'def add');
        assert.ok(!text.includes(before), `${before} after it was changed to ${now}:\n${text}`);
        fresh = text.includes(now);
      }
      assert.ok(fresh, `no ${now}`);
      await saved;
      assert.ok((await asked(editor.document, 'def add')).includes(now));
      before = now;
    }
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
      assert.ok(!text.includes(workspace), `the machine's path in ${command}`);
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

  test('an untitled file has no view, and the view beside goes on following the others', async () => {
    const source = await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openBeside');
    await eventually('the view', () => shown());
    const untitled = await vscode.workspace.openTextDocument({ language: 'python', content: 'def f(x):\n    return x + 1\n' });
    await vscode.window.showTextDocument(untitled, source.viewColumn);
    for (const command of ['aiccl.openBeside', 'aiccl.openFlow', 'aiccl.openOutline']) {
      assert.strictEqual(await vscode.commands.executeCommand(command), undefined, command);
    }
    assert.ok(shown().document.uri.path.endsWith('/shop/cart.py'), shown().document.uri.toString());
    await vscode.window.showTextDocument(untitled, source.viewColumn);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.window.showTextDocument(at('shop/prices.py'), { viewColumn: source.viewColumn });
    await eventually('the other file in the view', () => shown()?.document.uri.path.endsWith('/shop/prices.py') && shown().document.getText().includes('PriceList'));
  });

  test('from the view to the source', async () => {
    await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openFlow');
    // The active one: the view that follows the cursor, of the test before, may have come back beside it.
    const active = () => vscode.window.activeTextEditor;
    const view = await eventually('the view', () => active()?.document.uri.scheme === 'aiccl' && active().document.getText().includes('merge(') && active());
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
    const folder = await vscode.env.clipboard.readText();
    assert.match(folder, /PriceList/);
    for (const prompt of [whole, part, folder]) assert.ok(!prompt.includes(workspace), 'the machine\'s path in a prompt');
  });

  test('a selection', async () => {
    const editor = await open('shop/cart.py');
    editor.selection = new vscode.Selection(place(editor.document, 'for cart in'), place(editor.document, '    return merged'));
    await vscode.commands.executeCommand('aiccl.openSelection');
    const view = await eventually('the view', () => shown('aiccl-result'));
    assert.strictEqual(view.document.languageId, 'aiccl');
    assert.ok(view.document.getText().includes('merged.add(') && !view.document.getText().includes('min('), view.document.getText());
  });

  test('a corrected view is checked and kept outside the workspace', async () => {
    const kept = path.join(process.env.XDG_DATA_HOME, 'aiccl', 'corrections.jsonl');
    const editor = await open('shop/cart.py');
    const position = place(editor.document, 'add(');
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('aiccl.correctView');
    const correction = await eventually('the view', () => shown('untitled'));
    assert.strictEqual(correction.document.languageId, 'aiccl');
    const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', correction.document.uri);
    assert.deepStrictEqual(lenses.map((lens) => lens.command.title), ['Save Correction']);
    await correction.edit((edit) => edit.insert(correction.document.lineAt(0).range.end, ' "put articles into the cart"'));
    // The function moves meanwhile: where it was, another one is or none.
    const above = new vscode.WorkspaceEdit();
    above.insert(editor.document.uri, new vscode.Position(0, 0), '# one line more\n'.repeat(20));
    assert.ok(await vscode.workspace.applyEdit(above));
    await vscode.window.showTextDocument(correction.document, correction.viewColumn);
    await vscode.commands.executeCommand('aiccl.keepCorrection');
    const found = JSON.parse(fs.readFileSync(kept, 'utf8'));
    assert.deepStrictEqual([found.intent, found.path, found.language], ['put articles into the cart', 'shop/cart.py', 'python']);
    assert.match(found.code, /def add/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('explain and expand', async () => {
    const editor = await open('shop/cart.py');
    const position = place(editor.document, 'add(');
    editor.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('aiccl.explainView');
    const told = await eventually('the explanation', () => shown('aiccl-result'));
    assert.match(told.document.getText(), /# Cart\.add[^]*Rules that fired/);
    assert.ok(!told.document.isDirty && told.document.languageId === 'markdown');
    await open('shop/cart.py');
    await vscode.commands.executeCommand('aiccl.openExact');
    await eventually('the exact view', () => vscode.window.activeTextEditor?.document.languageId === 'aiccl');
    await vscode.commands.executeCommand('aiccl.expandView');
    const code = await eventually('the code', () => shown('aiccl-result'));
    assert.strictEqual(code.document.languageId, 'python');
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

  test('another extension uses it', async () => {
    const other = await vscode.extensions.getExtension('aiccl-tests.aiccl-test-carrier').activate();
    assert.strictEqual(other.version, 1);
    assert.ok((await other.ratio(at('shop/cart.py'))) > 1);
    assert.ok((await other.names(at('shop'))).includes('PriceList.find'));
    await other.touched([at('shop/cart.py')]);
  });

  test('settings change at run time', async () => {
    const { document } = await open('shop/cart.py');
    const section = vscode.workspace.getConfiguration('aiccl');
    const counted = () => vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 20);
    assert.strictEqual((await counted()).length, 0);
    await section.update('codeLens.enable', true, vscode.ConfigurationTarget.Global);
    await eventually('lenses', async () => (await counted()).some((lens) => /AICCL/.test(lens.command?.title)));
    await section.update('codeLens.enable', undefined, vscode.ConfigurationTarget.Global);
    await section.update('hover.enable', false, vscode.ConfigurationTarget.Global);
    await eventually('no hover', async () => {
      const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, place(document, 'add('));
      return hovers.every((one) => !one.contents.some((content) => /aiccl/.test(content.value)));
    });
    await section.update('hover.enable', undefined, vscode.ConfigurationTarget.Global);
    await hover(document, 'def add', '```aiccl');
  });

  test('a workspace setting names no program', async () => {
    const marker = path.join(workspace, 'ran');
    const evil = path.join(workspace, 'evil.sh');
    fs.writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    fs.mkdirSync(path.join(workspace, '.vscode'), { recursive: true });
    const file = path.join(workspace, '.vscode', 'settings.json');
    fs.writeFileSync(file, JSON.stringify({ 'aiccl.path': [evil], 'aiccl.install.source': './evil' }));
    await pause(500);
    await vscode.commands.executeCommand('aiccl.restartServer');
    await onlyServer();
    const { document } = await open('shop/cart.py');
    await hover(document, 'def add', '```aiccl');
    assert.ok(!fs.existsSync(marker));
    fs.rmSync(path.dirname(file), { recursive: true });
    fs.rmSync(evil);
  });

  test('status, reindex, worker restart', async () => {
    await vscode.commands.executeCommand('aiccl.showStatus');
    await vscode.commands.executeCommand('aiccl.reindexWorkspace');
    await vscode.commands.executeCommand('aiccl.restartIndexer');
    const { document } = await open('shop/cart.py');
    await hover(document, 'def add', '```aiccl');
  });

  test('the worker is killed: another one takes its place, and hovers go on', async () => {
    const editor = await open('shop/cart.py');
    await hover(editor.document, 'def add', 'no such article');
    const server = await onlyServer();
    const [worker] = await eventually('a worker', () => children(server).length && children(server));
    process.kill(worker, 'SIGKILL');
    await replace(editor, 'no such article', 'after the worker');
    await hover(editor.document, 'def add', 'after the worker');
    await eventually('another worker', () => children(server).some((pid) => pid !== worker));
    assert.strictEqual(await onlyServer(), server);
  });

  test('the server is killed: it comes back, and the hover is of the unsaved buffer', async () => {
    const editor = await open('shop/cart.py');
    await replace(editor, 'no such article', 'unsaved text');
    const before = await onlyServer();
    process.kill(before, 'SIGKILL');
    await onlyServer(before);
    await hover(editor.document, 'def add', 'unsaved text');
    await open('shop/cart.py');
  });
});
