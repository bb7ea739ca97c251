// How a smoke test ended: the scene, where the Deployment stands, and what the walk found. Its account is made from this.
import type { Comparison } from './latency.ts';
import type { Hint } from './lint.ts';
import type { SuiteResult } from './result.ts';
import type { Scene } from './scene.ts';
import type { Standing } from './standing.ts';
import type { Suite } from './suite.ts';

export interface Asked {
  readonly suite: Suite;
  /** Those that the checks were picked by; absent: all were asked. */
  readonly tags?: readonly string[];
  readonly result: SuiteResult;
  readonly junit: string;
}

export interface Ending {
  readonly scene: Scene;
  readonly standing: Standing;
  /** Undefined when nothing was asked: the traffic of an unfinished plan is still on the old version. */
  readonly walked: Asked | undefined;
  /** What was asked, as people know it: without passwords. */
  readonly where: string;
  readonly onUnreachable: 'fail' | 'inconclusive';
  readonly began: number;
  readonly now: number;
  readonly dryRun: boolean;
  readonly warnings: readonly string[];
  /** What the suite could ask better. */
  readonly hints: readonly Hint[];
  /** Latencies against those of the last run that passed; undefined where none is known. */
  readonly changes: Comparison | undefined;
}
