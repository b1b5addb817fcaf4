// Compiled, never run: another extension's use of the exported API, with types from api.d.ts as the README shows it.

import * as vscode from 'vscode';
import type { AICCLProcessor, Level, View, Views } from '../../api';

export async function use(document: vscode.TextDocument): Promise<number> {
  const aiccl = await vscode.extensions.getExtension<AICCLProcessor>('aiccl.aiccl')!.activate();
  const level: Level = 'outline';
  const { text, ratio, views }: Views = await aiccl.convertFile(document.uri, level);
  const first: View | undefined = views[0];
  const folder = await aiccl.convertDirectory('file:///home/me/shop/src');
  await aiccl.updateIndex([document.uri, 'file:///home/me/shop/src/a.py']);
  await aiccl.updateIndex();
  // @ts-expect-error there is no such level
  await aiccl.convertFile(document.uri, 'shortest');
  return text.length * ratio + (first?.tokens ?? 0) + folder.sourceTokens;
}
