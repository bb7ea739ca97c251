// Looks: the instants, fixed beforehand, at which a stage with a comparison may be promoted.
import { oneLook, severalLooks } from '../policy/decidable.ts';
import type { Stage } from '../policy/parts.ts';

/** With the end of the bake: how often a promotion may be asked for. More looks are more chances to promote what is worse (reference canary 6.5, 9). */
const times = 4;

/** Milliseconds after the shift: the end of the bake, and three more up to `max-bake`. */
export function looksOf({ bakeMs, maxBakeMs = 0 }: Stage): readonly number[] {
  if (maxBakeMs <= bakeMs) return [bakeMs];
  const step = (maxBakeMs - bakeMs) / (times - 1);
  return Array.from({ length: times }, (_, look) => Math.round(bakeMs + look * step));
}

/** Width of the interval at each look: one-sided 95 % for a single one; for four, what keeps them at 5 % together (simulated, reference canary 6.6 g). */
export function widthOf(stage: Stage): number {
  return looksOf(stage).length === 1 ? oneLook : severalLooks;
}

/** Whether a look lies after `before` and not after `now`, both ms since the shift. */
export function isLook(stage: Stage, before: number, now: number): boolean {
  return looksOf(stage).some((look) => look > before && look <= now);
}

/** Time left until the next look, ms; 0 after the last. */
export function untilLook(stage: Stage, now: number): number {
  const next = looksOf(stage).find((look) => look > now);
  return next === undefined ? 0 : next - now;
}
