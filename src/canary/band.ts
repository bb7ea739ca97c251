// The band of a stage (`weight: 1..5 %`): the smallest share of it that the router can do and that decides with the traffic of the last hour.
import { Problem } from '../kit/problem.ts';
import { bandShares, decidingShare, type Traffic } from '../policy/decidable.ts';
import type { Stage } from '../policy/parts.ts';
import { sharesOf } from './home.ts';
import type { Past } from './sample.ts';
import type { Scene } from './scene.ts';
import type { Shares } from './shares.ts';

/** The stage at the share of its band that is to be walked; a stage without a band as it is. */
export async function sized(
  stage: Stage,
  scene: Pick<Scene, 'policy' | 'plan'>,
  shares: Shares,
  past: Past,
): Promise<Stage> {
  if (stage.weightTo <= stage.weight) return stage;
  const possible = await possibleOf(stage, shares);
  const [least = stage.weight] = possible;
  const traffic = trafficIn(past);
  const weight = traffic === undefined ? least : decidingShare(scene.policy, scene.plan, stage, traffic, possible);
  return { ...stage, weight: weight ?? least, weightTo: weight ?? least };
}

/** The shares of the band that the router makes, rising, each once. */
async function possibleOf(stage: Stage, { router, routing, sides }: Shares): Promise<readonly number[]> {
  const found = new Set<number>();
  for (const weight of bandShares(stage)) {
    const share = await nearest(router, sharesOf(routing, sides, { ...stage, weight }), sides.canary);
    if (share !== undefined && share >= stage.weight && share <= stage.weightTo) found.add(share);
  }
  return [...found].sort((a, b) => a - b);
}

async function nearest(router: Shares['router'], wanted: Readonly<Record<string, number>>, side: string) {
  try {
    return (await router.nearest?.(wanted))?.[side] ?? wanted[side];
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** What stable had in the hour before, by the metric with the most requests; undefined where no source remembers it. */
function trafficIn(past: Past): Traffic | undefined {
  const told = Object.values(past).flatMap((one) => {
    const [longest] = [...(one?.blocks ?? [])].sort(
      (a, b) => b.lengthMs * b.counts.length - a.lengthMs * a.counts.length,
    );
    if (longest === undefined || longest.counts.length === 0) return [];
    const total = longest.counts.reduce((sum, counts) => sum + counts.total, 0);
    const bad = longest.counts.reduce((sum, counts) => sum + counts.bad, 0);
    return [
      { total, perMs: total / (longest.lengthMs * longest.counts.length), badShare: total === 0 ? 0 : bad / total },
    ];
  });
  const [most] = told.sort((a, b) => b.total - a.total);
  return most === undefined || most.total === 0 ? undefined : most;
}
