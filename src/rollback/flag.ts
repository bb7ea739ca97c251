// The flag as a way back: new code is turned off for everybody, the version stays, and no guard stands in the way.

import type { FeatureFlag } from '../evidence/way-back.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { audiencesOf } from '../policy/share-routing.ts';
import type { Attempt, History } from '../record/history.ts';
import { sidesOf, whatRuns } from '../record/running.ts';
import type { Press } from './press.ts';
import type { Proof } from './proof.ts';
import type { Decision, FlagSeen, Situation } from './situation.ts';
import { asTarget, type Target } from './target.ts';
import { backWords } from './way.ts';

/** The flag of the policy with what its provider says now; undefined where the policy names none. */
export async function seenFlag(policy: Effective, flag: FeatureFlag | undefined): Promise<FlagSeen | undefined> {
  const name = policy.rollback.flag;
  if (name === undefined || flag === undefined) return undefined;
  const plans = Object.entries(policy.plans).flatMap(([plan, { by }]) => (by === 'flag' ? [plan] : []));
  return { name, state: await flag.read(), plans, cohorts: policy.flags?.cohorts };
}

/** What the provider is asked by; undefined where the policy names no flag or no provider. */
export function flagOptions({ rollback, flags, environment, plans }: Effective) {
  if (rollback.flag === undefined || flags?.provider === undefined) return undefined;
  const stages = Object.values(plans).flatMap((plan) => (plan.by === 'flag' ? plan.stages : []));
  const { provider, options, cohorts } = flags;
  return { provider, options, environment, name: rollback.flag, cohorts, audiences: audiencesOf({ stages }) };
}

/** The decision to turn the flag off: where a person wants just that, or where it is the least harmful way that the policy knows. Undefined
 * where a version has to go back. */
export function byFlag(situation: Situation, press?: Press): Decision | undefined {
  const { flag, how, history } = situation;
  if (how !== 'flag' && how !== 'auto') return undefined;
  const own = press?.kind === 'resume' && isFlagged(press.own) ? press.own : undefined;
  if (own === undefined && how === 'auto' && !isPreferred(situation)) return undefined;
  if (flag === undefined) return how === 'flag' ? nameless(situation) : undefined;
  const { state } = flag;
  // What is off already would turn nothing off: the next way of the order.
  if (how === 'auto' && own === undefined && (state.kind === 'unknown' || !state.value.on)) return undefined;
  const running = history === undefined ? undefined : whatRuns(history);
  const raised = history === undefined ? undefined : raisedBy(history, flag);
  const blind = history === undefined ? ['The records cannot be read: they do not say yet that the flag is off'] : [];
  return {
    kind: 'go',
    target: running === undefined ? nobody : asTarget(running),
    from: running,
    own,
    left: [],
    way: {
      kind: 'flag',
      side: '',
      flag: flag.name,
      off: state.kind === 'known' && !state.value.on,
      ...beforeOf(raised),
    },
    notes: [
      'The version stays: what is not behind the flag is as it was. Clients follow within their polling interval',
      ...blind,
    ],
    owed: situation.press.attempt > 1 && own === undefined,
  };
}

/** The Deployment whose plan gives users the new code by this flag now; undefined where the newest one is none, or gave it to nobody. */
function raisedBy(history: History, { plans, cohorts }: FlagSeen): Attempt | undefined {
  const newest = newestDeploy(history);
  if (newest?.payload.kind !== 'deploy') return undefined;
  // Of a policy that is broken elsewhere no plan is known: then the arms tell it.
  const arms = sidesOf(newest);
  const isArms = arms !== undefined && arms.stable === cohorts?.[0] && arms.canary === cohorts[1];
  if (!plans.includes(newest.payload.plan) && !isArms) return undefined;
  const moves = ['stage', 'completed', 'restored', 'rolled-back'];
  const last = newest.happened.findLast(({ entry }) => moves.includes(entry.kind))?.entry.kind;
  return last === 'stage' || last === 'completed' ? newest : undefined;
}

/** What some users had before that plan began. */
function beforeOf(raised: Attempt | undefined) {
  const told = raised?.happened.find(({ entry }) => entry.kind === 'before')?.entry;
  return told?.kind === 'before' ? { back: told.weights } : {};
}

/** Whether a rollback turned a flag off and moved no version. */
export function isFlagged({ payload }: Attempt): boolean {
  return payload.kind === 'rollback' && payload.how === 'flag';
}

/** A person who presses again after a flag was turned off, and names another way or sets a guard aside, wants the version back. */
export function wantsMore(by: Attempt, { how, word, flag }: Situation): boolean {
  if (!isFlagged(by)) return false;
  const isOnAgain = flag?.state.kind === 'known' && flag.state.value.on;
  return how !== 'auto' || word.wanted || isOnAgain;
}

/** How turning off ended: `because` says why it could not be done, empty when it was; `kept` why what some users had before could not be given back. */
export interface TurnedOff {
  readonly because: string;
  readonly kept: string;
}

