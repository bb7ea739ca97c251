// The last smoke test that passed: its latencies are what this run's are compared with. Nothing depends on finding it.
import type { Ask } from '../evidence/answer.ts';
import { readRecord } from '../record/keep.ts';
import type { Ending } from './ending.ts';
import { hasLatencies, slowerThan } from './latency.ts';
import type { Scene } from './scene.ts';

/** Asks for the records of the version before, once. Undefined when it has none, or they cannot be read. */
export async function comparedWithBefore(
  ask: Ask,
  scene: Scene,
  { suite, result }: NonNullable<Ending['walked']>,
): Promise<Ending['changes']> {
  const { before, policy } = scene;
  if (before === undefined || result.verdict !== 'pass') return undefined;
  const records = await ask({ kind: 'records', sha: before });
  if (records.kind === 'unknown') return undefined;
  const passed = records.value
    .flatMap((fact) => readRecord(fact) ?? [])
    .filter(
      (one) =>
        one.action === 'smoke-test' &&
        one.verdict === 'pass' &&
        one.environment === policy.environment &&
        one.leg === (policy.leg ?? '') &&
        hasLatencies(one),
    )
    .sort((a, b) => b.at - a.at);
  const newest = passed[0];
  if (newest === undefined) return undefined;
  const otherSuite = newest.found.suite !== undefined && newest.found.suite !== suite.digest;
  return { version: newest.version, changes: slowerThan(newest, result), otherSuite };
}
