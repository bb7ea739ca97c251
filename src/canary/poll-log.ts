// The poll log as a file: JSON lines that hold all a judge may know, so that the same stage can be judged again elsewhere.
import { z } from 'zod';
import { Problem } from '../kit/problem.ts';
import { type Condition, parseCondition } from '../policy/condition.ts';
import type { Verdict } from './judge.ts';
import type { Poll } from './sample.ts';
import { type Setting, Trial } from './trial.ts';

const counts = z.object({ bad: z.number(), total: z.number() });
const strata = z.record(z.string(), counts);
const ms = z.number().optional();
const action = z.enum(['hold', 'ask', 'rollback', 'page']);

const sample = z.discriminatedUnion('kind', [
  counts.extend({ kind: z.literal('counts'), good: z.literal(true).optional(), strata: strata.optional() }),
  z.object({ kind: z.literal('value'), value: z.number(), said: z.string().optional() }),
  z.object({ kind: z.literal('no-data'), because: z.string() }),
  z.object({ kind: z.literal('error'), because: z.string(), remedy: z.string(), retryable: z.boolean() }),
]);

const condition = z.string().transform((text, context): Condition => {
  const read = parseCondition(text);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: `“${text}” is no condition` });
  return z.NEVER;
});

const limit = z.object({
  id: z.string(),
  metric: z.string(),
  kind: z.enum(['continue', 'breach']),
  condition,
  forMs: z.number(),
  during: z.array(z.string()),
  severity: z.enum(['P0', 'P1', 'P2', 'P3']),
  action,
  withinMs: ms,
  otherwise: action.exclude(['ask']),
  how: z.enum(['auto', 'flag', 'traffic', 'redeploy', 'database']),
  own: z.boolean(),
});

const begun = z.object({
  kind: z.literal('stage'),
  schema: z.literal(1),
  stage: z.object({
    id: z.string(),
    weight: z.number(),
    weightTo: z.number(),
    audience: z.array(z.string()).optional(),
    bakeMs: z.number(),
    maxBakeMs: ms,
    warmupMs: z.number(),
    baselineOffsetMs: ms,
  }),
  shiftedAt: z.number(),
  everyMs: z.number(),
  alpha: z.number(),
  compared: z.array(z.object({ metric: z.string(), margin: z.number(), minEffect: z.number() })),
  measured: z.array(z.string()),
  required: z.array(z.string()),
  limits: z.array(limit),
  past: z.record(
    z.string(),
    z.object({ blocks: z.array(z.object({ lengthMs: z.number(), counts: z.array(counts) })), recent: strata }),
  ),
});

const arms = z.object({ canary: sample.optional(), stable: sample.optional() });
const polled = z.object({
  kind: z.literal('poll'),
  at: z.number(),
  stage: z.string(),
  warm: z.boolean(),
  samples: z.record(z.string(), arms),
});

const judged = z.object({ kind: z.literal('verdict'), verdict: z.string(), reason: z.string(), at: z.number() });

const line = z.discriminatedUnion('kind', [begun, polled, judged]);

/** One stage as the file has it. */
export interface Recorded {
  readonly setting: Setting;
  readonly polls: readonly Poll[];
  /** What was said of it then; undefined where the bake was stopped. */
  readonly verdict: { readonly verdict: string; readonly reason: string } | undefined;
}

/** The lines of one stage: what was settled, each poll, the verdict. */
export function linesOf({ setting, log, verdict }: Pick<Trial, 'setting' | 'log' | 'verdict'>): string {
  const { stage, measured, limits, ...rest } = setting;
  const written = limits.map((one) => ({ ...one, condition: one.condition.text }));
  const head = { kind: 'stage', schema: 1, stage, ...rest, measured: [...measured], limits: written };
  const polls = log.filter((poll) => poll.stage === stage.id).map((poll) => ({ kind: 'poll', ...poll }));
  const told = verdict === undefined ? [] : [sayOf(verdict)];
  return [head, ...polls, ...told].map((one) => `${JSON.stringify(one)}\n`).join('');
}

function sayOf({ kind, reason, at, comparison }: Verdict) {
  return { kind: 'verdict', verdict: kind, reason, at, comparison: comparison?.metrics };
}

/** The stages of a poll log, in order. Throws a Problem that names the line for what is no poll log. */
export function readPollLog(text: string, name: string): readonly Recorded[] {
  const stages: { setting: Setting; polls: Poll[]; verdict: Recorded['verdict'] }[] = [];
  for (const [place, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const read = readLine(written, `${name}:${place + 1}`);
    const open = stages.at(-1);
    if (read.kind === 'stage') {
      const { kind: _kind, schema: _schema, measured, ...settled } = read;
      stages.push({ setting: { ...settled, measured: new Set(measured) }, polls: [], verdict: undefined });
    } else if (open === undefined) throw noLog(`${name}:${place + 1}`, 'the first line describes no stage');
    else if (read.kind === 'poll') open.polls.push(read);
    else open.verdict = read;
  }
  if (stages.length === 0) throw noLog(name, 'it is empty');
  return stages;
}

function readLine(written: string, where: string): z.infer<typeof line> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    throw noLog(where, 'the line is no JSON');
  }
  const read = line.safeParse(parsed);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw noLog(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown line'}`);
}

function noLog(where: string, because: string): Problem {
  return new Problem({
    what: `This is no poll log: ${because}`,
    where,
    fix: 'Give the poll log that canary-step names in its summary (JSON lines).',
    reason: 'bad-poll-log',
  });
}

/** Judges recorded stages again, one after the other: each poll's verdict. */
export function replay(
  recorded: readonly Recorded[],
): readonly { readonly trial: Trial; readonly verdicts: readonly Verdict[] }[] {
  let earlier: readonly Poll[] = [];
  return recorded.map(({ setting, polls }) => {
    const trial = new Trial(setting, earlier);
    const verdicts = polls.map((poll) => trial.hear(poll));
    earlier = trial.log;
    return { trial, verdicts };
  });
}
