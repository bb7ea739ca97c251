// Who met the version that was left: counted where a metric tells it, never guessed where none does.
import { describe, expect, test } from '@jest/globals';
import { known, unknown } from '../../src/evidence/answer.ts';
import type { MetricFact } from '../../src/evidence/service.ts';
import type { Effective } from '../../src/policy/effective.ts';
import { attemptOf } from '../../src/record/history.ts';
import { exposureOf } from '../../src/rollback/exposure.ts';
import { forward, promoted } from './story.ts';

const left = attemptOf(forward({ id: 2, letter: 'b', said: promoted }));
const never = attemptOf(forward({ id: 2, letter: 'b', said: [] }));
const total = 'sum(increase(http_requests_total{side="{{side}}"}[{{window}}]))';
const requests = { name: 'error-rate', source: 'main', kind: 'ratio', part: 'bad', count: 'x', total } as const;
const users = {
  name: 'users-exposed',
  source: 'main',
  kind: 'value',
  value: 'users{v="{{version}}"}',
  unit: 'count',
} as const;

function counted(queries: readonly unknown[], fact: MetricFact | undefined, attempt = left) {
  const asked: string[] = [];
  const sources = [{ name: 'main', provider: 'prometheus', options: {} }];
  const stages = [
    { id: 'beta', audience: ['beta'] },
    { id: 'dark', audience: [] },
  ];
  const policy = { metrics: { sources, queries }, plans: { canary: { stages } } } as unknown as Effective;
  if (attempt === undefined) throw new Error('no attempt');
  const ask = async (question: { readonly texts?: readonly string[] }) => {
    asked.push(...(question.texts ?? []));
    return fact === undefined ? unknown('down', 'look') : known([fact]);
  };
  const now = attempt.beganAt + 3_600_000;
  return exposureOf(ask as never, { policy, left: attempt, side: 'green', now }).then((exposure) => ({
    exposure,
    asked,
  }));
}

describe('users exposed', () => {
  test('are what the metric of that name counts', async () => {
    const { exposure, asked } = await counted([requests, users], { kind: 'value', value: 1234.4 } as MetricFact);

    expect(exposure).toEqual({ count: 1234, words: '1234' });
    expect(asked).toEqual(['users{v="vb"}']);
  });

  test('are the requests of its side since it had users, where only requests are counted', async () => {
    const { exposure, asked } = await counted([requests], { kind: 'value', value: 88 } as MetricFact);

    expect(exposure).toEqual({ count: 88, words: '88 requests (total of error-rate)' });
    expect(asked.join()).toMatch(/side="green"\}\[35\d\ds\]/);
  });

  test('are none of a version that never had users, whatever is measured', async () => {
    expect((await counted([users], undefined, never)).exposure?.count).toBe(0);
  });

  test.each([
    ['that some had by name, at no share of everybody, are not taken for none', 'beta', undefined],
    ['are none where a stage gave it to nobody', 'dark', 0],
  ])('%s', async (_case, stage, count) => {
    const entry = { kind: 'stage', stage, weight: 0, verdict: 'baking', reason: '' } as const;
    const given = attemptOf(forward({ id: 2, letter: 'b', said: [['in_progress', entry]] }));

    expect((await counted([], undefined, given)).exposure?.count).toBe(count);
  });

  test.each([
    ['no metric', [], undefined],
    [
      'a metric that tells no version apart',
      [{ ...requests, total: 'sum(all[{{window}}])' }],
      { kind: 'value', value: 9 },
    ],
    ['no answer', [users], undefined],
    ['nothing counted', [users], { kind: 'nothing', because: 'empty' }],
    ['no number', [users], { kind: 'value', value: Number.NaN }],
  ])('with %s are not measured', async (_case, queries, fact) => {
    expect((await counted(queries, fact as MetricFact | undefined)).exposure).toBeUndefined();
  });
});
