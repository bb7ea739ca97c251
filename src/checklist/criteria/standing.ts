// What every gate asks, whatever the checklist says: is the change known, may this ref go there, is the way free?
import type { Answers } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { anyMatches } from '../../kit/glob.ts';
import { undecided } from '../../policy/decidable.ts';
import type { Effective } from '../../policy/effective.ts';
import { locksOf } from '../../record/lock.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksInFlight, type InFlight, inFlight } from '../in-flight.ts';
import { lackOf, trafficOf } from '../traffic.ts';
import { unsignedNote } from '../unsigned.ts';
import { counted, instant, listed, short } from '../words.ts';

/** `change-known`: everything that says what the change is could be read. */
const changeKnown: Criterion = {
  id: 'change-known',
  title: 'Change',
  moment: 'review',
  asks: () => [],
  finds: ({ change }) => {
    const [unread] = change.unread;
    if (unread !== undefined) return notTold(unread);
    if (change.tree === '') return unknownFinding('the commit cannot be read', 'run the gate again');
    const { malformed } = change.history;
    const note = unsignedNote(change.history);
    if (malformed === 0 && note !== '') {
      // The range begins anew at the highest tier; nothing that is signed is left out of it.
      return { ...pass(`tree ${short(change.tree)}; ${note}`), warning: `With this record-key ${note}` };
    }
    if (malformed === 0) return pass(`tree ${short(change.tree)}`);
    const torn = `${counted(malformed, 'deployment', 'deployments')} of ours cannot be read`;
    // Without them nothing seems to run here, and they may be what does.
    return change.relation === 'first'
      ? unknownFinding(torn, 'use the release that wrote them, or delete them in GitHub if they are not yours')
      : pass(`tree ${short(change.tree)}; ${torn}, left out`);
  },
};

/** `plan-chosen`: the policy has a plan for this tier and type. */
const planChosen: Criterion = {
  id: 'plan-chosen',
  title: 'Plan',
  moment: 'review',
  asks: () => [],
  finds: (context, answers) => {
    const { change } = context;
    if (change.planless !== undefined) return fail(change.planless.because, change.planless.fix, 'owner of the policy');
    if ((change.planBecause ?? '') !== '') return pass(`${change.plan}: ${change.planBecause}`);
    const warning = quietAt(context, answers);
    return warning === '' ? pass(change.plan) : { ...pass(change.plan), warning };
  },
};

/** What the plan lacks at the traffic of last week, where somebody asked for it; empty when it can decide. */
function quietAt({ policy, change }: Context, answers: Answers): string {
  const plan = policy.plans[change.plan];
  const traffic = trafficOf(policy, answers);
  if (plan === undefined || traffic.kind === 'unknown') return '';
  const [first] = undecided(policy, plan, traffic.value);
  return first === undefined ? '' : `The plan ${plan.name} cannot decide: ${lackOf(first)}`;
}

