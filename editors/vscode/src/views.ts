// Virtual documents on the screen: opening them, their language, their level, the way back to the source.

import * as vscode from 'vscode';
import { nextLevel, parse, virtualPath, type Address, type Level } from './addresses';
import type { Running } from './context';
import { sourceLine, type Link } from './links';
import { DocumentLinkRequest } from 'vscode-languageclient/node';

export const SCHEME = 'aiccl';

/** The virtual document of a file; an error for the user where the source is none. */
export function viewUri(source: vscode.Uri, level: Level, lines?: readonly [number, number]): vscode.Uri {
  if (source.scheme !== 'file') throw new Error(source.scheme === 'untitled' ? 'save this file first' : `${source.scheme}: only files have a view`);
  return vscode.Uri.from({
    scheme: SCHEME,
    path: virtualPath(level, source.path, source.authority),
    query: lines ? `range=${lines[0]}-${lines[1]}` : '',
  });
}

export function addressOf(uri: vscode.Uri): Address | undefined {
  return uri.scheme === SCHEME ? parse(uri.path, uri.query) : undefined;
}

/** The source that a URI means: of a view its source, of anything else itself. */
export function sourceOf(uri: vscode.Uri): vscode.Uri {
  const address = addressOf(uri);
  return address ? vscode.Uri.file(address.path) : uri;
}

/** Opens a virtual document; rejects with the server's reason if it has none. */
export async function show(uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Promise<vscode.TextEditor> {
  const document = await asAiccl(await vscode.workspace.openTextDocument(uri));
  return vscode.window.showTextDocument(document, { preview: true, preserveFocus: false, ...options });
}

export async function asAiccl(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  // The path ends as the source's does, and the editor would take it for the source's language.
  return document.languageId === 'aiccl' ? document : vscode.languages.setTextDocumentLanguage(document, 'aiccl');
}

/** Shows the same document at the next level, in its place. */
export async function turn(editor: vscode.TextEditor): Promise<vscode.TextEditor | undefined> {
  const address = addressOf(editor.document.uri);
  if (!address) return undefined;
  const uri = editor.document.uri.with({ path: virtualPath(nextLevel(address.level), address.path) });
  return show(uri, editor.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn });
}

/** Where a view's units are in its source. */
export async function unitLinks(running: Running, view: vscode.Uri): Promise<Link[]> {
  const client = running.client;
  if (!client) return [];
  const links = await client.sendRequest(DocumentLinkRequest.type, { textDocument: { uri: client.code2ProtocolConverter.asUri(view) } });
  return (links ?? []).flatMap((link) => {
    const line = sourceLine(link.target);
    return line === undefined ? [] : [{ line: link.range.start.line, sourceLine: line }];
  });
}

/** Goes from a view to the unit's source, in the editor that has it already if there is one. */
export async function toSource(running: Running, editor: vscode.TextEditor): Promise<void> {
  const address = addressOf(editor.document.uri);
  if (!address) return;
  const at = editor.selection.active.line;
  const links = (await unitLinks(running, editor.document.uri)).filter((link) => link.line <= at);
  const line = links.sort((a, b) => b.line - a.line)[0]?.sourceLine ?? 0;
  const source = sourceOf(editor.document.uri);
  const open = vscode.window.visibleTextEditors.find((other) => other.document.uri.toString() === source.toString());
  await vscode.window.showTextDocument(source, {
    ...(open?.viewColumn === undefined ? {} : { viewColumn: open.viewColumn }),
    selection: new vscode.Range(line, 0, line, 0),
  });
}
