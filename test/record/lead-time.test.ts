// Lead time: from the committer's date to the success of the deployment that brought it.
import { describe, expect, test } from '@jest/globals';
import { type Ask, known, unknown } from '../../src/evidence/answer.ts';
import type { Comparison } from '../../src/evidence/fact.ts';
import { gather } from '../../src/evidence/round.ts';
import type { LeadPair } from '../../src/record/delivery.ts';
import { asksLeadTime, leadTimeOf, mostPairs } from '../../src/record/lead-time.ts';
import { aCommit, aComparison } from '../checklist/story.ts';
import { noon, shaOf } from './deployments.ts';

const hour = 60 * 60_000;

async function leadOf(pairs: readonly LeadPair[], told: readonly Partial<Comparison>[]) {
  let asked = 0;
  const answers = await gather(
    (async () => {
      const next = told[asked];
      asked += 1;
      return next === undefined ? unknown('GitHub does not answer', 'wait') : known(aComparison(next));
    }) as Ask,
    () => asksLeadTime(pairs),
    { rounds: 1 },
  );
  return { lead: leadTimeOf(pairs, answers), asked };
}

const pair = (head: string, base = 'a'): LeadPair => ({
  base: shaOf(base),
  head: shaOf(head),
  at: noon,
  type: 'standard',
});
const committed = (...hours: readonly number[]) => ({
  commits: hours.map((before) => aCommit({ sha: shaOf('b'), committedAt: noon - before * hour })),
});

describe('lead time', () => {
  test('is told per commit: of 2 h, 4 h and 30 h the middle is 4 h', async () => {
    const { lead } = await leadOf([pair('b')], [committed(2, 30, 4)]);

    expect(lead.spread).toEqual({ n: 3, median: 4 * hour, p90: 30 * hour });
  });

  test('leaves out and counts what diverged, what GitHub did not tell, and what is dated after its deployment', async () => {
    const pairs = [pair('b'), pair('c'), pair('d')];
    const { lead } = await leadOf(pairs, [{ ...committed(2, -1) }, { ...committed(5), status: 'diverged' }]);

    expect(lead.spread.n).toBe(1);
    expect(lead.skipped).toEqual({ bound: 0, diverged: 1, unread: 1, cut: 0 });
    expect(lead.negative).toBe(1);
  });

  test('says when a comparison was cut, and keeps the commits it told', async () => {
    const { lead } = await leadOf([pair('b')], [{ ...committed(3), complete: false }]);

    expect(lead).toMatchObject({ spread: { n: 1 }, skipped: { cut: 1 } });
  });

  test('asks no more than its bound and counts the rest', async () => {
    const pairs = Array.from(
      { length: mostPairs + 3 },
      (_, index): LeadPair => ({ ...pair('b'), head: index.toString(16).padStart(40, '0') }),
    );
    const { lead, asked } = await leadOf(pairs, []);

    expect(asked).toBe(mostPairs);
    expect(lead.skipped.bound).toBe(3);
  });
});
