// Writes what a smoke test found on the Deployment: who passes last, ends it.
import type { Effective } from '../policy/effective.ts';
import { legsWithout } from '../record/ending.ts';
import { attemptOf } from '../record/history.ts';
import type { DeploymentStore } from '../record/store.ts';
import { statusOf } from '../record/words.ts';
import type { SuiteResult } from './result.ts';
import type { Scene } from './scene.ts';
import { isWritable, type Standing, stateOf } from './standing.ts';

export interface Note {
  readonly scene: Scene;
  readonly standing: Standing;
  readonly verdict: SuiteResult['verdict'];
  readonly passed: number;
  readonly total: number;
  readonly tags?: readonly string[];
  readonly environmentUrl: string;
}

/** Writes the result; says what could not be written. A Deployment that has ended is left as it is. */
export async function writeResult(store: DeploymentStore, note: Note): Promise<readonly string[]> {
  const { scene, standing, verdict, passed, total, tags } = note;
  const { attempt, policy, run } = scene;
  if (!isWritable(attempt)) return [];
  const legs = policy.legs.length > 1 && policy.leg !== undefined;
  const state = stateOf({ verdict, standing, legs, reportOnly: policy.enforce === 'report' });
  const entry = { kind: 'smoke', verdict, passed, total, ...(tags === undefined ? {} : { tags }) } as const;
  const leg = policy.leg === undefined ? {} : { leg: policy.leg };
  const page = note.environmentUrl === '' ? {} : { environmentUrl: note.environmentUrl };
  try {
    await store.say(
      attempt.id,
      statusOf({ state, entry, logUrl: run.url, ...leg, ...(state === 'success' ? page : {}) }),
    );
    if (legs && standing.last && verdict === 'pass')
      await endWhenLast(store, policy, attempt.id, { logUrl: run.url, ...page });
    return [];
  } catch (error) {
    return [
      `The result was not written on deployment ${attempt.id}: ${error instanceof Error ? error.message : String(error)}`,
    ];
  }
}

/** Legs run in parallel: whoever sees every leg passed ends the Deployment. */
async function endWhenLast(
  store: DeploymentStore,
  policy: Pick<Effective, 'environment'>,
  id: number,
  page: { readonly logUrl: string; readonly environmentUrl?: string },
): Promise<void> {
  const fact = (await store.list(policy.environment)).find((one) => one.id === id);
  const fresh = fact === undefined ? undefined : attemptOf(fact);
  if (!isWritable(fresh) || legsWithout(fresh, 'smoke').length > 0) return;
  await store.say(id, statusOf({ state: 'success', entry: { kind: 'finished' }, ...page }));
}
