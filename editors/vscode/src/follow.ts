// The view beside: one virtual document that shows the file that is being read, and marks and reveals the unit under the cursor.

import * as vscode from 'vscode';
import { chosenLevel, guarded, isKnown, type Running } from './context';
import { unitLines, type Link } from './links';
import { addressOf, show, unitLinks, viewUri } from './views';

const PAUSE_MS = 80;

export class Follower implements vscode.Disposable {
  private readonly mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
  });
  private readonly listeners: vscode.Disposable[] = [this.mark];
  private beside: vscode.Uri | undefined;
  /** The view that could not be shown: said once, until its file is saved or another one is shown. */
  private refused: string | undefined;
  private links: { version: string; links: Link[] } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly running: Running) {
    this.listeners.push(
      vscode.window.onDidChangeTextEditorSelection((event) => this.soon(event.textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.soon(editor)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        const editor = vscode.window.activeTextEditor;
        if (editor && event.document.uri.toString() === this.beside?.toString()) this.soon(editor);
      }),
      vscode.workspace.onDidSaveTextDocument(() => (this.refused = undefined)),
      running.onDidChange(() => (this.refused = undefined)),
      vscode.window.tabGroups.onDidChangeTabs((event) => {
        if (event.closed.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === this.beside?.toString())) {
          if (!this.editor()) this.beside = undefined;
        }
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) listener.dispose();
  }

  /** Opens the view of an editor's file beside it; from then on it follows. */
  async open(source: vscode.TextEditor): Promise<vscode.TextEditor> {
    const level = (this.beside && addressOf(this.beside)?.level) ?? chosenLevel();
    const editor = await this.turnTo(viewUri(source.document.uri, level), vscode.ViewColumn.Beside);
    await this.update(source);
    return editor;
  }

  /** The level of the view beside was changed in its own editor. */
  moved(uri: vscode.Uri): void {
    if (this.beside) this.beside = uri;
  }

  /** Shows another view in place of the one beside, which stays the one beside where that fails. */
  private async turnTo(wanted: vscode.Uri, viewColumn: vscode.ViewColumn | undefined): Promise<vscode.TextEditor> {
    const before = this.beside;
    this.beside = wanted;
    try {
      const editor = await show(wanted, { preserveFocus: true, ...(viewColumn === undefined ? {} : { viewColumn }) });
      this.refused = undefined;
      return editor;
    } catch (error) {
      if (this.beside === wanted) this.beside = before;
      this.refused = wanted.toString();
      throw error;
    }
  }

  private editor(): vscode.TextEditor | undefined {
    return vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === this.beside?.toString());
  }

  private soon(source: vscode.TextEditor): void {
    if (!this.beside || !isKnown(source.document) || source.document.uri.scheme !== 'file') return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void guarded(this.running, () => this.update(source)), PAUSE_MS);
  }

  private async update(source: vscode.TextEditor): Promise<void> {
    const address = this.beside && addressOf(this.beside);
    if (!address || !this.running.client) return;
    let editor = this.editor();
    const wanted = viewUri(source.document.uri, address.level);
    if (wanted.path !== this.beside?.path) {
      // Another file: only where the view is in sight, and in its place.
      if (!editor) return;
      if (this.refused === wanted.toString()) return;
      editor = await this.turnTo(wanted, editor.viewColumn);
    }
    if (!editor) return;
    const lines = unitLines(await this.linksOf(editor.document), source.selection.active.line, editor.document.lineCount);
    const range = lines && new vscode.Range(lines[0], 0, lines[1], editor.document.lineAt(Math.min(lines[1], editor.document.lineCount - 1)).text.length);
    editor.setDecorations(this.mark, range ? [range] : []);
    if (range) editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private async linksOf(view: vscode.TextDocument): Promise<Link[]> {
    const version = `${view.uri.toString()} ${view.version}`;
    if (this.links?.version !== version) this.links = { version, links: await unitLinks(this.running, view.uri) };
    return this.links.links;
  }
}
