// The way back, on paper and tried: a rollback plan is written down, and the procedure was drilled not long ago.
import type { PullFact } from '../../evidence/fact.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Attempt, readHistory, unfinished } from '../../record/history.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass } from '../finding.ts';
import { sectionOf } from '../section.ts';
import { newestUnsigned, unsignedDeployment } from '../unsigned.ts';
import { ago, listed } from '../words.ts';
import * as worded from './words/rollback-plan.ts';

type PlanOptions = Given<typeof worded.rollbackPlanDocumented>;

const rollbackHeading = /\broll-?\s?back\b|\bway back\b/i;

/** `rollback-plan-documented`: each pull request has a section "Rollback" that is not empty, or `file` holds the plan. */
export const rollbackPlanDocumented: Criterion = withOptions({
  ...worded.rollbackPlanDocumented,
  asks: ({ change }, { file }) => (file === undefined ? [] : [{ kind: 'file', path: file, sha: change.sha }]),
  finds: (context, given, answers) => {
    const { change, policy } = context;
    if (given.within !== undefined && policy.rollback.budgetMs > given.within) {
      const budget = formatDuration(policy.rollback.budgetMs);
      return fail(
        `the policy gives a rollback ${budget}, more than ${formatDuration(given.within)}`,
        'lower `rollback: budget:`',
      );
    }
    if (given.file !== undefined) {
      const told = answers.of({ kind: 'file', path: given.file, sha: change.sha });
      if (told.kind === 'unknown') return notTold(told);
      const text = told.value.found ? told.value.text : '';
      return text.trim() === ''
        ? fail(`${given.file} is missing or empty`, `write the plan in ${given.file}`, 'author')
        : rollbackPlanIn(text, [{ text: given.file, href: told.value.url }], given);
    }
    return inPulls(change.pulls, given);
  },
});

function inPulls(pulls: readonly PullFact[], given: PlanOptions): Found {
  const todo = 'add a section “## Rollback” to the description that says how this change is taken back';
  if (pulls.length === 0)
    return fail('there is no pull request that could hold the plan', 'bring the change by a pull request', 'author');
  const without = pulls.filter(({ body }) => sectionOf(body, rollbackHeading) === '');
  if (without.length > 0) {
    const who = listed([...new Set(without.map(({ author }) => author.login))], 3);
    return fail(
      `no rollback section in ${listed(
        without.map(({ number }) => `#${number}`),
        4,
      )}`,
      todo,
      who,
    );
  }
  const text = pulls.map(({ body }) => sectionOf(body, rollbackHeading)).join('\n');
  const links = pulls
    .slice(0, 4)
    .flatMap(({ number, url }, index) => [...(index === 0 ? [] : [', ']), { text: `#${number}`, href: url }]);
  return rollbackPlanIn(text, links, given);
}

function rollbackPlanIn(
  text: string,
  where: readonly (string | { readonly text: string; readonly href: string })[],
  given: PlanOptions,
): Found {
  if (given.names === 'how' && !/\b(flag|traffic|redeploy|database)\b/i.test(text)) {
    return fail([...where, ': does not say by which means'], 'name one of flag, traffic, redeploy, database', 'author');
  }
  return pass([...where]);
}

/** A drill older than this proves little (ours; the processes say weekly, or nothing). */
const drillMaxAgeMs = 30 * 24 * 60 * 60 * 1000;

/** `rollback-procedure-tested`: the newest drill ended well and is younger than `max-age`, in `environment` (default: where the policy drills, else here). */
export const rollbackProcedureTested: Criterion = withOptions({
  ...worded.rollbackProcedureTested,
  asks: (context, given) => [{ kind: 'deployments', environment: placeOf(context, given.environment) }],
  finds: (context, given, answers) => {
    const environment = placeOf(context, given.environment);
    const told = answers.of({ kind: 'deployments', environment });
    if (told.kind === 'unknown') return notTold(told);
    const history = readHistory(told.value, { environment, unit: context.policy.unit.name ?? '' });
    const newest = history.attempts.find((attempt) => attempt.task === 'deploy:drill' && !unfinished(attempt));
    const unsigned = newestUnsigned(history, (attempt) => attempt.task === 'deploy:drill');
    if (newest === undefined && unsigned !== undefined) return unsignedDeployment(unsigned, 'drill again');
    return drilled(newest, { environment, maxAge: given['max-age'] ?? drillMaxAgeMs, below: given.below }, context);
  },
});

interface Wanted {
  readonly environment: string;
  readonly maxAge: number;
  readonly below: number | undefined;
}

function drilled(attempt: Attempt | undefined, wanted: Wanted, { policy, now }: Context): Found {
  const todo = [
    'run ',
    { code: `gh workflow run ${policy.rollback.workflow} -f mode=drill -f environment=${wanted.environment}` },
  ];
  if (attempt === undefined) return fail(`never drilled in ${wanted.environment}`, todo);
  const link = { text: `drill ${attempt.id}`, href: attempt.payload.run.url };
  if (attempt.succeededAt === undefined) return fail(['the newest drill failed: ', link], todo);
  const took = attempt.succeededAt - attempt.beganAt;
  const when = { text: ago(attempt.succeededAt, now), href: attempt.payload.run.url };
  const evidence = [when, `: ${formatDuration(took)}`];
  if (now - attempt.succeededAt > wanted.maxAge)
    return fail([...evidence, `, older than ${formatDuration(wanted.maxAge)}`], todo);
  if (wanted.below !== undefined && took >= wanted.below)
    return fail([...evidence, `, needs less than ${formatDuration(wanted.below)}`], todo);
  return pass(evidence, attempt.succeededAt);
}

function placeOf({ policy }: Context, given: string | undefined): string {
  return given ?? policy.rollback.drill?.environment ?? policy.environment;
}
