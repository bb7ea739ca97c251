// The weights of two named targets in the rules of a cluster's route: one split, or a refusal that says why not.
import type { Weights } from '../../world.ts';
import type { PatchStep } from '../kubectl.ts';
import { Refused } from './weights.ts';

export interface WeighedTarget {
  readonly name: string;
  readonly weight: number;
  /** JSON pointer to the weight. */
  readonly path: string;
}

export type WeighedRule = readonly WeighedTarget[];

/** The rules that name both targets. Throws Refused when none does, and when a third target gets traffic there. */
export function rulesOfBoth(
  rules: readonly WeighedRule[],
  targets: ReadonlyMap<string, string>,
  where: string,
): readonly WeighedRule[] {
  const names = [...targets.values()];
  const both = rules.filter((rule) => names.every((name) => rule.some((one) => one.name === name)));
  if (both.length === 0) {
    throw new Refused(
      `${where} has no rule with both ${names.join(' and ')}`,
      'Let one rule name both, the canary with weight 0.',
    );
  }
  const third = both.flat().find(({ name, weight }) => !names.includes(name) && weight > 0);
  if (third === undefined) return both;
  throw new Refused(`${where} sends traffic to ${third.name} as well`, 'Give it weight 0, or take it out.');
}

/** The split that all rules of both agree on. Throws Refused when they differ or give no weight. */
export function splitOf(rules: readonly WeighedRule[], targets: ReadonlyMap<string, string>, where: string): Weights {
  const [[first = '', firstName = ''] = [], [second = '', secondName = ''] = []] = [...targets];
  const shares = rulesOfBoth(rules, targets, where).map((rule) => {
    const sum = (name: string) => rule.reduce((all, one) => all + (one.name === name ? one.weight : 0), 0);
    const all = sum(firstName) + sum(secondName);
    if (all === 0) throw new Refused(`${where} gives neither side any weight`, 'Give one its weight by hand.');
    return Number(((100 * sum(secondName)) / all).toFixed(2));
  });
  const [share = 0] = shares;
  if (shares.every((other) => other === share)) return { [first]: Number((100 - share).toFixed(2)), [second]: share };
  throw new Refused(
    `the rules of ${where} differ: ${shares.map((one) => `${one} %`).join(', ')} for ${second}`,
    'The next shift brings them in step; look who set them apart.',
    'router-partial',
  );
}

/** The steps that give both targets these weights in each rule. */
export function weighingSteps(
  rules: readonly WeighedRule[],
  targets: ReadonlyMap<string, string>,
  weights: Weights,
): readonly PatchStep[] {
  return rules.flat().flatMap(({ name, path }): PatchStep[] => {
    const side = [...targets].find(([, target]) => target === name)?.[0];
    return side === undefined ? [] : [{ op: 'add', path, value: weights[side] ?? 0 }];
  });
}

/** The weights as whole numbers: percent where they are whole, else hundredths of a percent. */
export function wholePair(weights: Weights, sides: readonly [string, string]): Weights {
  const share = weights[sides[1]] ?? 0;
  const unit = Number.isInteger(share) ? 1 : 100;
  const second = Math.round(share * unit);
  return { [sides[0]]: 100 * unit - second, [sides[1]]: second };
}
