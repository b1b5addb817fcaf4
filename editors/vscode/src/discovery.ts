// Which program is the server. No `vscode` here, so that plain Node can test it.
//
// The order:
//   1. the setting `aiccl.path`, which only the user's own settings can hold (scope `machine`);
//   2. `aiccl-server` in an absolute folder of PATH outside the workspace;
//   3. the virtual environment that *AICCL: Install Server* made.
//
// Nothing that a repository brings along is ever a candidate, in a trusted workspace or not.

import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative } from 'node:path';

export interface Found {
  readonly command: string;
  readonly args: readonly string[];
  /** For the log: where it came from. */
  readonly from: 'setting' | 'PATH' | 'installed';
}

export interface Where {
  readonly setting: readonly string[];
  readonly path: string;
  readonly storage: string;
  readonly workspace: readonly string[];
  readonly windows: boolean;
}

export function discover(where: Where): Found | undefined {
  const [command, ...args] = where.setting;
  if (command) return { command, args, from: 'setting' };
  const name = where.windows ? 'aiccl-server.exe' : 'aiccl-server';
  for (const folder of where.path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, name);
    if (isProgram(candidate) && !where.workspace.some((root) => inside(candidate, root))) {
      return { command: candidate, args: [], from: 'PATH' };
    }
  }
  const installed = installedServer(where.storage, where.windows);
  return isProgram(installed) ? { command: installed, args: [], from: 'installed' } : undefined;
}

export function environmentFolder(storage: string): string {
  return join(storage, 'server');
}

export function inEnvironment(storage: string, program: string, windows: boolean): string {
  return join(environmentFolder(storage), windows ? 'Scripts' : 'bin', windows ? `${program}.exe` : program);
}

export function installedServer(storage: string, windows: boolean): string {
  return inEnvironment(storage, 'aiccl-server', windows);
}

/** What may be called to make a virtual environment, the newest first. */
export function pythons(windows: boolean): string[][] {
  if (windows) return [['py', '-3'], ['python']];
  return [['python3.14'], ['python3.13'], ['python3.12'], ['python3.11'], ['python3'], ['python']];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function inside(path: string, root: string): boolean {
  for (const [file, folder] of [[path, root], [real(path), real(root)]] as const) {
    const steps = relative(folder, file);
    if (steps === '' || (!steps.startsWith('..') && !isAbsolute(steps))) return true;
  }
  return false;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
