// What the chosen plan and the policy themselves say about the rollout: strategy, steps, expected time, triggers of a rollback.
import { formatDuration } from '../../kit/duration.ts';
import type { Plan, Stage } from '../../policy/parts.ts';
import { type Attempt, forwards, readHistory } from '../../record/history.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { fencedLines, withoutComments } from '../fence.ts';
import { fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { newestUnsigned, unsignedDeployment } from '../unsigned.ts';
import { listed } from '../words.ts';
import * as worded from './words/rollout.ts';

const noPlan = unknownFinding('no plan is chosen', 'see “A plan fits”');

/** `strategy-chosen`: the plan is one of the strategies `one-of`; what a plan is, its steps say. */
export const strategyChosen: Criterion = withOptions({
  ...worded.strategyChosen,
  asks: () => [],
  finds: (context, given) => {
    const plan = planOf(context);
    if (plan === undefined) return noPlan;
    const strategies = strategiesOf(plan);
    const words = `plan ${plan.name} is ${strategies.join(' and ')}`;
    const wanted = given['one-of'];
    if (wanted === undefined || strategies.some((one) => wanted.some((name) => name === one))) return pass(words);
    return fail(
      `${words}; must be ${wanted.join(' or ')}`,
      'choose a plan of that kind for this tier and type',
      'owner of the policy',
    );
  },
});

/** Traffic moves between two sides that both stand: blue-green; in several steps it is a canary as well. */
function strategiesOf({ by, stages }: Plan): readonly string[] {
  const first = { traffic: 'blue-green', flag: 'feature-flag', rollout: 'rolling' }[by];
  return [
    first,
    ...(stages.length > 1 && by !== 'rollout' ? ['canary'] : []),
    ...(stages.some(({ audience }) => audience !== undefined) ? ['phased'] : []),
    ...(stages.some(({ weight }) => weight === 0) ? ['dark-launch'] : []),
  ];
}

/** `gradual-rollout-for-high-risk`: from tier medium on the plan has more than one stage. */
export const gradualRollout: Criterion = withOptions({
  ...worded.gradualRollout,
  asks: () => [],
  finds: (context) => {
    const { tier } = context.change;
    if (tier === 'zero' || tier === 'low') return notApplicable(`tier ${tier}`);
    const plan = planOf(context);
    if (plan === undefined) return noPlan;
    const words = `tier ${tier}, ${shown(plan)}`;
    return plan.stages.length > 1
      ? pass(words)
      : fail(words, `give tier ${tier} a plan of several stages`, 'owner of the policy');
  },
});

/** `gradual-plan-scheduled`: the steps of this deployment stand in the policy. */
export const gradualPlanScheduled: Criterion = withOptions({
  ...worded.gradualPlanScheduled,
  asks: () => [],
  finds: (context) => {
    const plan = planOf(context);
    return plan === undefined ? noPlan : pass(shown(plan));
  },
});

/** `production-stage-time`: the stages of the plan together take the expected time: at least their bakes, at most their longest with the smoke tests around them. */
export const productionStageTime: Criterion = withOptions({
  ...worded.productionStageTime,
  asks: () => [],
  finds: (context, given) => {
    const plan = planOf(context);
    if (plan === undefined) return noPlan;
    const sum = sumOf(plan, ({ bakeMs }) => bakeMs);
    const smokes = [plan.smoke.before, plan.smoke.after].filter((stage) => stage !== undefined).length;
    const longest = sumOf(plan, longestBake) + smokes * context.policy.smoke.budgetMs;
    const most = given['at-most'] ?? given.expected;
    const until = longest > sum ? `, ${formatDuration(longest)} at most with its smoke tests` : '';
    const evidence = `${plan.name} bakes for ${formatDuration(sum)}${until}`;
    const fix = 'change the stages of the plan, or the expected time';
    if (given['at-least'] !== undefined && longest < given['at-least'])
      return fail(`${evidence}, expected at least ${formatDuration(given['at-least'])}`, fix, 'owner of the policy');
    if (most !== undefined && sum > most)
      return fail(`${evidence}, expected at most ${formatDuration(most)}`, fix, 'owner of the policy');
    return pass(evidence);
  },
});

/** `rollback-triggers-documented`: the policy has limits whose breach rolls back; they are the document. */
export const rollbackTriggers: Criterion = withOptions({
  ...worded.rollbackTriggers,
  asks: () => [],
  finds: ({ policy }) => {
    const triggers = policy.limits.filter(({ kind, action }) => kind === 'breach' && action === 'rollback');
    if (triggers.length === 0)
      return fail('no limit of the policy rolls back', 'add `limits:` with `then: rollback`', 'owner of the policy');
    return pass(
      listed(
        triggers.map(({ metric, condition }) => `${metric} ${condition.text}`),
        4,
      ),
    );
  },
});

/** `risky-change-behind-flag`: from tier medium on the plan goes by a flag, the policy names one to take it back, or each pull request does. */
export const behindFlag: Criterion = withOptions({
  ...worded.behindFlag,
  asks: () => [],
  finds: (context) => {
    const { change, policy } = context;
    if (change.tier === 'zero' || change.tier === 'low') return notApplicable(`tier ${change.tier}`);
    if (planOf(context)?.by === 'flag') return pass(`${change.plan} goes by a flag`);
    if (policy.rollback.flag !== undefined) return pass([{ code: policy.rollback.flag }]);
    const flags = change.pulls.map(({ body }) => flagIn(body));
    if (flags.length > 0 && flags.every((flag) => flag !== ''))
      return pass([...new Set(flags)].slice(0, 4).map((flag) => ({ code: flag })));
    const todo = [
      'name it in the description (',
      { code: 'Flag: <name>' },
      '), or under ',
      { code: 'rollback: flag:' },
    ];
    return fail(`tier ${change.tier}, and no flag is named`, todo, 'author');
  },
});

/** A line `Flag: new-checkout` that a reader of the description sees. */
function flagIn(body: string): string {
  const lines = fencedLines(withoutComments(body)).filter(({ fenced }) => !fenced);
  return (
    lines
      .map(({ line }) => /^\W{0,8}flag\**:\W{0,4}([\w.-]{2,80})/i.exec(line)?.[1] ?? '')
      .find((flag) => flag !== '') ?? ''
  );
}

/** `staging-stage-time`: the deployment of this tree to the environment that comes before took the expected time. */
export const stagingStageTime: Criterion = withOptions({
  ...worded.stagingStageTime,
  asks: ({ policy }) => policy.needs.map((environment) => ({ kind: 'deployments', environment }) as const),
  finds: ({ policy, change }, given, answers) => {
    for (const environment of policy.needs) {
      const told = answers.of({ kind: 'deployments', environment });
      if (told.kind === 'unknown') return notTold(told);
      const history = readHistory(told.value, { environment, unit: policy.unit.name ?? '' });
      const same = forwards(history).find(({ payload }) => payload.kind === 'deploy' && payload.tree === change.tree);
      if (same?.succeededAt === undefined) {
        const isSame = ({ payload }: Attempt) => payload.kind === 'deploy' && payload.tree === change.tree;
        const unsigned = newestUnsigned(history, isSame);
        if (unsigned !== undefined) return unsignedDeployment(unsigned, 'deploy it there again');
        return unknownFinding(`${environment} has not run this tree`, `deploy it there first`);
      }
      const took = same.succeededAt - same.beganAt;
      const evidence = `${environment}: ${formatDuration(took)}`;
      if (given['at-least'] !== undefined && took < given['at-least'])
        return fail(
          `${evidence}, expected at least ${formatDuration(given['at-least'])}`,
          'look whether its checks ran',
          '',
        );
      if (given['at-most'] !== undefined && took > given['at-most'])
        return fail(`${evidence}, expected at most ${formatDuration(given['at-most'])}`, 'look what took so long', '');
    }
    return policy.needs.length === 0
      ? notApplicable('the policy names no environment that comes before')
      : pass(policy.needs.join(', '));
  },
});

function sumOf({ stages }: Plan, time: (stage: Stage) => number): number {
  return stages.reduce((before, stage) => before + time(stage), 0);
}

function longestBake({ bakeMs, maxBakeMs }: Stage): number {
  return Math.max(bakeMs, maxBakeMs ?? 0);
}

function planOf({ policy, change }: Context): Plan | undefined {
  return policy.plans[change.plan];
}

function shown({ name, stages }: Plan): string {
  return `${name}: ${listed(
    stages.map(({ weight, bakeMs }) => (bakeMs === 0 ? `${weight} %` : `${weight} % for ${formatDuration(bakeMs)}`)),
    6,
  )}`;
}
