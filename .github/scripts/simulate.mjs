// Judges a recorded poll log again: `npm run simulate -- poll-log.jsonl [--every]`. Says what each stage came to then, and what this judge makes of it.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.mjs';

/** The lines of a replay; `every`: also those of polls that changed nothing. `differs`: a verdict is not the recorded one. */
export async function replayed(text, name, every) {
  const { readPollLog, replay } = await compiled('src/canary/poll-log.ts');
  const { figuresOf } = await compiled('src/canary/figures.ts');
  const recorded = readPollLog(text, name);
  const lines = [];
  let differs = false;
  for (const [place, { trial, verdicts }] of replay(recorded).entries()) {
    const { stage, shiftedAt } = trial.setting;
    lines.push(`stage ${stage.id}, ${stage.weight} %, ${verdicts.length} polls`);
    for (const [at, verdict] of verdicts.entries()) {
      const before = verdicts[at - 1];
      const same = before?.kind === verdict.kind && before.reason === verdict.reason;
      if (same && !every && at < verdicts.length - 1) continue;
      const seconds = Math.round((verdict.at - shiftedAt) / 1000);
      lines.push(`  ${String(seconds).padStart(6)} s  ${verdict.kind} ${verdict.reason}: ${figuresOf(verdict)}`);
    }
    const then = recorded[place].verdict;
    const now = verdicts.at(-1);
    const changed = then !== undefined && (then.verdict !== now?.kind || then.reason !== now?.reason);
    differs ||= changed;
    if (then === undefined) lines.push('  recorded: the bake was stopped before a verdict');
    else
      lines.push(`  recorded: ${then.verdict} ${then.reason}${changed ? ' — another verdict than now' : ', the same'}`);
  }
  return { lines, differs };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const file = words.find((word) => !word.startsWith('--'));
  if (file === undefined) {
    console.error('Name a poll log: npm run simulate -- <poll-log.jsonl> [--every]');
    process.exit(2);
  }
  try {
    const { lines, differs } = await replayed(readFileSync(file, 'utf8'), basename(file), words.includes('--every'));
    console.log(lines.join('\n'));
    process.exitCode = differs ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