/** `ref`: branches and tags that the environment allows; a commit other than the ref's own must lie on it. */
const allowedRef: Criterion = {
  id: 'ref',
  title: 'Ref',
  moment: 'deploy',
  asks: (context) => (isRefsOwn(context) ? [] : [onRef(context)]),
  finds: (context, answers) => {
    const { run, policy } = context;
    const name = run.ref.replace(/^refs\/(heads|tags)\//, '');
    const allowed =
      policy.refs.length === 0 ? `${run.defaultBranch} or a tag` : `a ref that matches ${policy.refs.join(', ')}`;
    if (!isAllowed(context, name)) {
      return fail(
        `${name} may not be deployed to ${policy.environment}`,
        `deploy from ${allowed}`,
        'who started the run',
      );
    }
    if (isRefsOwn(context)) return pass(name);
    const told = answers.of(onRef(context));
    if (told.kind === 'unknown') return notTold(told);
    const lies = told.value.status === 'behind' || told.value.status === 'identical';
    return lies
      ? pass(`${short(context.change.sha)} lies on ${name}`)
      : fail(
          `${short(context.change.sha)} does not lie on ${name}`,
          `deploy a commit of ${name}`,
          'who started the run',
        );
  },
};

/** `planned-start`: asked when a later start than now is planned. Windows and times ahead were judged for that start, so nothing begins before it. */
export const notBeforeStart: Criterion = {
  id: 'planned-start',
  title: 'Planned start',
  moment: 'deploy',
  asks: () => [],
  finds: ({ plannedStart, now }) =>
    plannedStart <= now
      ? pass(instant(plannedStart))
      : waiting('time', `planned for ${instant(plannedStart)}`, 'run the gate again at that time', ''),
};

/** `behind`: what runs is newer than this commit; going back is the rollback's work. */
const notBehind: Criterion = {
  id: 'behind',
  title: 'Order',
  moment: 'deploy',
  asks: () => [],
  finds: ({ change, policy }, answers) => {
    const { predecessor } = change;
    const history = answers.of(historyOf(policy));
    if (history.kind === 'unknown') return notTold(history);
    if (predecessor === undefined) return notApplicable('nothing of ours runs here yet');
    const runs = `${predecessor.payload.version} (${short(predecessor.sha)})`;
    if (change.relation !== 'behind') return pass(`${runs} runs: ${change.relation}`);
    const todo = ['go back with ', { code: `gh workflow run ${policy.rollback.workflow} -f to=${change.sha}` }];
    return fail(`${runs} runs and is newer than ${short(change.sha)}`, todo, 'who started the run');
  },
};

/** `locked`: nobody has locked the environment. */
const notLocked: Criterion = {
  id: 'locked',
  title: 'Lock',
  moment: 'deploy',
  asks: () => [],
  finds: ({ change, policy }, answers) => {
    const history = answers.of(historyOf(policy));
    if (history.kind === 'unknown') return notTold(history);
    const [lock] = locksOf(change.history);
    if (lock?.payload.kind !== 'lock') return pass('none');
    const { by, reason } = lock.payload;
    const link = { text: `lock ${lock.id}`, href: lock.payload.run.url };
    const unsigned = lock.ignored === undefined ? '' : '; an unlock that nobody signed does not count';
    const evidence = ['locked by ', by, `: ${reason} (`, link, `)${unsigned}`];
    const key = unsigned === '' ? '' : ' and the record-key';
    return fail(evidence, `run the gate with mode: unlock, environment: ${policy.environment}${key}`, by);
  },
};

/** `in-flight`: no other deployment is under way; what to do about one says the type, else the policy. */
const nothingInFlight: Criterion = {
  id: 'in-flight',
  title: 'Other deployments',
  moment: 'deploy',
  asks: asksInFlight,
  finds: (context, answers) => {
    const history = answers.of(historyOf(context.policy));
    if (history.kind === 'unknown') return notTold(history);
    const others = inFlight(context, answers);
    const living = others.filter(({ alive: lives }) => lives);
    // Of several the one that must be waited for decides, not the newest.
    const alive = living.find((other) => inFlightRule(context, other) !== 'supersede') ?? living[0];
    if (alive !== undefined) return underWay(alive, context);
    if (others.length === 0) return pass('none under way');
    const ids = listed(
      others.map(({ attempt }) => `deployment ${attempt.id}`),
      3,
    );
    const left = `${ids} was left by a run that is over: canary-step restores it first`;
    return { ...pass(left), warning: `Opened over what was left: ${left}` };
  },
};

/** The change has asked it; whoever reads the record must know that it was told, for an empty one looks like peace. */
function historyOf({ environment }: Pick<Effective, 'environment'>): QuestionOf<'deployments'> {
  return { kind: 'deployments', environment };
}

/** What to do about another deployment under way; a rollback or a drill is never superseded. */
export function inFlightRule(context: Context, other: InFlight): 'wait' | 'supersede' | 'close' {
  const rule = context.change.type.inFlight ?? context.policy.inFlight;
  return rule === 'supersede' && other.attempt.task !== 'deploy' ? 'wait' : rule;
}

function underWay(other: InFlight, context: Context): Found {
  const { attempt } = other;
  const what = { deploy: 'deployment', 'deploy:drill': 'drill' }[String(attempt.task)] ?? 'rollback';
  const link = { text: `${what} ${attempt.id}`, href: attempt.payload.run.url };
  const evidence = [link, ` of ${attempt.payload.version} is under way`];
  const rule = inFlightRule(context, other);
  if (rule === 'supersede') return pass([...evidence, ': superseded when this gate opens']);
  const todo = 'run the gate again when it has ended';
  return rule === 'close' ? fail(evidence, todo, '') : waiting('time', evidence, todo, '');
}

function isAllowed({ run, policy }: Context, name: string): boolean {
  if (!/^refs\/(heads|tags)\//.test(run.ref)) return false;
  if (policy.refs.length > 0) return anyMatches(policy.refs, name);
  return run.ref.startsWith('refs/tags/') || name === run.defaultBranch;
}

function isRefsOwn({ run, change }: Context): boolean {
  return run.sha === change.sha;
}

function onRef({ run, change }: Context): QuestionOf<'comparison'> {
  return { kind: 'comparison', base: run.sha, head: change.sha };
}

/** In the order of the report. Levels and `required-only` do not touch them. */
export const standing: readonly Criterion[] = [
  changeKnown,
  allowedRef,
  notBehind,
  notLocked,
  nothingInFlight,
  planChosen,
];

/** The Deployments that a gate opening now supersedes. */
export function toSupersede(context: Context, answers: Answers): readonly InFlight[] {
  return inFlight(context, answers).filter((other) => other.alive && inFlightRule(context, other) === 'supersede');
}
