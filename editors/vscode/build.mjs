// Bundles the extension into dist/, and with --package makes aiccl.vsix of it. The pure modules are bundled for the unit
// tests too (dist-test/, never packaged).
import { build } from 'esbuild';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const common = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', absWorkingDir: here };

rmSync(join(here, 'dist'), { recursive: true, force: true });
await build({ ...common, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', format: 'cjs', external: ['vscode'], minify: true });
await build({ ...common, entryPoints: ['src/addresses.ts', 'src/discovery.ts', 'src/links.ts', 'src/nest.ts', 'src/paced.ts'], outdir: 'dist-test', format: 'esm', outExtension: { '.js': '.mjs' } });

if (process.argv.includes('--package')) {
  if (!existsSync(join(here, 'LICENSE'))) copyFileSync(join(here, '..', '..', 'LICENSE'), join(here, 'LICENSE'));
  const vsce = join(here, 'node_modules', '@vscode', 'vsce', 'vsce');
  const made = spawnSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', 'aiccl.vsix'], { cwd: here, stdio: 'inherit' });
  process.exit(made.status ?? 1);
}
