// Migration tools from npm, in a folder of their own below the temporary one: the repository itself does not depend on them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The driver is installed beside them: a link into a checkout would break with that checkout. */
const versions = { 'node-pg-migrate': '8.0.3', knex: '3.1.0', pg: '8.23.1' } as const;

/** The folder with `node_modules` in it, installed whole on first use; undefined when the registry is not reached. */
export function npmTools(): string | undefined {
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const below = join(tmpdir(), `boring-npm-tools-${process.getuid?.() ?? 0}`);
  const folder = join(below, wanted.join('-'));
  if (existsSync(folder)) return folder;
  mkdirSync(below, { recursive: true });
  const fresh = mkdtempSync(join(below, 'fresh-'));
  try {
    writeFileSync(join(fresh, 'package.json'), '{"name": "tools", "private": true, "version": "1.0.0"}');
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', ...wanted];
    if (spawnSync('npm', words, { cwd: fresh, timeout: 60_000 }).status !== 0) return undefined;
    // Another process may have come first.
    if (!existsSync(folder)) renameSync(fresh, folder);
    return folder;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
