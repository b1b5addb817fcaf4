/**
 * What this extension exports to others:
 *
 *     const aiccl = await vscode.extensions.getExtension<AICCLProcessor>('aiccl.aiccl')?.activate();
 *     const { text, ratio } = await aiccl.convertFile(document.uri);
 */

export type Level = 'flow' | 'outline' | 'exact';

export interface View {
  /** The source's URI. */
  readonly uri: string;
  /** Qualified, such as `Cart.add`. */
  readonly name: string;
  readonly kind: string;
  readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
  readonly level: Level;
  readonly language: string;
  readonly text: string;
  readonly tokens: number;
  readonly sourceTokens: number;
  /** How many times fewer tokens than the source. */
  readonly ratio: number;
  /** The share of the source's facts that the view states, 0 to 1. */
  readonly score: number;
  readonly madeBy: 'compiler' | 'source' | 'outline' | 'model';
  readonly leftOut: readonly string[];
  readonly rules: readonly string[];
  /** SHA-256 of the text that this is a view of. */
  readonly hash: string;
  readonly stale: boolean;
}

export interface Views {
  readonly uri: string;
  readonly level: Level;
  /** The whole document. */
  readonly text: string;
  readonly tokens: number;
  readonly sourceTokens: number;
  readonly ratio: number;
  readonly score: number;
  readonly views: readonly View[];
  /** Kind of file passed over, and how many. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** A URI, or its string. */
export type Place = string | { toString(): string };

export interface AICCLProcessor {
  /** Raised when something is removed or changes its meaning. */
  readonly version: 1;
  /** A file as it is in the editor, else on disk. Rejects if there is no such file or it cannot be restated. */
  convertFile(file: Place, level?: Level): Promise<Views>;
  /** A folder's files, in the order of their names, as one document. */
  convertDirectory(folder: Place, level?: Level): Promise<Views>;
  /** Tells the server that these files changed on disk; without files, that the workspace did. */
  updateIndex(files?: readonly Place[]): Promise<void>;
}
