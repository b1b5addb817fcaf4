// A function's view in an untitled editor, to be corrected by hand, and back to the server: it checks the view against the
// code and keeps it on this machine, for `aiccl-train feedback`. Nothing is written into the workspace.

import * as vscode from 'vscode';
import type { Position } from 'vscode-languageclient/node';
import { isKnown, type Running } from './context';
import { viewRequest } from './protocol';

/** What `aiccl.saveCorrection` answers; docs/protocol.md. */
interface Verdict {
  readonly saved: boolean;
  readonly path: string | null;
  readonly name: string;
  readonly passed: boolean;
  readonly score: number;
  readonly error: string;
  readonly invented: readonly string[];
  readonly contradictions: readonly string[];
}

interface Source {
  readonly uri: string;
  readonly at: Position;
  readonly name: string;
}

export const SAVE = 'aiccl.keepCorrection';
const ANYWAY = 'Save All the Same';

export class Corrections implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly sources = new Map<string, Source>();
  private readonly parts = [
    vscode.languages.registerCodeLensProvider({ scheme: 'untitled', language: 'aiccl' }, this),
    vscode.workspace.onDidCloseTextDocument((document) => this.sources.delete(document.uri.toString())),
  ];

  constructor(private readonly running: Running) {}

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.sources.has(document.uri.toString())) return [];
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { command: SAVE, title: 'Save Correction' })];
  }

  /** Opens the view of the function under the cursor. */
  async open(): Promise<vscode.TextEditor> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !isKnown(editor.document)) throw new Error('open a source file and put the cursor into a function first');
    const client = this.running.need();
    const uri = this.running.uri(editor.document.uri);
    const at = client.code2ProtocolConverter.asPosition(editor.selection.active);
    const view = await client.sendRequest(viewRequest, { textDocument: { uri }, position: at, level: 'flow' });
    if (!view || view.kind === 'module') throw new Error('no function is under the cursor');
    if (view.madeBy === 'source') throw new Error(`${view.name} is shown as it is: there is nothing to correct`);
    const document = await vscode.workspace.openTextDocument({ language: 'aiccl', content: view.text });
    this.sources.set(document.uri.toString(), { uri, at, name: view.name });
    return vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  }

  /** Has the server check what the editor holds, and keep it; asks before it keeps what does not pass. */
  async save(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const source = document && this.sources.get(document.uri.toString());
    if (!document || !source) throw new Error('this editor holds no correction; "AICCL: Correct This View" opens one');
    const at = await this.place(source);
    const save = (force: boolean) => this.running.execute<Verdict>('aiccl.saveCorrection', source.uri, at, document.getText(), null, force);
    let verdict = await save(false);
    if (verdict && !verdict.saved) {
      const answer = await vscode.window.showWarningMessage(`The view of ${verdict.name} does not pass the check.`, { modal: true, detail: reasons(verdict) }, ANYWAY);
      if (answer !== ANYWAY) return;
      verdict = await save(true);
    }
    if (!verdict?.path) throw new Error('the server has kept nothing');
    this.running.log.info(`the view of ${verdict.name} is kept in ${verdict.path}`);
    vscode.window.setStatusBarMessage(`AICCL: the view of ${verdict.name} is kept`, 5000);
  }

  /** Where the function stands now: edits above may have moved it away from where it was. */
  private async place({ uri, at, name }: Source): Promise<Position> {
    const client = this.running.need();
    const textDocument = { uri };
    const there = await client.sendRequest(viewRequest, { textDocument, position: at, level: 'flow' });
    if (there?.name === name) return at;
    const found = await client.sendRequest(viewRequest, { textDocument, name, level: 'flow' });
    return found?.range.start ?? at;
  }
}

function reasons(verdict: Verdict): string {
  const lines = [`${(verdict.score * 100).toFixed(0)} % of the facts are kept.`];
  if (verdict.error) lines.push(verdict.error);
  if (verdict.invented.length) lines.push(`Invented: ${verdict.invented.slice(0, 8).join(', ')}`);
  if (verdict.contradictions.length) lines.push(`Contradicts: ${verdict.contradictions.slice(0, 8).join(', ')}`);
  return lines.join('\n');
}
