// Memory under load: growth below, at and above what is let through, samples that say nothing, and the metric instead.
import { describe, expect, test } from '@jest/globals';
import { readMemory } from '../../../src/checklist/report/memory.ts';
import { hostile, tooLarge } from '../report/hostile.ts';
import { deployStory, findingOf, reviewStory } from '../story.ts';

const line = (given = '') => `{id: memory-leak-load-tested, with: {report: memory.json${given}}}`;
const growing = (last: number) => JSON.stringify([100, 100, 100, 100, last, last, last, last]);

function judged(own: string, text?: string) {
  return findingOf(deployStory, own, {
    change: ({ github }) => {
      if (text !== undefined) github.workspace.set('memory.json', text);
    },
  });
}

test.each([
  ['level', growing(100), 'pass'],
  ['less', growing(90), 'pass'],
  ['a tenth more', growing(110), 'pass'],
  ['a little over', growing(110.1), 'fail'],
  ['one peak', JSON.stringify([100, 100, 100, 900, 100, 100, 100, 100, 100, 100, 100, 800]), 'pass'],
  ['objects', JSON.stringify({ samples: [1, 1, 1, 1, 2, 2, 2, 2].map((rss) => ({ rss })) }), 'fail'],
  ['seven samples', JSON.stringify([1, 1, 1, 1, 1, 1, 1]), 'unknown'],
  ['nothing used', JSON.stringify([0, 0, 0, 0, 0, 0, 0, 0]), 'unknown'],
  ['words', JSON.stringify(['1', '1']), 'unknown'],
  ['no report', undefined, 'unknown'],
])('%s: %#', async (_what, text, outcome) => {
  expect((await judged(line(), text)).outcome).toBe(outcome);
});

test('takes the growth that the policy lets through', async () => {
  expect((await judged(line(', max-growth: 50 %'), growing(150))).outcome).toBe('pass');
  expect((await judged(line(', max-growth: 50 %'), growing(151))).outcome).toBe('fail');
});

describe('without a report', () => {
  const metric = '{id: memory-leak-load-tested, with: {metric: memory}}';

  test('a metric that nobody measures is unknown, and none is asked before a merge', async () => {
    expect((await judged(metric)).outcome).toBe('unknown');
    expect((await findingOf(reviewStory, metric)).outcome).toBe('unknown');
  });

  test('somebody’s word counts', async () => {
    const change = ({ github }: ReturnType<typeof deployStory>) =>
      void github.files.set('.github/attestations/memory-leak-load-tested.yml', 'by: dave\nat: 2026-11-16');

    expect((await findingOf(deployStory, 'memory-leak-load-tested', { change })).outcome).toBe('pass');
    expect((await judged('memory-leak-load-tested')).outcome).toBe('unknown');
  });
});

test.each([...hostile, ['too large', tooLarge] as const])('%s proves nothing', (_what, text) => {
  expect(readMemory(text).kind).toBe('unreadable');
});
