// The words for what moves users: sides of a router, a flag, a rollout.

import type { Stage } from '../policy/parts.ts';
import { flagNameOf } from '../policy/share-routing.ts';
import type { EvidenceMoment } from '../record/evidence.ts';
import type { Sides } from '../record/running.ts';
import type { BakeEnd } from './bake.ts';
import { trialFigures } from './figures.ts';
import type { Scene } from './scene.ts';
import type { Trial } from './trial.ts';

type Means = Pick<Scene, 'plan' | 'policy' | 'version'>;

/** What a stage has given, for the log and the report. `weightTo` above the weight: it was chosen out of a band. */
export function givenWords(scene: Means, { canary }: Sides, { weight, weightTo, audience = [] }: Stage): string {
  const band = weightTo > weight ? `, the smallest share up to ${weightTo} % that can be given and decides` : '';
  const beside = audience.length === 0 ? '' : `, and ${audience.join(', ')}`;
  if (scene.plan.by === 'flag') return `${weight} % of the users have ${flagOf(scene)}${beside}${band}`;
  if (scene.plan.by === 'rollout') return `${weight} % of the instances run ${scene.version}${band}`;
  return `${canary} has ${weight} % of the users${band}`;
}

/** The stage as a line of what happened. */
export function momentOf(
  scene: Pick<Means, 'plan'>,
  stage: Stage | undefined,
  end: BakeEnd,
  trial: Trial | undefined,
  span: Pick<EvidenceMoment, 'from' | 'to'>,
): EvidenceMoment {
  const verdict = end.stop?.reason ?? end.verdict?.kind ?? 'hold';
  return { stage: stageWords(scene, stage), ...span, verdict, figures: trialFigures(end.verdict, trial) };
}

/** A stage as the report's table names it. */
export function stageWords({ plan }: Pick<Means, 'plan'>, stage: Stage | undefined): string {
  const { id = '', weight = 0, audience = [] } = stage ?? {};
  const by = plan.by === 'traffic' ? 'canary' : plan.by;
  return `${by} ${id} ${[...audience, ...(weight === 0 && audience.length > 0 ? [] : [`${weight} %`])].join(' + ')}`;
}

/** That users have what they had before. */
export function backWords(scene: Means, stable: string): string {
  if (scene.plan.by === 'flag') return `${flagOf(scene)} is as it was before`;
  if (scene.plan.by === 'rollout') return 'all instances run what they ran before';
  return `${stable} has all users again`;
}

/** The flag, as people call it. */
export function flagOf({ policy }: Pick<Means, 'policy'>): string {
  return `the flag ${flagNameOf(policy) ?? ''}`.trim();
}

/** The title of a plan whose arms are no sides; undefined where the usual words say it. */
export function meansTitle(
  scene: Means,
  told: {
    readonly verdict: string;
    readonly reason: string;
    readonly weight: number;
    readonly sides: Sides | undefined;
    readonly stage: string;
  },
): string | undefined {
  const { plan, version } = scene;
  const { verdict, reason, weight, sides, stage } = told;
  if (plan.by === 'traffic' || sides === undefined || verdict !== 'promote') return undefined;
  if (plan.by === 'rollout') return `${weight < 100 ? `${weight} % of the` : 'all'} instances run ${version}`;
  if (reason === 'completed' && weight === 0) return `${version} is there, ${flagOf(scene)} stays as it was`;
  const last = plan.stages.find(({ id }) => id === stage);
  return givenWords(scene, sides, { ...(last ?? noStage), weight, weightTo: weight });
}

const noStage: Stage = { id: '', weight: 0, weightTo: 0, bakeMs: 0, warmupMs: 0 };
