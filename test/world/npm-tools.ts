// Programs from npm, in folders of their own below the temporary one: the repository itself does not depend on them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The driver is installed beside them: a link into a checkout would break with that checkout. */
const tools = { 'node-pg-migrate': '8.0.3', knex: '3.1.0', pg: '8.23.1' } as const;

/** Two of them: a registry that is slow or away for a moment fails no test. */
const attempts = 2;
const patienceMs = 180_000;

/** The folder with the migration tools in its `node_modules`; undefined when the registry is not reached. */
export function npmTools(): string | undefined {
  return installed(tools, '--ignore-scripts', '--legacy-peer-deps');
}

/**
 * The folder with these packages in its `node_modules`, installed on first use, whole or not at all; what npm said is printed
 * and undefined returned where it does not come to that.
 */
export function installed(packages: Readonly<Record<string, string>>, ...more: readonly string[]): string | undefined {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const below = join(tmpdir(), `boring-npm-tools-${process.getuid?.() ?? 0}`);
  const folder = join(below, wanted.join('-'));
  for (let attempt = 1; attempt <= attempts && !existsSync(folder); attempt += 1) {
    mkdirSync(below, { recursive: true });
    const fresh = mkdtempSync(join(below, 'fresh-'));
    try {
      writeFileSync(join(fresh, 'package.json'), '{"name": "tools", "private": true, "version": "1.0.0"}');
      const words = ['install', '--no-audit', '--no-fund', ...more, ...wanted];
      const ran = spawnSync('npm', words, { cwd: fresh, timeout: patienceMs, encoding: 'utf8' });
      if (ran.status === 0) takeOver(fresh, folder);
      else process.stderr.write(`npm install ${wanted.join(' ')}: ${ran.error?.message ?? ran.stderr}\n`);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return existsSync(folder) ? folder : undefined;
}

/** Another process may have come first: then its folder stays. */
function takeOver(fresh: string, folder: string): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
