// The risk tier of a change: the highest rule that matches; a label may raise it, never lower it.
import { type ChangeFacts, type Match, matchWhen } from './change-facts.ts';
import type { Effective } from './effective.ts';
import type { Tier } from './parts.ts';

/** A tier with the reasons for it, in words of the report. `rules` are the ids of the rules that decided. */
export type Tiered = { readonly tier: Tier; readonly because: readonly string[]; readonly rules: readonly string[] };

const order: readonly Tier[] = ['zero', 'low', 'medium', 'high'];

/** Which of two tiers is higher. */
export function higherTier(a: Tier, b: Tier): Tier {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/**
 * The tier of the change. The default counts as long as some file is covered by no matching rule, so a rule for a part of the change never
 * lowers the rest; rules that match by a label alone only raise. A migration without evidence, or no known predecessor, is high.
 */
export function tierOf(
  facts: ChangeFacts & { readonly predecessor?: 'known' | 'unknown' },
  policy: Pick<Effective, 'tiers' | 'areas'>,
): Tiered {
  if (facts.predecessor === 'unknown') return { tier: 'high', because: ['no known predecessor'], rules: [] };
  if (facts.migration === 'unknown') return { tier: 'high', because: ['a migration nobody has looked at'], rules: [] };
  const matches = policy.tiers.rules.flatMap((rule) => {
    const match = matchWhen(rule.when, facts, policy.areas);
    return match === undefined ? [] : [{ ...rule, match }];
  });
  const plainly = matches.filter(({ match }) => !match.byLabel);
  const covered =
    facts.files.length > 0 &&
    isCovered(
      facts,
      plainly.map(({ match }) => match),
    );
  const byDefault: Tiered = { tier: policy.tiers.default, because: ['by default'], rules: [] };
  const candidates = [
    ...(covered ? [] : [byDefault]),
    ...matches.map(({ tier, id, match }): Tiered => ({ tier, because: match.because, rules: [id] })),
  ];
  const floor = [...(covered ? [] : [byDefault.tier]), ...plainly.map(({ tier }) => tier)].reduce(
    higherTier,
    covered ? 'zero' : byDefault.tier,
  );
  const tier = candidates.map((candidate) => candidate.tier).reduce(higherTier, floor);
  const deciding = candidates.filter((candidate) => candidate.tier === tier);
  const ruled = deciding.filter(({ rules }) => rules.length > 0);
  const telling = ruled.length > 0 ? ruled : deciding;
  return {
    tier,
    because: [...new Set(telling.flatMap(({ because }) => because))],
    rules: telling.flatMap(({ rules }) => rules),
  };
}

/** Whether every file of the change is spoken about by some matching rule. */
function isCovered(facts: ChangeFacts, matches: readonly Match[]): boolean {
  if (matches.some(({ covers }) => covers === undefined)) return true;
  return facts.files.every(({ path }) => matches.some(({ covers }) => covers?.has(path) === true));
}
