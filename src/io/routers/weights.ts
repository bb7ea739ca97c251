// Weights as routers tell them: one number (the second side's share) or a JSON map of all sides.
import { z } from 'zod';
import type { Weights } from '../../world.ts';

const percent = z.number().min(0).max(100);

/** What a router's own adapter can do; `router.ts` adds reading back, patience and the sides. Both throw `Unreached` or `Refused`. */
export interface Weighing {
  read(): Promise<Weights>;
  write(weights: Weights): Promise<void>;
  /** What a coarse router makes of the wanted weights; without it, the weights themselves. Throws `Refused` when that is too far off. */
  nearest?(weights: Weights): Weights | Promise<Weights>;
  /** Whether it was told these weights already, where what it does now (dead pods get nothing) may look the same by chance. */
  wasTold?(weights: Weights): Promise<boolean>;
  /** How long the router may take until it shows new weights, ms; default 5 s. */
  readonly settleMs?: number;
}

/** The router gave no usable answer: trying again may help. */
export class Unreached extends Error {
  readonly remedy: string;

  constructor(because: string, remedy: string) {
    super(because);
    this.remedy = remedy;
  }
}

/** The router answered that it will not: trying again cannot help. */
export class Refused extends Unreached {
  readonly reason: string;

  constructor(because: string, remedy: string, reason = 'router-refused') {
    super(because, remedy);
    this.reason = reason;
  }
}

/** The weights of exactly these two sides, adding up to 100, and of the audiences beside them; undefined when the value says something else. */
export function weightsFrom(
  value: unknown,
  sides: readonly [string, string],
  audiences: readonly string[] = [],
): Weights | undefined {
  const [first, second] = sides;
  const share = percent.safeParse(value);
  const nobody = Object.fromEntries(audiences.map((audience) => [audience, 0]));
  if (share.success) return { [first]: rounded(100 - share.data), [second]: share.data, ...nobody };
  const map = z.record(z.string(), percent).safeParse(value);
  if (!map.success) return undefined;
  const a = map.data[first];
  const b = map.data[second];
  if (a === undefined && b === undefined) return undefined;
  const weights = { [first]: a ?? rounded(100 - (b ?? 0)), [second]: b ?? rounded(100 - (a ?? 0)) };
  if (Math.abs(Object.values(weights).reduce((sum, one) => sum + one, 0) - 100) > 0.5) return undefined;
  const beside = audiences.map((audience) => [audience, map.data[audience] ?? 0] as const);
  return { ...weights, ...nobody, ...Object.fromEntries(beside) };
}

/** `blue 90 %, green 10 %` */
export function showWeights(weights: Weights): string {
  return Object.entries(weights)
    .map(([side, weight]) => `${side} ${weight} %`)
    .join(', ');
}

/** Whether all sides are within `tolerance` percentage points of each other. */
export function sameWeights(a: Weights, b: Weights, tolerance: number): boolean {
  return Object.entries(a).every(([side, weight]) => Math.abs(weight - (b[side] ?? 0)) <= tolerance);
}

function rounded(weight: number): number {
  return Number(weight.toFixed(3));
}
