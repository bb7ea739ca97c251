// What a rollback asks of GitHub before it decides, and how it reads the answers.
import type { Answers } from '../evidence/answer.ts';
import type { DeploymentFact } from '../evidence/fact.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Run } from '../evidence/run.ts';
import type { Effective } from '../policy/effective.ts';
import { type History, readHistory } from '../record/history.ts';
import { ofLeg } from './leg.ts';
import { asksManual } from './manual.ts';
import { redeploysBy } from './redeploy.ts';
import type { Situation } from './situation.ts';
import { lastKnownGood, namedTarget } from './target.ts';
import { asksWord, type WordInputs, wordOf } from './word.ts';

/** The inputs of a press, as far as a decision reads them. */
export interface PressInputs extends WordInputs {
  readonly environment: string;
  readonly to: string;
  readonly how: Situation['how'];
  readonly mode: string;
  readonly reason: string;
  readonly severity: string;
}

export interface PressPlace {
  readonly inputs: PressInputs;
  readonly policy: Effective;
  readonly run: Run;
  readonly now: number;
  /** The roles of the policy could not be read. */
  readonly partial: boolean;
}

/** So many Deployments are read at first, two pages of GitHub's: what runs and the version before it are among them but for a long row of failures. */
const newest = 200;

/** The Deployments, this run, and who may set a guard aside first; then the runs of unfinished rollbacks. At most a handful of calls. */
export function asksOfPast(
  inputs: PressInputs,
  run: Run,
  policy: Effective | undefined,
  now: number,
): (answers: Answers) => readonly Question[] {
  const { environment } = inputs;
  const first: QuestionOf<'deployments'> = { kind: 'deployments', environment, newest };
  const word = policy === undefined ? [] : [...asksWord(inputs, policy, run), ...asksManual(policy, inputs)];
  return (answers) => {
    const facts = answers.value(first) ?? [];
    const whole: readonly Question[] = isEnough(facts, inputs, { policy, now })
      ? []
      : [{ kind: 'deployments', environment }];
    const others = facts
      .filter((fact) => fact.task === 'deploy:rollback' && isOpen(fact))
      .slice(0, 3)
      .flatMap((fact) => runIdOf(fact.payload));
    return [
      first,
      { kind: 'run', id: run.id },
      ...word,
      ...whole,
      ...others.filter((id) => id !== run.id).map((id): Question => ({ kind: 'run', id })),
    ];
  };
}

/** The situation without what router and sides answer. */
export function pressOf(answers: Answers, place: PressPlace): Omit<Situation, 'weights' | 'sides' | 'flag'> {
  const { inputs, policy, run } = place;
  const leg = policy.leg ?? '';
  const { environment } = inputs;
  const whole: QuestionOf<'deployments'> = { kind: 'deployments', environment };
  const all = answers.of(whole);
  const facts = all.kind === 'known' ? all : answers.of({ ...whole, newest });
  const history =
    facts.kind === 'known'
      ? ofLeg(readHistory(facts.value, { environment, unit: policy.unit.name ?? '' }), leg)
      : undefined;
  const createdAt = answers.value({ kind: 'run', id: run.id })?.createdAt;
  return {
    history,
    press: {
      runId: run.id,
      attempt: run.attempt,
      event: run.event,
      named: inputs.to !== 'last-known-good',
      createdAt,
      isAlive: (runId) => isAlive(answers, runId),
      // Twice its budget: the deadline has passed, whatever the machine does.
      hungAfterMs: 2 * policy.rollback.budgetMs,
    },
    byPerson: run.byPerson,
    to: inputs.to,
    how: inputs.how,
    drill: inputs.mode === 'drill',
    minAgeMs: policy.rollback.minAgeMs,
    leg,
    now: recordNow(history, createdAt, place.now),
    canRedeploy: redeploysBy(policy) !== undefined,
    prefers: policy.rollback.how,
    // The judge names the metric that broke its limit.
    limits: Object.fromEntries(policy.limits.flatMap(({ metric, how }) => (how === 'auto' ? [] : [[metric, how]]))),
    workflow: policy.rollback.workflow,
    word: wordOf(inputs, place, answers),
  };
}

/** Whether the target is among the newest Deployments; where the list is short there are no more. */
function isEnough(
  facts: readonly DeploymentFact[],
  { to, environment }: PressInputs,
  { policy, now }: { readonly policy: Effective | undefined; readonly now: number },
): boolean {
  if (facts.length < newest || policy === undefined) return true;
  const history: History = readHistory(facts, { environment, unit: policy.unit.name ?? '' });
  if (to !== 'last-known-good') return namedTarget(history, to) !== undefined;
  const look = { now, leg: policy.leg ?? '', minAgeMs: policy.rollback.minAgeMs };
  return lastKnownGood(history, look).kind === 'target';
}

/** Now by GitHub's clock, which wrote the record: when this run was made, or what was written last. The runner's own clock may be hours off. */
function recordNow(history: History | undefined, createdAt: number | undefined, ours: number): number {
  const written = (history?.attempts ?? []).flatMap(({ beganAt, happened }) => [
    beganAt,
    ...happened.map(({ at }) => at),
  ]);
  return written.reduce((newest, at) => Math.max(newest, at), createdAt ?? ours);
}

function isOpen({ statuses }: DeploymentFact): boolean {
  const state = statuses.at(-1)?.state ?? 'pending';
  return state === 'pending' || state === 'queued' || state === 'in_progress';
}

function isAlive(answers: Answers, runId: number): boolean | undefined {
  const run = answers.value({ kind: 'run', id: runId });
  return run === undefined ? undefined : run.status !== 'completed';
}

function runIdOf(payload: unknown): readonly number[] {
  if (typeof payload !== 'object' || payload === null || !('run' in payload)) return [];
  const { run } = payload;
  return typeof run === 'object' && run !== null && 'id' in run && typeof run.id === 'number' ? [run.id] : [];
}
