// What other extensions get: see api.d.ts.

import * as vscode from 'vscode';
import type { AICCLProcessor, Level, Place, Views } from '../api';
import type { Running } from './context';
import { viewsRequest } from './protocol';
import { DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageclient/node';

export function processor(running: Running, ready: () => Promise<void>): AICCLProcessor {
  async function views(place: Place, level?: Level): Promise<Views> {
    await ready();
    return running.need().sendRequest(viewsRequest, { uri: running.uri(uriOf(place)), ...(level ? { level } : {}) });
  }
  return {
    version: 1,
    convertFile: views,
    convertDirectory: views,
    async updateIndex(files) {
      await ready();
      if (!files) {
        await running.execute('aiccl.reindex');
        return;
      }
      const changes = files.map((file) => ({ uri: running.uri(uriOf(file)), type: FileChangeType.Changed as 2 }));
      await running.need().sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    },
  };
}

function uriOf(place: Place): vscode.Uri {
  return place instanceof vscode.Uri ? place : vscode.Uri.parse(place.toString(), true);
}
