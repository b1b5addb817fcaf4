// The tree of the workspace's biggest token consumers: files by the tokens of their source, below them their units, in those
// the units that they hold.

import * as vscode from 'vscode';
import { ResponseError, ErrorCodes } from 'vscode-languageclient/node';
import type { View } from '../api';
import type { Running } from './context';
import { filesRequest, viewsRequest, type FileFigures } from './protocol';
import { nest, type Nested } from './nest';
import { Paced } from './paced';

const SHOWN = 100;
/** Each refresh reads the figures of the whole workspace, and converts the files that are unfolded. */
const PAUSE_MS = 10_000;

type Entry = { readonly file: FileFigures } | { readonly unit: Nested<View> };

export class Consumers implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly paced = new Paced(() => this.changed.fire(), PAUSE_MS);

  constructor(private readonly running: Running) {}

  dispose(): void {
    this.paced.dispose();
    this.changed.dispose();
  }

  refresh(): void {
    this.paced.now();
  }

  /** The index may have changed: shown when the tree is, and not after every pause in typing. */
  outdated(): void {
    this.paced.soon();
  }

  watch(visible: boolean): void {
    this.paced.watch(visible);
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    if ('unit' in entry) {
      const { unit, inside } = entry.unit;
      const { None, Expanded } = vscode.TreeItemCollapsibleState;
      const item = new vscode.TreeItem(unit.name.replace(/^.*[.:#](?=.)/, ''), inside.length ? Expanded : None);
      item.description = figures(unit.sourceTokens, unit.tokens);
      item.tooltip = told(unit.name, unit);
      item.iconPath = new vscode.ThemeIcon(ICONS[unit.kind] ?? 'symbol-class');
      const { start } = unit.range;
      const at = new vscode.Position(start.line, start.character);
      item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(unit.uri), { selection: new vscode.Range(at, at) }] };
      return item;
    }
    const { file } = entry;
    const uri = vscode.Uri.parse(file.uri);
    const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = figures(file.sourceTokens, file.tokens);
    item.tooltip = told(vscode.workspace.asRelativePath(uri), file);
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
      if ('unit' in entry) return entry.unit.inside.map((unit) => ({ unit }));
      const { views } = await client.sendRequest(viewsRequest, { uri: entry.file.uri });
      return nest(views.filter((unit) => unit.kind !== 'module')).map((unit) => ({ unit }));
    } catch (error) {
      if (!(error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound)) this.running.log.warn(`token consumers: ${String(error)}`);
      return [];
    }
  }
}

const ICONS: Record<string, string> = { function: 'symbol-method', method: 'symbol-method' };

function figures(source: number, tokens: number): string {
  return `${source.toLocaleString('en')} → ${tokens.toLocaleString('en')}, ${times(source, tokens)}`;
}

function times(source: number, tokens: number): string {
  return `${(source / Math.max(tokens, 1)).toFixed(1)}×`;
}

function told(name: string, { sourceTokens, tokens, score }: { sourceTokens: number; tokens: number; score: number }): string {
  return `${name}\n${sourceTokens.toLocaleString('en')} tokens, restated ${tokens.toLocaleString('en')}: ${times(sourceTokens, tokens)} fewer\nfidelity ${(score * 100).toFixed(0)} %`;
}
