// The language status item: what the server is doing, how much is indexed, and the way to the log when something is wrong.

import * as vscode from 'vscode';
import { LANGUAGES, type Running } from './context';
import { statusRequest, type Progress, type Status } from './protocol';

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('aiccl.status', [...LANGUAGES.map((language) => ({ language })), { language: 'aiccl' }]);

  constructor(private readonly running: Running) {
    this.item.name = 'AICCL';
    this.show({ state: 'off', done: 0, total: 0 });
  }

  dispose(): void {
    this.item.dispose();
  }

  show(progress: Progress): void {
    const wrong = progress.state === 'failed' || progress.state === 'off';
    this.item.busy = progress.state === 'busy' || progress.state === 'restarting';
    this.item.severity = progress.state === 'failed' ? vscode.LanguageStatusSeverity.Error : wrong ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.item.text = progress.state === 'busy' && progress.total ? `AICCL: ${progress.done} of ${progress.total}` : `AICCL: ${TEXTS[progress.state] ?? progress.state}`;
    this.item.command = wrong ? { command: 'aiccl.showLogs', title: 'Show Logs' } : { command: 'aiccl.showStatus', title: 'Status' };
    if (!wrong && progress.state !== 'busy') void this.detail();
  }

  /** How many units are indexed, and what that saves; asked for when the index has come to rest. */
  private async detail(): Promise<void> {
    try {
      const status = await this.running.client?.sendRequest(statusRequest, {});
      if (status) this.item.detail = summary(status);
    } catch (error) {
      this.running.log.debug(`status: ${String(error)}`);
    }
  }
}

const TEXTS: Record<string, string> = { ready: 'ready', busy: 'indexing', paused: 'paused', restarting: 'restarting the worker', failed: 'failed', off: 'not running' };

export function summary(status: Status): string {
  const units = `${status.index.chunks.toLocaleString('en')} units in ${status.index.files.toLocaleString('en')} files`;
  const { source, flow } = status.tokens;
  return flow > 0 ? `${units}, ${(source / flow).toFixed(1)}× fewer tokens` : units;
}

/** The status as text for an output channel. */
export function report(status: Status): string {
  const { worker, index, tokens } = status;
  return [
    `server ${status.version}: ${status.state}`,
    `worker: ${worker.state}${worker.reason ? `, ${worker.reason}` : ''}, pid ${worker.pid ?? '-'}, ${worker.restarts} restarts`,
    `index: ${summary(status)}, ${index.views} views, ${(index.bytes / 1e6).toFixed(1)} MB in ${index.path}`,
    `tokens: ${tokens.source} in source, ${tokens.flow} as flow`,
    `workspace: ${status.workspace.join(', ') || 'open files only'}`,
    ...worker.quarantined.map((path) => `left alone after it broke the worker twice: ${typeof path === 'string' ? path : JSON.stringify(path)}`),
  ].join('\n');
}
