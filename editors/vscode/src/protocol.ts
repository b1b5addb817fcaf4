// The server's own requests and notifications, as docs/protocol.md has them.

import { NotificationType, RequestType } from 'vscode-languageclient/node';
import type { Level, View, Views } from '../api';

export interface Status {
  readonly version: string;
  readonly state: string;
  readonly worker: {
    readonly state: string;
    readonly reason?: string;
    readonly pid?: number | null;
    readonly restarts: number;
    readonly quarantined: readonly unknown[];
    /** Folders that are not indexed, or not wholly, each with the reason. */
    readonly refused?: readonly string[];
  };
  readonly model?: {
    /** What its views are known by; null where there is none that works, for the reason. */
    readonly id: string | null;
    readonly reason: string;
    readonly chunks: number;
    readonly files: number;
  };
  readonly index: { readonly files: number; readonly chunks: number; readonly views: number; readonly path: string; readonly bytes: number };
  readonly workspace: readonly string[];
  readonly tokens: { readonly source: number; readonly flow: number };
}

export interface FileFigures {
  readonly uri: string;
  readonly language: string;
  readonly sourceTokens: number;
  readonly tokens: number;
  readonly ratio: number;
  readonly score: number;
}

export interface Progress {
  readonly state: 'ready' | 'busy' | 'paused' | 'restarting' | 'degraded' | 'failed' | 'off';
  readonly done: number;
  readonly total: number;
}

export const viewRequest = new RequestType<
  { textDocument: { uri: string }; position?: unknown; range?: unknown; name?: string; level?: Level },
  View | null,
  void
>('aiccl/view');
export const viewsRequest = new RequestType<{ uri: string; level?: Level }, Views, void>('aiccl/views');
export const statusRequest = new RequestType<Record<string, never>, Status, void>('aiccl/status');
export const filesRequest = new RequestType<{ uri?: string; limit?: number }, { files: FileFigures[]; total: number }, void>('aiccl/files');
export const statusChanged = new NotificationType<Progress>('aiccl/statusChanged');
