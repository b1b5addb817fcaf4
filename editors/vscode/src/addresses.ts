// URIs of virtual documents, `aiccl:///LEVEL/path?range=A-B`, as strings. No `vscode` here, so that plain Node can test it.

export const LEVELS = ['outline', 'flow', 'exact'] as const;
export type Level = (typeof LEVELS)[number];

export interface Address {
  readonly level: Level;
  /** The source's path as it stands in a URI: with a leading slash, escaped or not as it was given. */
  readonly path: string;
  readonly query: string;
}

export function isLevel(word: unknown): word is Level {
  return (LEVELS as readonly unknown[]).includes(word);
}

/** Takes the path and the query of a URI whose scheme is `aiccl`. */
export function parse(path: string, query = ''): Address | undefined {
  const found = /^\/([a-z]+)(\/.+)$/.exec(path);
  const level = found?.[1];
  return found && isLevel(level) ? { level, path: found[2] as string, query } : undefined;
}

/** The path of a virtual document from a source's path; the authority is a share's server. */
export function virtualPath(level: Level, sourcePath: string, authority = ''): string {
  return `/${level}${authority && `//${authority}`}${sourcePath.startsWith('/') ? '' : '/'}${sourcePath}`;
}

/** outline, flow, exact, outline. */
export function nextLevel(level: Level): Level {
  return LEVELS[(LEVELS.indexOf(level) + 1) % LEVELS.length] as Level;
}
