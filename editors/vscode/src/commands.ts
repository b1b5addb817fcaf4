// What the commands of package.json do. A test compares the ids here with those there.

import { basename } from 'node:path/posix';
import * as vscode from 'vscode';
import { chosenLevel, guarded, isKnown, type Running } from './context';
import { OPEN_VIEW, type Server, type ServerCommand } from './client';
import type { Consumers } from './consumers';
import type { Corrections } from './corrections';
import type { Follower } from './follow';
import { install } from './install';
import { statusRequest } from './protocol';
import type { Results } from './results';
import { report } from './status';
import { addressOf, SCHEME, show, sourceOf, toSource, turn, viewUri } from './views';
import type { Level } from './addresses';
import type { View } from '../api';

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly running: Running;
  readonly server: Server;
  readonly follower: Follower;
  readonly consumers: Consumers;
  readonly results: Results;
  readonly corrections: Corrections;
}

interface Prompt {
  readonly text: string;
  readonly tokens: number;
}

export function register(parts: Parts): vscode.Disposable[] {
  const { running, server, follower, context, results, corrections } = parts;
  const open = (level: Level) => (uri?: vscode.Uri) => show(viewUri(sourceOf(uri ?? active().document.uri), level));
  const bodies: Record<string, (...args: never[]) => Promise<unknown>> = {
    'aiccl.openFlow': open('flow'),
    'aiccl.openOutline': open('outline'),
    'aiccl.openExact': open('exact'),
    'aiccl.openSelection': () => openSelection(running, results),
    'aiccl.openFolder': (uri?: vscode.Uri) => openFolder(uri),
    'aiccl.openBeside': () => follower.open(known()),
    'aiccl.nextLevel': async () => {
      const editor = await turn(active());
      if (editor) follower.moved(editor.document.uri);
    },
    'aiccl.openSource': () => toSource(running, active()),
    'aiccl.copyAsPrompt': (uri?: vscode.Uri) => copyAsPrompt(running, uri),
    'aiccl.expandView': () => expand(running, results),
    'aiccl.explainView': () => explain(running, results),
    'aiccl.correctView': () => corrections.open(),
    'aiccl.keepCorrection': () => corrections.save(),
    'aiccl.showStatus': async () => {
      running.log.info(`status\n${report(await running.need().sendRequest(statusRequest, {}))}`);
      running.log.show();
    },
    'aiccl.reindexWorkspace': () => running.execute('aiccl.reindex'),
    'aiccl.emptyCache': () => running.execute('aiccl.clearCache'),
    'aiccl.restartServer': () => server.restart(),
    'aiccl.restartIndexer': () => running.execute('aiccl.restartWorker'),
    'aiccl.installServer': async () => {
      await server.stop();
      try {
        return await install(running, context.globalStorageUri);
      } finally {
        await server.start();
      }
    },
    'aiccl.showLogs': async () => running.log.show(),
    'aiccl.openWalkthrough': async () => {
      await running.tick(false);
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`);
      await running.tick(running.client !== undefined);
    },
    'aiccl.refreshConsumers': async () => parts.consumers.refresh(),
    [OPEN_VIEW]: (uri: string) => openView(uri),
  };
  return Object.entries(bodies).map(([id, body]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => guarded(running, () => body(...(args as never[])))),
  );
}

/** The server's own commands, when a code action or a lens runs them: their answers are for the screen. */
export function onServerCommand(running: Running, results: Results): ServerCommand {
  return async (command, args, next) => {
    if (command === 'aiccl.show' && typeof args[0] === 'string') {
      return guarded(running, () => openView(args[0] as string));
    }
    const answer = await next(command, args);
    if (command === 'aiccl.copyPrompt' && answer) await copied(answer as Prompt);
    if (command === 'aiccl.explain' && answer) await explained(results, answer as View);
    return answer;
  };
}

async function openView(uri: string): Promise<void> {
  const parsed = vscode.Uri.parse(uri, true);
  if (parsed.scheme !== SCHEME || !addressOf(parsed)) throw new Error(`${uri} is no AICCL document`);
  await show(parsed, { viewColumn: vscode.ViewColumn.Beside });
}

function active(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new Error('no editor is open');
  return editor;
}

function known(): vscode.TextEditor {
  const editor = active();
  if (!isKnown(editor.document)) throw new Error(`${editor.document.languageId} is no language that AICCL knows`);
  return editor;
}

async function openFolder(uri?: vscode.Uri): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (!uri && !folders.length) throw new Error('no folder is open');
  const folder = uri ?? (folders.length > 1 ? (await vscode.window.showWorkspaceFolderPick())?.uri : folders[0]?.uri);
  if (!folder) return;
  await show(viewUri(folder, chosenLevel()));
}

async function openSelection(running: Running, results: Results): Promise<void> {
  const editor = active();
  const range = running.need().code2ProtocolConverter.asRange(editor.selection);
  const view = await running.execute<View>('aiccl.compressSelection', running.uri(editor.document.uri), range, chosenLevel());
  if (!view) throw new Error('nothing is selected that AICCL can restate');
  const { start, end } = editor.selection;
  await results.show(`${basename(editor.document.uri.path)}, lines ${start.line + 1} to ${end.line + 1} (AICCL)`, 'aiccl', view.text);
}

async function copyAsPrompt(running: Running, uri?: vscode.Uri): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const target = uri ?? active().document.uri;
  const address = addressOf(target);
  const selection = editor && editor.document.uri.toString() === target.toString() && !address && !editor.selection.isEmpty ? editor.selection : undefined;
  const range = selection ? running.need().code2ProtocolConverter.asRange(selection) : null;
  const level = address?.level ?? chosenLevel();
  const prompt = await running.execute<Prompt>('aiccl.copyPrompt', running.uri(sourceOf(target)), range, level);
  if (!prompt) throw new Error('there is nothing here that AICCL can restate');
  await copied(prompt);
}

async function copied(prompt: Prompt): Promise<void> {
  await vscode.env.clipboard.writeText(prompt.text);
  vscode.window.setStatusBarMessage(`AICCL: ${prompt.tokens.toLocaleString('en')} tokens copied, base map included`, 5000);
}

async function expand(running: Running, results: Results): Promise<void> {
  const { document } = active();
  const text = document.getText();
  const answer = await running.execute<{ kind: string; language: string | null; text: string }>('aiccl.expand', text);
  if (!answer) throw new Error('this view cannot be expanded');
  const language = answer.kind === 'source' && answer.language ? answer.language : 'markdown';
  const name = `${basename(document.uri.path)} (${answer.kind === 'source' ? 'expanded' : 'prompt'})`;
  await results.show(name, language === 'tsx' ? 'typescriptreact' : language, answer.text);
}

async function explain(running: Running, results: Results): Promise<void> {
  const editor = known();
  const position = running.need().code2ProtocolConverter.asPosition(editor.selection.active);
  const view = await running.execute<View>('aiccl.explain', running.uri(editor.document.uri), position);
  if (!view) throw new Error('there is no function or class under the cursor');
  await explained(results, view);
}

async function explained(results: Results, view: View): Promise<void> {
  const fence = '`'.repeat(Math.max(3, ...[...view.text.matchAll(/`+/g)].map((run) => run[0].length + 1)));
  const list = (items: readonly string[]) => (items.length ? items.map((item) => `- ${item}`).join('\n') : 'nothing');
  const content = [
    `# ${view.name}`,
    `${view.sourceTokens} tokens, as ${view.level} ${view.tokens}: ${view.ratio.toFixed(1)} times fewer. ${(view.score * 100).toFixed(1)} % of the facts are kept. Made by: ${view.madeBy}.`,
    `${fence}aiccl\n${view.text}\n${fence}`,
    `## Left out\n\n${list(view.leftOut)}`,
    `## Rules that fired\n\n${list(view.rules)}`,
  ].join('\n\n');
  await results.show(`${view.name} (explained)`, 'markdown', content);
}
