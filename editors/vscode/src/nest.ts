// Units in the units that hold them, by their ranges, each level by tokens. No `vscode` here.

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Unit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly sourceTokens: number;
}

export interface Nested<T> {
  readonly unit: T;
  readonly inside: Nested<T>[];
}

const compare = (a: Position, b: Position) => a.line - b.line || a.character - b.character;

export function nest<T extends Unit>(units: readonly T[]): Nested<T>[] {
  const top: Nested<T>[] = [];
  const open: Nested<T>[] = [];
  // What begins first, and of two that begin together what ends last, comes before what it holds.
  for (const unit of [...units].sort((a, b) => compare(a.range.start, b.range.start) || compare(b.range.end, a.range.end))) {
    while (open.length && compare((open.at(-1) as Nested<T>).unit.range.end, unit.range.end) < 0) open.pop();
    const entry: Nested<T> = { unit, inside: [] };
    (open.at(-1)?.inside ?? top).push(entry);
    open.push(entry);
  }
  return byTokens(top);
}

function byTokens<T extends Unit>(entries: Nested<T>[]): Nested<T>[] {
  entries.sort((a, b) => b.unit.sourceTokens - a.unit.sourceTokens);
  for (const { inside } of entries) byTokens(inside);
  return entries;
}
