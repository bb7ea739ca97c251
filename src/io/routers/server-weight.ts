// Shares of sides and whole weights of servers, for routers that know servers and not sides.
import type { Weights } from '../../world.ts';
import { Refused } from './weights.ts';

/** Hundredths of a percent are the finest share that is asked for. */
const fineness = 100;

/** The share of each side in percent, from the weights of all servers. Throws Refused for a server of neither side and for a missing one. */
export function shareOf(
  found: ReadonlyMap<string, number>,
  servers: ReadonlyMap<string, readonly string[]>,
  sides: readonly [string, string],
): Weights {
  const ours = new Set([...servers.values()].flat());
  const foreign = [...found].find(([server, weight]) => !ours.has(server) && weight > 0);
  if (foreign !== undefined) {
    throw new Refused(
      `the server ${foreign[0]} belongs to neither side`,
      'Name it in traffic.servers, or take it out.',
    );
  }
  const sums = sides.map((side) => {
    const names = servers.get(side) ?? [];
    const missing = names.find((name) => !found.has(name));
    if (missing !== undefined) {
      throw new Refused(
        `the server ${missing} of ${side} is not there`,
        `Add it beside the others, or mend traffic.servers.${side}.`,
      );
    }
    return names.reduce((sum, name) => sum + (found.get(name) ?? 0), 0);
  });
  const [first = 0, second = 0] = sums;
  if (first + second === 0) throw new Refused('no server has any weight', 'Give one side its weight by hand.');
  const share = Number(((100 * second) / (first + second)).toFixed(2));
  return { [sides[0]]: Number((100 - share).toFixed(2)), [sides[1]]: share };
}

/** Whole weights, as small as can be, that give the sides these shares whatever their numbers of servers. */
export function wholeWeights(
  weights: Weights,
  servers: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const counts = [...servers.values()].map((names) => names.length);
  const product = counts.reduce((all, count) => all * count, 1);
  const each = [...servers].map(([side, names]) => ({
    names,
    weight: Math.round((weights[side] ?? 0) * fineness) * (product / Math.max(1, names.length)),
  }));
  const divisor = each.reduce((all, { weight }) => commonDivisor(all, weight), 0) || 1;
  return new Map(each.flatMap(({ names, weight }) => names.map((name) => [name, weight / divisor] as const)));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
