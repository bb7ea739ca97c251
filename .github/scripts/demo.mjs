// `npm run demo`: checks that the bundles are those of these sources, compiles the demo for any Node, and runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sourcesDigest } from './sources.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const built = join('dist', 'sources.sha256');
if (!existsSync(built) || readFileSync(built, 'utf8').trim() !== sourcesDigest()) {
  console.error(
    `${existsSync(built) ? 'dist/ was built from other sources' : 'There is no dist/'}: run npm run build.`,
  );
  process.exit(1);
}

const target = join('build', 'demo');
rmSync(target, { recursive: true, force: true });
const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', join('test', 'demo', 'tsconfig.json')], { encoding: 'utf8' });
const entry = join(target, 'test', 'demo', 'demo.js');
if (!existsSync(entry)) {
  console.error(compiled.error?.message ?? `${compiled.stdout}${compiled.stderr}`);
  console.error('The demo could not be compiled: run npm ci.');
  process.exit(1);
}

const { runDemo } = await import(pathToFileURL(resolve(entry)).href);
process.exit(await runDemo());