interface Patience {
  readonly clock: Clock;
  readonly withinMs: number;
}

/** Turns it off, or `back` to what some users had before; where that cannot be given back it is off for everybody, for users on new code come
 * before those who would miss it. Tries again until its patience or `withinMs` are over. */
export async function turnOff(
  flag: FeatureFlag,
  { clock, withinMs, back }: Patience & { readonly back?: Shares | undefined },
): Promise<TurnedOff> {
  const until = clock.now() + withinMs;
  const kept =
    back === undefined || flag.share === undefined
      ? ''
      : await insisted(() => flag.share?.(back), { clock, withinMs: Math.min(withinMs, sharePatienceMs) });
  if (kept === '' && back !== undefined && flag.share !== undefined) return { because: '', kept };
  const left = Math.max(0, until - clock.now());
  return { because: await insisted(() => flag.off(), { clock, withinMs: Math.min(left, patienceMs) }), kept };
}

/** Tries until it is done or the time is over; a no, or a fault of the policy, stays what it is. Gives why it was not done. */
async function insisted(told: () => Promise<void> | undefined, { clock, withinMs }: Patience): Promise<string> {
  const until = clock.now() + withinMs;
  for (;;) {
    try {
      await told();
      return '';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!passing.includes(error.parts.reason) || clock.now() >= until) return error.message;
    }
    // Not cut short by a cancel: users come first.
    await clock.sleep(pauseMs);
  }
}

/** Troubles of a provider that another try may not meet. */
const passing = ['flag-unreachable', 'router-unreachable', 'contested'];

/** Looks until the provider says it is off, or until `withinMs` are over. */
export async function provenOff(
  flag: FeatureFlag,
  name: string,
  { clock, withinMs, back }: { readonly clock: Clock; readonly withinMs: number; readonly back?: Shares | undefined },
): Promise<Proof> {
  const until = clock.now() + Math.min(withinMs, patienceMs);
  for (;;) {
    const state = await flag.read();
    // The shares were read back when they were set.
    if (state.kind === 'known' && back !== undefined && flag.share !== undefined)
      return { ok: true, words: `The provider says that ${name} is back to ${backWords(back)}` };
    if (state.kind === 'known' && !state.value.on) return { ok: true, words: `The provider says that ${name} is off` };
    if (clock.now() >= until) {
      const because = state.kind === 'known' ? 'still says that it is on' : `does not say: ${state.because}`;
      return { ok: false, words: `${name} was told to be off, the provider ${because}` };
    }
    await clock.sleep(pauseMs);
  }
}

type Shares = Readonly<Record<string, number>>;

interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A flag that needs longer than this is no quick way back (reference providers 1.4: off within a second), ms. */
const patienceMs = 20_000;
/** Users are on the new code meanwhile: what only a few miss has less time (ours), ms. */
const sharePatienceMs = 5_000;
const pauseMs = 500;
const nobody: Target = { sha: '', version: '', artifact: [], deploymentId: undefined, side: '' };

/** The change went out by this very flag, or the policy (its own `how`, or that of the limit that was breached) puts the flag first. */
function isPreferred({ flag, prefers, limits, history, to }: Situation): boolean {
  if (to !== 'last-known-good') return false;
  const running = history === undefined ? undefined : newestWithUsers(history);
  const breached = running === undefined ? undefined : limitBreached(running);
  const way = (breached === undefined ? undefined : limits[breached]) ?? prefers;
  if (way !== 'auto') return way === 'flag';
  if (history !== undefined && flag !== undefined && raisedBy(history, flag) !== undefined) return true;
  return running?.payload.kind === 'deploy' && flag?.plans.includes(running.payload.plan) === true;
}

function newestWithUsers(history: History): Attempt | undefined {
  return whatRuns(history) ?? newestDeploy(history);
}

/** The newest Deployment that brought a version forward. */
export function newestDeploy(history: History | undefined): Attempt | undefined {
  return history?.attempts.find(({ task }) => task === 'deploy');
}

/** The limit that ended the newest stage, e.g. `error-rate` of `limit:error-rate`. */
export function limitBreached({ happened }: Attempt): string | undefined {
  const stage = happened.findLast(({ entry }) => entry.kind === 'stage' && entry.verdict === 'rollback')?.entry;
  const reason = stage?.kind === 'stage' ? stage.reason : '';
  return /^limit:([\w.-]+)/.exec(reason)?.[1];
}

function nameless({ workflow }: Situation): Decision {
  return {
    kind: 'refused',
    reason: 'no-flag',
    because: 'The policy names no flag that turns the new code off, or no provider that has it',
    fix: `Add \`rollback: {flag: <name>}\` and \`flags: {provider: unleash}\` to the policy, or go back by version: gh workflow run ${workflow} -f how=traffic`,
    target: undefined,
  };
}
