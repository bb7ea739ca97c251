// Ending a Deployment that neither a canary nor a smoke test ends: `mode: finish`.
import { Problem } from '../kit/problem.ts';
import { legsWithout } from '../record/ending.ts';
import { findDeployment, type Wanted } from '../record/found.ts';
import { type Attempt, type History, unfinished } from '../record/history.ts';
import type { DeploymentStore } from '../record/store.ts';
import { statusOf } from '../record/words.ts';

export interface EndingAsked {
  readonly wanted: Wanted;
  readonly leg: string;
  readonly logUrl: string;
  /** Address of the environment, empty when the policy gives none. */
  readonly url: string;
}

/** Writes the success of the Deployment that `wanted` finds; of several legs the last one does. One that ended with success stays as it is.
 * Throws a Problem when there is none, when it ended otherwise, or while its canary is on the way. */
export async function endDeployment(store: DeploymentStore, history: History, asked: EndingAsked): Promise<Attempt> {
  const attempt = findDeployment(history, asked.wanted);
  if (attempt === undefined || attempt.task !== 'deploy') {
    throw new Problem({
      what: 'There is no deployment to finish',
      where: 'mode: finish',
      fix: 'Run the gate in this run first, or name the deployment with deployment-id.',
      reason: 'no-deployment',
    });
  }
  if (attempt.state === 'success') return attempt;
  if (!unfinished(attempt)) throw ended(attempt);
  if (isRollingOut(attempt)) throw rollingOut(attempt);
  const entry = { kind: 'finished' } as const;
  const leg = asked.leg === '' ? {} : { leg: asked.leg };
  const missing = legsWithout(attempt, 'finish').filter((name) => asked.leg !== '' && name !== asked.leg);
  const state = missing.length === 0 ? 'success' : 'in_progress';
  const page = state === 'success' && asked.url !== '' ? { environmentUrl: asked.url } : {};
  await store.say(attempt.id, statusOf({ state, entry, logUrl: asked.logUrl, ...leg, ...page }));
  return attempt;
}

function isRollingOut(attempt: Attempt): boolean {
  return legsWithout(attempt, 'plan').length > 0 && attempt.happened.some(({ entry }) => entry.kind === 'stage');
}

function ended({ id, state }: Attempt): Problem {
  return new Problem({
    what: `Deployment ${id} has ended already: ${state}`,
    where: 'mode: finish',
    fix: 'Begin a new deployment with the gate.',
    reason: 'already-ended',
  });
}

function rollingOut({ id }: Attempt): Problem {
  return new Problem({
    what: `Deployment ${id} is being rolled out by canary-step, which ends it`,
    where: 'mode: finish',
    fix: 'Remove this step: it is for deployments without canary and smoke test.',
    reason: 'plan-unfinished',
  });
}
