// Between lines of a view and lines of its source, and between Markdown links and commands. No `vscode` here.

export interface Link {
  readonly line: number;
  readonly sourceLine: number;
}

/** A document link's target, `file:///a.py#L12,5`, as a source line from 0. */
export function sourceLine(target: string | undefined): number | undefined {
  const found = /#L(\d+)/.exec(target ?? '');
  return found ? Number(found[1]) - 1 : undefined;
}

/** The lines of the view that show the unit around a line of the source: first, and last included. */
export function unitLines(links: readonly Link[], at: number, lines: number): [number, number] | undefined {
  const ordered = [...links].sort((a, b) => a.line - b.line);
  let best: Link | undefined;
  for (const link of ordered) {
    if (link.sourceLine <= at && (!best || link.sourceLine >= best.sourceLine)) best = link;
  }
  if (!best) return undefined;
  const chosen = best;
  const next = ordered.find((link) => link.line > chosen.line);
  return [chosen.line, Math.max(chosen.line, (next ? next.line : lines) - 1)];
}

/**
 * An editor opens no link of an unknown scheme from a hover, so links to virtual documents become a command that opens
 * one. Text in fences stays as it is: a source may hold anything.
 */
export function linksAsCommands(markdown: string, command: string): string {
  let fence = '';
  return markdown
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
      if (fence) {
        if (mark.startsWith(fence) && line.trim() === mark) fence = '';
        return line;
      }
      if (mark) {
        fence = mark;
        return line;
      }
      return line.replace(/\]\((aiccl:\/\/\/[^\s)]*)\)/g, (_, uri: string) => `](command:${command}?${encodeURIComponent(JSON.stringify([uri]))})`);
    })
    .join('\n');
}
