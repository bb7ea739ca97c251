// Kept counts: what a caretaker sampled where the source has no past, in the record from call to call.
import { z } from 'zod';
import type { Ask } from '../evidence/answer.ts';
import type { Evidence } from '../record/evidence.ts';
import { readRecord } from '../record/keep.ts';
import { isBelieved } from '../record/seal.ts';
import type { Arm, Poll, PollLog, Sample } from './sample.ts';

/** Characters of the record that the counts may take: it has 60,000 for everything. */
const room = 20_000;

const cell = z.union([z.tuple([z.number(), z.number()]).readonly(), z.number()]);
const arms = z.object({ canary: cell.optional(), stable: cell.optional() });
const shape = z.array(z.tuple([z.number(), z.record(z.string(), arms)]).readonly()).readonly();
type Kept = z.infer<typeof shape>;

/** The newest evidence of canary-step on this commit first, of this Deployment and leg alone. */
export async function earlierLooks(
  ask: Ask,
  of: { readonly sha: string; readonly deploymentId: number; readonly environment: string },
): Promise<readonly Evidence[]> {
  const told = await ask({ kind: 'records', sha: of.sha });
  if (told.kind === 'unknown') return [];
  return told.value
    .flatMap((fact) => (isBelieved(fact.seal) ? (readRecord(fact) ?? []) : []))
    .filter((one) => one.action === 'canary-step' && one.deploymentId === of.deploymentId)
    .filter(({ environment }) => environment === of.environment)
    .sort((a, b) => b.at - a.at);
}

/** Name of the fact that keeps a leg's counts. */
export function keptKey(stage: string, leg: string): string {
  return `kept ${stage}${leg === '' ? '' : ` [${leg}]`}`;
}

/** The polls that the newest look kept of a stage. */
export function keptPolls(looks: readonly Evidence[], stage: string, leg: string): PollLog {
  const written = looks.flatMap(({ found }) => found[keptKey(stage, leg)] ?? [])[0];
  if (typeof written !== 'string') return [];
  const read = shape.safeParse(parsed(written));
  return read.success ? read.data.map((one) => pollOf(one, stage)) : [];
}

/** The polls as text within its room: where there is none, two neighbours are added up into one, the oldest first. */
export function keepPolls(polls: PollLog): string {
  let kept: Kept = polls.map(rowOf);
  for (let text = JSON.stringify(kept); ; text = JSON.stringify(kept)) {
    if (text.length <= room || kept.length < 2) return text;
    kept = halved(kept);
  }
}

/** Polls of one call as a single one: counts added up, values as they were last. Warm when any of them was: only those count then. */
export function summed(polls: PollLog): Poll | undefined {
  const warm = polls.filter((poll) => poll.warm);
  const [first, ...rest] = warm.length > 0 ? warm : polls;
  if (first === undefined) return undefined;
  return rest.reduce((sum, poll) => ({ ...poll, samples: addedSamples(sum.samples, poll.samples) }), first);
}

function addedSamples(a: Poll['samples'], b: Poll['samples']): Poll['samples'] {
  const metrics = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(
    metrics.map((metric) => [
      metric,
      {
        ...armOf('canary', added(a[metric]?.canary, b[metric]?.canary)),
        ...armOf('stable', added(a[metric]?.stable, b[metric]?.stable)),
      },
    ]),
  );
}

function armOf(arm: Arm, sample: Sample | undefined) {
  return sample === undefined ? {} : { [arm]: sample };
}

function added(a: Sample | undefined, b: Sample | undefined): Sample | undefined {
  if (a?.kind === 'counts' && b?.kind === 'counts') {
    return { ...b, bad: a.bad + b.bad, total: a.total + b.total, strata: undefined };
  }
  // What could not be read this once does not wipe out what was counted.
  return a?.kind === 'counts' || (a?.kind === 'value' && b?.kind !== 'value') ? a : b;
}

function halved(kept: Kept): Kept {
  return kept.flatMap((row, place) => {
    if (place % 2 === 1) return [];
    const next = kept[place + 1];
    if (next === undefined) return [row];
    const both = summed([pollOf(row, ''), pollOf(next, '')]);
    return both === undefined ? [] : [rowOf(both)];
  });
}

function rowOf({ at, samples }: Poll): Kept[number] {
  const metrics = Object.entries(samples).map(([metric, told]) => {
    const canary = cellOf(told.canary);
    const stable = cellOf(told.stable);
    return [metric, { ...(canary === undefined ? {} : { canary }), ...(stable === undefined ? {} : { stable }) }];
  });
  return [at, Object.fromEntries(metrics)];
}

function cellOf(sample: Sample | undefined): z.infer<typeof cell> | undefined {
  if (sample?.kind === 'counts') return [sample.bad, sample.total];
  return sample?.kind === 'value' ? sample.value : undefined;
}

function pollOf([at, metrics]: Kept[number], stage: string): Poll {
  const samples = Object.entries(metrics).map(([metric, told]) => [
    metric,
    { ...armOf('canary', sampleOf(told.canary)), ...armOf('stable', sampleOf(told.stable)) },
  ]);
  return { at, stage, warm: true, samples: Object.fromEntries(samples) };
}

function sampleOf(told: z.infer<typeof cell> | undefined): Sample | undefined {
  if (told === undefined) return undefined;
  return typeof told === 'number' ? { kind: 'value', value: told } : { kind: 'counts', bad: told[0], total: told[1] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
