// The exposure: how much of the users met the version that was left, where a metric of the policy tells it; else nobody knows, and that is said.
import type { Ask } from '../evidence/answer.ts';
import type { QuestionOf } from '../evidence/question.ts';
import type { Effective } from '../policy/effective.ts';
import { fill, type Measure, measuresOf } from '../policy/measure.ts';
import type { Attempt } from '../record/history.ts';

export interface Exposure {
  /** Users, or requests where only those are counted. */
  readonly count: number;
  /** What was counted, as the report says it. */
  readonly words: string;
}

/** The metric that a policy may name for it. */
const metric = 'users-exposed';

export interface Exposed {
  readonly policy: Effective;
  readonly left: Attempt;
  /** The side that users left; empty where there are no sides. */
  readonly side: string;
  readonly now: number;
}

/** Counts: the metric `users-exposed` of the policy, else the requests of a metric that tells side or version apart. 0 where the version never had
 * users; undefined where nobody measures it or nobody answers. */
export async function exposureOf(ask: Ask, exposed: Exposed): Promise<Exposure | undefined> {
  const since = exposedSince(exposed);
  if (since === undefined) return { count: 0, words: '0, it never had users' };
  for (const measure of measuresFor(exposed.policy)) {
    const told = await ask(questionOf(measure, exposed, Math.max(1_000, exposed.now - since)));
    const fact = told.kind === 'known' ? told.value[0] : undefined;
    if (fact?.kind !== 'value' || !Number.isFinite(fact.value) || fact.value < 0) continue;
    const count = Math.round(fact.value);
    return { count, words: measure.metric === metric ? `${count}` : `${count} requests (total of ${measure.metric})` };
  }
  return undefined;
}

/** When its version first had users, ms; undefined when it never had. */
function exposedSince({ left, policy }: Exposed): number | undefined {
  const plan = left.payload.kind === 'deploy' ? left.payload.plan : '';
  // A stage without a share of everybody may give the new code to some by name.
  const named = audiencesIn(policy.plans[plan]);
  const first = left.happened.find(
    ({ entry }) =>
      entry.kind === 'completed' || (entry.kind === 'stage' && (entry.weight > 0 || named.has(entry.stage))),
  );
  return first?.at ?? left.succeededAt;
}

function audiencesIn(plan: Effective['plans'][string] | undefined): ReadonlySet<string> {
  const stages = plan?.stages.filter(({ audience = [] }) => audience.length > 0) ?? [];
  return new Set(stages.map(({ id }) => id));
}

function measuresFor({ metrics }: Effective): readonly Measure[] {
  const all = measuresOf(metrics);
  const named = all.filter((one) => one.metric === metric && one.kind === 'value');
  return [...named, ...all.filter((one) => one.kind === 'ratio' && isTold(one.total))].slice(0, 2);
}

/** Whether a query counts since the version had users, and of this version alone. */
function isTold(text: string): boolean {
  return /\{\{\s*window\s*\}\}/.test(text) && /\{\{\s*(side|version)\s*\}\}/.test(text);
}

function questionOf(measure: Measure, { policy, left, side }: Exposed, windowMs: number): QuestionOf<'metric'> {
  const source = policy.metrics.sources.find(({ name }) => name === measure.source);
  const place = { side, version: left.payload.version, track: 'canary', leg: policy.leg ?? '', windowMs } as const;
  const text = fill(
    measure.kind === 'ratio' ? measure.total : measure.text,
    place,
    source?.provider === 'prometheus' ? 'promql' : 'pointer',
  );
  return {
    kind: 'metric',
    provider: source?.provider ?? '',
    options: source?.options ?? {},
    texts: [text],
    windowMs,
    agoMs: 0,
  };
}
