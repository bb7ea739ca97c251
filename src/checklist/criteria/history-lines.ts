// What the Deployments of the environment say of how it is deployed: by workflows that leave a log, and by whom.
import type { Answers } from '../../evidence/answer.ts';
import type { DeploymentFact } from '../../evidence/fact.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { type Attempt, attemptOf } from '../../record/history.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass } from '../finding.ts';
import { asksRole, holdersOf } from '../role.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/history-lines.ts';

function deploymentsOf({ policy }: Context): QuestionOf<'deployments'> {
  return { kind: 'deployments', environment: policy.environment };
}

/** Deployments of the environment since then, whoever made them; the locks of ours are none. */
function recent(withinMs: number, context: Context, answers: Answers): readonly DeploymentFact[] {
  const facts = answers.value(deploymentsOf(context)) ?? [];
  return facts.filter(({ createdAt, task }) => createdAt >= context.now - withinMs && task !== 'deploy:lock');
}

function historyLine(given: {
  readonly words: typeof worded.auditLogging | typeof worded.stepsAutomated;
  readonly isGood: (fact: DeploymentFact) => boolean;
  readonly bad: string;
  readonly good: string;
  readonly todo: string;
}): Criterion {
  return withOptions({
    ...given.words,
    asks: (context) => [deploymentsOf(context)],
    finds: (context, options, answers): Found => {
      const told = answers.of(deploymentsOf(context));
      if (told.kind === 'unknown') return notTold(told);
      const facts = recent(options.within, context, answers);
      if (facts.length === 0)
        return notApplicable(`nothing was deployed here within ${formatDuration(options.within)}`);
      const bad = facts.filter((fact) => !given.isGood(fact));
      const named = bad.map(({ id, creator }) => `${id} by ${creator}`);
      if (bad.length > 0) return fail(`${given.bad}: deployment ${listed(named, 3)}`, given.todo, '');
      return pass(`${counted(facts.length, 'deployment', 'deployments')}, ${given.good}`);
    },
  });
}

/** `audit-logging`: each Deployment here says who made it and where its log is; those of ours always do. */
export const auditLogging: Criterion = historyLine({
  words: worded.auditLogging,
  isGood: (fact) => fact.creator !== '' && addresses(fact).length > 0,
  bad: 'without a log',
  good: 'each with its maker and its log',
  todo: 'deploy through the workflow; whatever else makes Deployments must say its log_url',
});

/** `deployment-steps-automated`: each Deployment here was made by a run of a workflow. */
export const stepsAutomated: Criterion = historyLine({
  words: worded.stepsAutomated,
  isGood: (fact) => addresses(fact).some((url) => /\/actions\/runs\/\d+/.test(url)),
  bad: 'made by no workflow',
  good: 'each by a run of a workflow',
  todo: 'deploy through the workflow only',
});

/** Where its log is: the run of ours, else what its statuses say. */
function addresses(fact: DeploymentFact): readonly string[] {
  const own = attemptOf(fact)?.payload.run.url;
  return [...(own === undefined ? [] : [own]), ...fact.statuses.map(({ logUrl }) => logUrl)].filter(
    (url) => url !== '',
  );
}

/** Runs that are asked who started them (ours): more would cost a gate too many calls. */
const mostRuns = 20;

/** `knowledge-everyone-can-deploy`: everyone in `role` started a deployment, a drill or a rollback here; without a role somebody's word counts. */
export const everyoneCanDeploy: Criterion = withOptions({
  ...worded.everyoneCanDeploy,
  asks: (context, given, answers): readonly Question[] => {
    if (given.role === undefined) return asksWord(given, context, answers);
    const runs = runsOf(given.within, context, answers).map((id) => ({ kind: 'run', id }) as const);
    return [deploymentsOf(context), ...asksRole(given.role, context, answers), ...runs];
  },
  finds: (context, given, answers) => {
    if (given.role === undefined) return findWord(given, context, answers, ['with: role:']);
    const told = answers.of(deploymentsOf(context));
    if (told.kind === 'unknown') return notTold(told);
    const team = holdersOf(given.role, context, answers);
    if (team.kind === 'unknown') return notTold(team);
    const people = new Set<string>();
    for (const id of runsOf(given.within, context, answers)) {
      const run = answers.of({ kind: 'run', id });
      // A run that GitHub keeps no longer tells nothing about anybody.
      if (run.kind === 'known') people.add(run.value.actor.toLowerCase());
    }
    const missing = [...team.value].filter((login) => !people.has(login));
    if (missing.length === 0)
      return pass(`${counted(team.value.size, 'person', 'people')} within ${formatDuration(given.within)}`);
    return fail(
      `not within ${formatDuration(given.within)}: ${listed(missing, 4)}`,
      'let them run the next deployment, or a drill',
      listed(missing, 4),
    );
  },
});

function runsOf(withinMs: number, context: Context, answers: Answers): readonly number[] {
  const attempts = recent(withinMs, context, answers).flatMap((fact): readonly Attempt[] => {
    const attempt = attemptOf(fact);
    return attempt === undefined ? [] : [attempt];
  });
  return [...new Set(attempts.map(({ payload }) => payload.run.id))].slice(0, mostRuns);
}
