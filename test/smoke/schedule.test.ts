// The order of checks: each once, after all that it needs, no more at once than allowed, hosts side by side.
import { describe, expect, test } from '@jest/globals';
import { type Job, type Limits, schedule } from '../../src/smoke/schedule.ts';
import { counted } from './reads.ts';

interface Ran {
  /** Ids as they began and ended: `+a`, `-a`. */
  readonly told: readonly string[];
  readonly most: number;
}

async function ran(jobs: readonly Job[], limits: Limits): Promise<Ran> {
  const told: string[] = [];
  let [busy, most] = [0, 0];
  await schedule(jobs, limits, async ({ id }) => {
    told.push(`+${id}`);
    busy += 1;
    most = Math.max(most, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    told.push(`-${id}`);
  });
  return { told, most };
}

const job = (id: string, needs: readonly string[] = [], host = 'shop'): Job => ({ id, needs, host });
const wide = { total: 99, perHost: 99 };

describe('checks', () => {
  test('begin after everything they need has ended, and are run once', async () => {
    const jobs = [job('d', ['b', 'c']), job('b', ['a']), job('c', ['a']), job('a'), job('e', ['gone'])];

    const { told } = await ran(jobs, wide);

    expect([...told].sort()).toEqual(jobs.flatMap(({ id }) => [`+${id}`, `-${id}`]).sort());
    for (const { id, needs } of jobs)
      for (const need of needs.filter((one) => one !== 'gone'))
        expect(told.indexOf(`-${need}`)).toBeLessThan(told.indexOf(`+${id}`));
  });

  test('are never more than in all, nor than of one host', async () => {
    const jobs = Array.from({ length: 40 }, (_, n) => job(`c${n}`, [], n % 2 === 0 ? 'shop' : 'cdn'));

    expect((await ran(jobs, { total: 5, perHost: 99 })).most).toBe(5);
    expect((await ran(jobs, { total: 99, perHost: 3 })).most).toBe(6);
  });

  test('of a host that is busy do not hold up those of another', async () => {
    const jobs = [job('a'), job('b'), job('c'), job('d', [], 'cdn')];

    expect((await ran(jobs, { total: 2, perHost: 1 })).told.slice(0, 2)).toEqual(['+a', '+d']);
  });

  test('that wait for a busy host begin before what came later, in their own order', async () => {
    const jobs = [job('a'), job('b'), job('c'), job('d', [], 'cdn'), job('e', ['d'], 'cdn')];

    const { told } = await ran(jobs, { total: 2, perHost: 1 });

    expect(told.filter((one) => one.startsWith('+'))).toEqual(['+a', '+d', '+b', '+e', '+c']);
  });

  test.each([
    ['each on a host of its own', (n: number) => job(`c${n}`, [], `h${n}`)],
    ['all on one host', (n: number) => job(`c${n}`)],
    ['in a chain', (n: number) => job(`c${n}`, n === 0 ? [] : [`c${n - 1}`], `h${n % 3}`)],
  ])('in their thousands are looked at a few times each: %s', async (_name, make) => {
    const { items, each } = counted(Array.from({ length: 10_000 }, (_, n) => make(n)));
    let done = 0;

    await schedule(items, { total: 16, perHost: 8 }, async () => {
      done += 1;
    });

    expect(done).toBe(10_000);
    expect(each()).toBeLessThan(20);
  });

  test('of which there are none end at once', async () => {
    expect((await ran([], wide)).told).toEqual([]);
  });
});
