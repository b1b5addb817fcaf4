// The language status item: what the server is doing, how much is indexed, and the way to the log when something is wrong.

import * as vscode from 'vscode';
import { LANGUAGES, type Running } from './context';
import { filesRequest, statusRequest, type Progress, type Status } from './protocol';

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
    const { Error, Warning, Information } = vscode.LanguageStatusSeverity;
    this.item.severity = progress.state === 'failed' ? Error : wrong || progress.state === 'degraded' ? Warning : Information;
    this.item.text = progress.state === 'busy' && progress.total ? `AICCL: ${progress.done} of ${progress.total}` : `AICCL: ${TEXTS[progress.state] ?? progress.state}`;
    this.item.command = wrong ? { command: 'aiccl.showLogs', title: 'Show Logs' } : { command: 'aiccl.showStatus', title: 'Status' };
    if (!wrong && progress.state !== 'busy') void this.detail();
  }

  /** What of the workspace is indexed, and what that saves; asked for when the index has come to rest. */
  private async detail(): Promise<void> {
    const client = this.running.client;
    if (!client) return;
    try {
      const { tokens } = await client.sendRequest(statusRequest, {});
      const { total } = await client.sendRequest(filesRequest, { limit: 1 });
      this.item.detail = total ? `${count(total, 'file')}, ${saved(tokens)}` : 'nothing is indexed';
    } catch (error) {
      this.running.log.debug(`status: ${String(error)}`);
    }
  }
}

const TEXTS: Record<Progress['state'], string> = {
  ready: 'ready',
  busy: 'indexing',
  paused: 'paused',
  restarting: 'restarting the worker',
  degraded: 'the index cannot be written',
  failed: 'failed',
  off: 'not running',
};

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

function saved({ source, flow }: Status['tokens']): string {
  const tokens = `${source.toLocaleString('en')} → ${flow.toLocaleString('en')} tokens`;
  return flow > 0 ? `${tokens}, ${(source / flow).toFixed(1)}× fewer` : tokens;
}

/** The status as text for an output channel. */
export function report(status: Status): string {
  const { worker, index, tokens, model } = status;
  return [
    `server ${status.version}: ${status.state}`,
    `worker: ${worker.state}${worker.reason ? `, ${worker.reason}` : ''}, pid ${worker.pid ?? '-'}, ${worker.restarts} restarts`,
    ...(model ? [model.id ? `model: ${model.id}, ${count(model.chunks, 'unit')} waiting, ${count(model.files, 'file')} not been through it` : `no model: ${model.reason}`] : []),
    `workspace: ${status.workspace.join(', ') || 'open files only'}; ${saved(tokens)}`,
    `index, all workspaces: ${count(index.files, 'file')}, ${count(index.chunks, 'unit')}, ${count(index.views, 'view')}, ${(index.bytes / 1e6).toFixed(1)} MB in ${index.path}`,
    ...(worker.refused ?? []).map((folder) => `not indexed: ${folder}`),
    ...worker.quarantined.map((path) => `left alone after it broke the worker twice: ${typeof path === 'string' ? path : JSON.stringify(path)}`),
  ].join('\n');
}
