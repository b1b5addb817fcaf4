// What the parts of the extension share: the running client, if there is one, the logs, and ways to ask the server.

import * as vscode from 'vscode';
import { ExecuteCommandRequest, type LanguageClient } from 'vscode-languageclient/node';
import { isLevel, type Level } from './addresses';

/** Languages that the server knows, by VS Code's ids. */
export const LANGUAGES = [
  'c', 'cpp', 'csharp', 'go', 'java', 'javascript', 'javascriptreact', 'kotlin', 'php', 'python', 'ruby', 'rust', 'typescript', 'typescriptreact',
] as const;

export class Running {
  private current: LanguageClient | undefined;
  private readonly changed = new vscode.EventEmitter<LanguageClient | undefined>();
  /** Fires with a client that has just started, and with nothing when it is gone. */
  readonly onDidChange = this.changed.event;

  constructor(readonly log: vscode.LogOutputChannel) {}

  get client(): LanguageClient | undefined {
    return this.current;
  }

  set(client: LanguageClient | undefined): void {
    this.current = client;
    void vscode.commands.executeCommand('setContext', 'aiccl.running', client !== undefined);
    void this.tick(client !== undefined);
    this.changed.fire(client);
  }

  /** The walkthrough's first step is done when this becomes true, and only if it becomes so while the walkthrough is there. */
  async tick(done: boolean): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'aiccl.found', done);
  }

  /** The client; rejects with a sentence for the user if there is none. */
  need(): LanguageClient {
    if (!this.current) throw new Error('the AICCL server is not running; see "AICCL: Show Logs" or "AICCL: Install Server"');
    return this.current;
  }

  /** Runs one of the server's commands. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | null> {
    return (await this.need().sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as T | null;
  }

  /** The URI as the server knows it. */
  uri(uri: vscode.Uri): string {
    return this.need().code2ProtocolConverter.asUri(uri);
  }
}

export function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('aiccl');
}

export function chosenLevel(): Level {
  const level = settings().get('level');
  return isLevel(level) ? level : 'flow';
}

export function isKnown(document: vscode.TextDocument): boolean {
  return (LANGUAGES as readonly string[]).includes(document.languageId) && ['file', 'untitled'].includes(document.uri.scheme);
}

/** Runs a command's body; what goes wrong is one message and a line in the log. */
export async function guarded<T>(running: Running, body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    running.log.error(text);
    void vscode.window.showErrorMessage(`AICCL: ${text}`, 'Show Logs').then((answer) => answer && running.log.show());
    return undefined;
  }
}
