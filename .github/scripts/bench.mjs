// Runs the benchmarks of test/bench one after another; words name some of them. They print ratios within one run, never judge.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const words = process.argv.slice(2);
const files = readdirSync(join('test', 'bench')).filter(
  (name) => name.endsWith('.mjs') && (words.length === 0 || words.some((word) => name.includes(word))),
);
for (const file of files.sort()) {
  console.log(`\n## ${file.replace('.mjs', '')}`);
  const run = spawnSync(process.execPath, [join('test', 'bench', file)], { stdio: 'inherit' });
  if (run.status !== 0) process.exitCode = 1;
}
