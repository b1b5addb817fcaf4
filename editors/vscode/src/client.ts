// The language client: started, stopped and restarted one after another, never two at a time.
//
// A server that cannot be found is one message with a way out; a server that dies is started again by the library, four
// times in three minutes at most.

import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State, TransportKind, type LanguageClientOptions, type ServerOptions,
} from 'vscode-languageclient/node';
import { LANGUAGES, settings, type Running } from './context';
import { discover, type Found } from './discovery';
import { linksAsCommands } from './links';
import { statusChanged, type Progress } from './protocol';

export const OPEN_VIEW = 'aiccl.openView';
const DEATHS = 5;
const WINDOW_MS = 180_000;

export type ServerCommand = (command: string, args: unknown[], next: (command: string, args: unknown[]) => unknown) => unknown;

export class Server implements vscode.Disposable {
  private queue: Promise<void> = Promise.resolve();
  private complained = false;
  private deaths: number[] = [];
  private started: Found | undefined;
  private readonly progress = new vscode.EventEmitter<Progress>();
  readonly onDidProgress = this.progress.event;

  constructor(
    private readonly running: Running,
    private readonly output: vscode.LogOutputChannel,
    private readonly storage: vscode.Uri,
    private readonly onCommand: ServerCommand,
  ) {}

  start(): Promise<void> {
    return this.next(() => this.open());
  }

  restart(): Promise<void> {
    this.deaths = [];
    return this.next(async () => {
      await this.close();
      await this.open();
    });
  }

  /** Restarts only if another program would be started now. */
  reconsider(): Promise<void> {
    return this.next(async () => {
      const found = this.find();
      if (JSON.stringify(found) !== JSON.stringify(this.started)) {
        await this.close();
        await this.open();
      }
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.close());
  }

  dispose(): void {
    void this.stop();
    this.progress.dispose();
  }

  private next(body: () => Promise<void>): Promise<void> {
    const mine = this.queue.then(body);
    this.queue = mine.catch((error: unknown) => this.running.log.error(String(error)));
    return mine;
  }

  private find(): Found | undefined {
    return discover({
      // Scope `machine`: a workspace's value is not even read. Asked for by name all the same.
      setting: settings().inspect<string[]>('path')?.globalValue ?? [],
      path: process.env['PATH'] ?? '',
      storage: this.storage.fsPath,
      workspace: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      windows: process.platform === 'win32',
    });
  }

  private async open(): Promise<void> {
    const found = this.find();
    this.started = found;
    if (!found) {
      this.running.log.warn('no server: aiccl.path is empty, aiccl-server is not on PATH, and none was installed');
      if (!this.complained) {
        this.complained = true;
        void vscode.window
          .showWarningMessage('AICCL: the language server is not installed.', 'Install Server', 'Show Logs')
          .then((answer) => answer && vscode.commands.executeCommand(answer === 'Show Logs' ? 'aiccl.showLogs' : 'aiccl.installServer'));
      }
      return;
    }
    this.running.log.info(`server from ${found.from}: ${[found.command, ...found.args].join(' ')}`);
    const client = this.make(found);
    client.onNotification(statusChanged, (state) => this.progress.fire(state));
    client.onDidChangeState((change) => {
      if (this.running.client === client || change.newState === State.Running) {
        this.running.set(change.newState === State.Running ? client : undefined);
      }
      if (change.newState !== State.Running) this.progress.fire({ state: 'off', done: 0, total: 0 });
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.running.log.error(`the server did not start: ${String(error)}`);
      throw error;
    }
  }

  private client: LanguageClient | undefined;

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.running.set(undefined);
    if (!client) return;
    try {
      if (client.state === State.Running) await client.stop(3000);
      await client.dispose(1000);
    } catch (error) {
      this.running.log.warn(`while stopping: ${String(error)}`);
    }
  }

  private make(found: Found): LanguageClient {
    const run = {
      command: found.command,
      args: [...found.args],
      transport: TransportKind.stdio,
      options: { env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', PYTHONUNBUFFERED: '1' } },
    };
    const server: ServerOptions = { run, debug: run };
    const options: LanguageClientOptions = {
      documentSelector: [
        ...LANGUAGES.flatMap((language) => [{ scheme: 'file', language }, { scheme: 'untitled', language }]),
        { scheme: 'aiccl' },
      ],
      synchronize: { configurationSection: 'aiccl' },
      initializationOptions: { settings: plain(settings()) },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
      middleware: {
        provideHover: async (document, position, token, next) => {
          const hover = await next(document, position, token);
          if (hover) hover.contents = hover.contents.map(withCommands);
          return hover;
        },
        executeCommand: (command, args, next) => this.onCommand(command, args, next) as vscode.ProviderResult<unknown>,
      },
    };
    return new LanguageClient('aiccl', 'AICCL', server, options);
  }

  private closed(): { action: CloseAction; message?: string; handled: boolean } {
    const now = Date.now();
    this.deaths = [...this.deaths.filter((when) => now - when < WINDOW_MS), now];
    if (this.deaths.length < DEATHS) {
      this.running.log.warn(`the server died (${this.deaths.length} of ${DEATHS} in three minutes); starting it again`);
      return { action: CloseAction.Restart, handled: true };
    }
    this.progress.fire({ state: 'failed', done: 0, total: 0 });
    return { action: CloseAction.DoNotRestart, message: 'AICCL: the server keeps dying and is left alone now; "AICCL: Show Logs", then "AICCL: Restart the Server".', handled: false };
  }
}

function plain(section: vscode.WorkspaceConfiguration): Record<string, unknown> {
  return JSON.parse(JSON.stringify(section)) as Record<string, unknown>;
}

function withCommands(content: vscode.MarkdownString | vscode.MarkedString): vscode.MarkdownString | vscode.MarkedString {
  if (!(content instanceof vscode.MarkdownString)) return content;
  const made = new vscode.MarkdownString(linksAsCommands(content.value, OPEN_VIEW));
  // This one command, which shows a read-only document, and no other.
  made.isTrusted = { enabledCommands: [OPEN_VIEW] };
  return made;
}
