// Activation: the parts are made and tied together here, and do their work elsewhere.

import * as vscode from 'vscode';
import type { AICCLProcessor } from '../api';
import { Server } from './client';
import { onServerCommand, register } from './commands';
import { Consumers } from './consumers';
import { isKnown, Running } from './context';
import { Corrections } from './corrections';
import { Follower } from './follow';
import { processor } from './processor';
import { Results } from './results';
import { StatusItem } from './status';
import { asAiccl, SCHEME } from './views';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<AICCLProcessor> {
  const log = vscode.window.createOutputChannel('AICCL', { log: true });
  const output = vscode.window.createOutputChannel('AICCL Server', { log: true });
  const running = new Running(log);
  const results = new Results();
  const corrections = new Corrections(running);
  server = new Server(running, output, context.globalStorageUri, onServerCommand(running, results));
  const status = new StatusItem(running);
  const consumers = new Consumers(running);
  const follower = new Follower(running);
  const tree = vscode.window.createTreeView('aiccl.consumers', { treeDataProvider: consumers, showCollapseAll: true });
  consumers.watch(tree.visible);
  const known = (editor: vscode.TextEditor | undefined) =>
    void vscode.commands.executeCommand('setContext', 'aiccl.known', editor !== undefined && isKnown(editor.document));

  context.subscriptions.push(
    log, output, server, status, consumers, follower, results, corrections,
    ...register({ context, running, server, follower, consumers, results, corrections }),
    tree,
    tree.onDidChangeVisibility(({ visible }) => consumers.watch(visible)),
    server.onDidProgress((progress) => {
      status.show(progress);
      if (progress.state !== 'busy') consumers.outdated();
    }),
    running.onDidChange((client) => {
      status.show({ state: client ? 'ready' : 'off', done: 0, total: 0 });
      consumers.refresh();
    }),
    vscode.workspace.onDidOpenTextDocument((document) => document.uri.scheme === SCHEME && void asAiccl(document)),
    vscode.window.onDidChangeActiveTextEditor(known),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('aiccl.path') && void server?.reconsider()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server?.reconsider()),
  );
  known(vscode.window.activeTextEditor);
  const started = server.start().catch(() => undefined);
  return processor(running, () => started);
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
