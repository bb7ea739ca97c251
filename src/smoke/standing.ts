// Where a Deployment stands when it is smoke-tested: what the test proves, whether users are exposed, and what it writes.
import type { DeploymentState } from '../evidence/fact.ts';
import type { Effective } from '../policy/effective.ts';
import { lastDuty, legsWithout } from '../record/ending.ts';
import { type Attempt, unfinished } from '../record/history.ts';
import { weightOf } from '../record/running.ts';
import type { SmokeVerdict } from './result.ts';

/** `alone`: no plan shifts traffic; else before its first shift, during it, or after its end. */
export type Phase = 'alone' | 'before' | 'during' | 'after';

export interface Standing {
  readonly phase: Phase;
  /** Users had the version when it was tested. */
  readonly exposed: boolean;
  /** Behind the address that users have either version may answer. With a flag one version serves both cohorts. */
  readonly mixed: boolean;
  /** Whether a pass is the last thing that the policy asks. */
  readonly last: boolean;
}

export interface Tested {
  readonly attempt: Attempt | undefined;
  readonly policy: Pick<Effective, 'traffic' | 'plans'>;
  readonly leg: string;
  /** The address that users have was asked, not one side. */
  readonly atEntrance: boolean;
}

/** Reads it from the record. */
export function standingOf({ attempt, policy, leg, atEntrance }: Tested): Standing {
  const plan = planOf(attempt, policy);
  if (attempt === undefined || plan === undefined)
    return { phase: 'alone', exposed: atEntrance, mixed: false, last: atEntrance };
  const duty = lastDuty({ plan: { smokeAfter: plan.smoke.after !== undefined }, smoke: true });
  if (attempt.state === 'success' || isWalked(attempt, leg))
    return { phase: 'after', exposed: true, mixed: false, last: duty === 'smoke' };
  const weight = weightOf(attempt, leg === '' ? undefined : leg);
  const shifted = attempt.happened.some(({ entry }) => entry.kind === 'stage');
  return { phase: shifted ? 'during' : 'before', exposed: weight > 0, mixed: plan.by !== 'flag', last: false };
}

/** The plan whose weights canary-step shifts for this Deployment. */
function planOf(attempt: Attempt | undefined, { traffic, plans }: Tested['policy']) {
  if (attempt?.payload.kind !== 'deploy') return undefined;
  const plan = plans[attempt.payload.plan];
  return plan?.by === 'flag' || traffic?.router !== undefined ? plan : undefined;
}

function isWalked(attempt: Attempt, leg: string): boolean {
  const open = legsWithout(attempt, 'plan');
  return leg === '' ? open.length === 0 : !open.includes(leg);
}

/** Whether the result belongs on the Deployment: it goes forward and has not ended. */
export function isWritable(attempt: Attempt | undefined): attempt is Attempt {
  return attempt?.task === 'deploy' && unfinished(attempt);
}

export interface Ended {
  readonly verdict: SmokeVerdict;
  readonly standing: Standing;
  readonly reportOnly: boolean;
  /** More than one leg: the last of them ends the Deployment, after a fresh look. */
  readonly legs: boolean;
}

/** The state under which the result is written: success when it was the last duty, failure when users have what failed, else under way. */
export function stateOf({ verdict, standing, reportOnly, legs }: Ended): DeploymentState {
  if (verdict === 'fail' && !reportOnly) return standing.exposed ? 'failure' : 'in_progress';
  const passed = verdict === 'pass' || reportOnly;
  return passed && standing.last && !legs ? 'success' : 'in_progress';
}
