// *AICCL: Install Server*: a virtual environment in the extension's own storage, made after the user said yes, never by itself.

import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { settings, type Running } from './context';
import { environmentFolder, inEnvironment, installedServer, pythons } from './discovery';

const run = promisify(execFile);
const WINDOWS = process.platform === 'win32';
const MINUTES = 60_000;
/** A server that was just stopped holds its files for some seconds on Windows. */
const PATIENT = { recursive: true, force: true, maxRetries: 20, retryDelay: 250 };

/** Installs and gives true, or gives false if the user does not want it. `asked` skips the question (for tests). */
export async function install(running: Running, storage: vscode.Uri, asked = false): Promise<boolean> {
  // No name of a package by default: until it is published, whoever took the name would run code here.
  const source = settings().inspect<string>('install.source')?.globalValue ?? '';
  if (!source) {
    throw new Error('name a wheel or a clone of AICCL in the user setting `aiccl.install.source`, and install again');
  }
  if (!asked) {
    const yes = 'Install';
    const answer = await vscode.window.showInformationMessage(
      'Install the AICCL server?',
      { modal: true, detail: `pip installs "${source}" into a virtual environment of its own:\n${environmentFolder(storage.fsPath)}` },
      yes,
    );
    if (answer !== yes) return false;
  }
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'AICCL: installing the server' }, async (progress) => {
    const folder = environmentFolder(storage.fsPath);
    const python = await findPython(running);
    await mkdir(storage.fsPath, { recursive: true });
    progress.report({ message: 'making an environment' });
    const kept = await setAside(storage.fsPath);
    try {
      await step(running, [...python, '-m', 'venv', folder], 2 * MINUTES);
      progress.report({ message: 'pip install' });
      const pip = [inEnvironment(storage.fsPath, 'python', WINDOWS), '-m', 'pip', '--disable-pip-version-check', 'install', source];
      await step(running, pip, 15 * MINUTES);
      await step(running, [inEnvironment(storage.fsPath, 'aiccl-server', WINDOWS), '--version'], MINUTES);
    } catch (error) {
      // Half an environment would be taken for a whole one.
      await rm(folder, PATIENT);
      if (await isThere(kept)) await patiently(() => rename(kept, folder));
      throw error;
    }
    await rm(kept, PATIENT).catch((error: unknown) => running.log.warn(`the environment of before is left over: ${String(error)}`));
  });
  return true;
}

/** Moves the environment that works out of the way, and gives the folder where it then is; it goes back if pip fails. */
async function setAside(storage: string): Promise<string> {
  const folder = environmentFolder(storage);
  const kept = `${folder}.old`;
  if (await isThere(installedServer(storage, WINDOWS))) {
    await rm(kept, PATIENT);
    await patiently(() => rename(folder, kept));
  } else {
    await rm(folder, PATIENT);
  }
  return kept;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

/** As `rm` does it by itself. */
async function patiently(body: () => Promise<void>): Promise<void> {
  for (let left = PATIENT.maxRetries; ; left--) {
    try {
      return await body();
    } catch (error) {
      if (left === 0 || !['EACCES', 'EBUSY', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, PATIENT.retryDelay));
    }
  }
}

async function findPython(running: Running): Promise<string[]> {
  const probe = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  for (const candidate of pythons(WINDOWS)) {
    try {
      await run(candidate[0] as string, [...candidate.slice(1), '-c', probe], { timeout: MINUTES });
      running.log.info(`installing with ${candidate.join(' ')}`);
      return candidate;
    } catch {
      continue;
    }
  }
  throw new Error('no Python 3.11 or later with venv was found on PATH; install one, or set aiccl.path to a server that you have');
}

async function step(running: Running, command: string[], timeout: number): Promise<void> {
  running.log.info(`running ${command.join(' ')}`);
  try {
    const { stdout, stderr } = await run(command[0] as string, command.slice(1), { timeout, maxBuffer: 1 << 24 });
    running.log.debug(stdout + stderr);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join(' ') ?? String(error);
    throw new Error(`the installation failed: ${said || String(error)}`);
  }
}
