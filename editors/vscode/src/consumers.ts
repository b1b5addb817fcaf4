// The tree of the workspace's biggest token consumers: files by the tokens of their source, their units below them.

import * as vscode from 'vscode';
import { ResponseError, ErrorCodes } from 'vscode-languageclient/node';
import type { View } from '../api';
import type { Running } from './context';
import { filesRequest, viewsRequest, type FileFigures } from './protocol';

const SHOWN = 100;

type Entry = { readonly file: FileFigures } | { readonly unit: View };

export class Consumers implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly running: Running) {}

  dispose(): void {
    this.changed.dispose();
  }

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    if ('unit' in entry) {
      const { unit } = entry;
      const item = new vscode.TreeItem(unit.name, vscode.TreeItemCollapsibleState.None);
      item.description = figures(unit.sourceTokens, unit.tokens);
      item.iconPath = new vscode.ThemeIcon(unit.kind === 'class' ? 'symbol-class' : 'symbol-method');
      const { start } = unit.range;
      const at = new vscode.Position(start.line, start.character);
      item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(unit.uri), { selection: new vscode.Range(at, at) }] };
      return item;
    }
    const { file } = entry;
    const uri = vscode.Uri.parse(file.uri);
    const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = figures(file.sourceTokens, file.tokens);
    item.tooltip = new vscode.MarkdownString(`${vscode.workspace.asRelativePath(uri)}\n\n${file.sourceTokens.toLocaleString('en')} tokens, ${file.tokens.toLocaleString('en')} as flow`);
    item.contextValue = 'file';
    return item;
  }

  async getChildren(entry?: Entry): Promise<Entry[]> {
    const client = this.running.client;
    if (!client) return [];
    try {
      if (!entry) {
        const { files } = await client.sendRequest(filesRequest, { limit: SHOWN });
        return files.map((file) => ({ file }));
      }
      if ('unit' in entry) return [];
      const { views } = await client.sendRequest(viewsRequest, { uri: entry.file.uri });
      return views
        .filter((unit) => unit.kind !== 'module')
        .sort((a, b) => b.sourceTokens - a.sourceTokens)
        .map((unit) => ({ unit }));
    } catch (error) {
      if (!(error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound)) this.running.log.warn(`token consumers: ${String(error)}`);
      return [];
    }
  }
}

function figures(source: number, tokens: number): string {
  return `${source.toLocaleString('en')} → ${tokens.toLocaleString('en')}, ${(source / Math.max(tokens, 1)).toFixed(1)}×`;
}
