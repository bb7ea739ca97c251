// Migration tools from npm, in a folder of their own below the temporary one: the repository itself does not depend on them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const versions = { 'node-pg-migrate': '8.0.3', knex: '3.1.0' } as const;

/** The folder with `node_modules` in it, installed on first use; undefined when the registry is not reached. */
export function npmTools(): string | undefined {
  const folder = join(tmpdir(), `boring-npm-tools-${Object.values(versions).join('-')}-${process.getuid?.() ?? 0}`);
  const bin = (name: string) => join(folder, 'node_modules', '.bin', name);
  if (Object.keys(versions).every((name) => existsSync(bin(name)))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name": "tools", "private": true, "version": "1.0.0"}');
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', ...wanted];
  const made = spawnSync('npm', words, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (made.status !== 0) return undefined;
  // The driver is the repository's own.
  if (!existsSync(join(folder, 'node_modules', 'pg')))
    symlinkSync(resolve('node_modules/pg'), join(folder, 'node_modules', 'pg'));
  return folder;
}
