import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { linesOf, readPollLog, replay } from '../../src/canary/poll-log.ts';
import { type Setting, Trial } from '../../src/canary/trial.ts';
import { aLimit, aStage, counts, start } from './example.ts';

const script = pathToFileURL(join(process.cwd(), '.github', 'scripts', 'simulate.mjs')).href;

const setting: Setting = {
  stage: aStage({ bakeMs: 60_000 }),
  shiftedAt: start,
  limits: [aLimit({ breach: '> 10 %', for: '30s', severity: 'P0' }), aLimit({ continue: '< 5 %' })],
  measured: new Set(['m']),
  required: ['m'],
  everyMs: 10_000,
  compared: [{ metric: 'm', margin: 0.05, minEffect: 0.0025 }],
  alpha: 0.01,
  past: {
    m: {
      blocks: [{ lengthMs: 60_000, counts: Array.from({ length: 60 }, () => ({ bad: 6, total: 600 })) }],
      recent: { '': { bad: 30, total: 3000 } },
    },
  },
};

function baked(bad: number, stage = 'ten'): Trial {
  const trial = new Trial({ ...setting, stage: { ...setting.stage, id: stage } });
  for (let second = 10; second <= 60 && (trial.verdict?.kind ?? 'baking') === 'baking'; second += 10) {
    const samples = { m: { canary: counts(bad, 100), stable: counts(9, 900) } };
    trial.hear({ at: start + second * 1000, stage, warm: true, samples });
  }
  return trial;
}

describe('a poll log', () => {
  test.each([
    [1, 'promote'],
    [20, 'rollback'],
  ])('with %d failures a poll is judged again as it was: %s', (bad, kind) => {
    const trial = baked(bad);
    const recorded = readPollLog(linesOf(trial), 'log');
    const [again] = replay(recorded);

    expect(recorded[0]?.setting).toEqual(setting);
    expect(recorded[0]?.verdict).toMatchObject({ verdict: kind });
    expect(again?.trial.verdict).toEqual(trial.verdict);
  });

  test('holds the stages one after the other', () => {
    const text = linesOf(baked(1)) + linesOf(baked(20, 'half'));

    expect(replay(readPollLog(text, 'log')).map(({ trial }) => trial.verdict?.kind)).toEqual(['promote', 'rollback']);
  });

  test.each([
    ['nothing', '', 'log'],
    ['no JSON', `${linesOf(baked(1))}{"kind":`, 'log:9'],
    ['a poll before its stage', '{"kind":"poll","at":1,"stage":"ten","warm":true,"samples":{}}', 'log:1'],
    ['a line of another kind', '{"kind":"coffee"}', 'log:1'],
    ['a condition that is none', linesOf(baked(1)).replace('"> 10 %"', '"much"'), 'log:1'],
    ['a count that is text', linesOf(baked(1)).replace('"bad":1,', '"bad":"one",'), 'log:2'],
  ])('that is %s names the line', (_name, text, where) => {
    expect(() => readPollLog(text, 'log')).toThrow(where);
  });

  test('is told line by line by npm run simulate, with what differs from what was said then', async () => {
    const { replayed } = await import(script);
    const text = linesOf(baked(20));
    const same = await replayed(text, 'log', false);
    const other = await replayed(text.replace('"verdict":"rollback"', '"verdict":"promote"'), 'log', true);

    expect(same.differs).toBe(false);
    expect(same.lines.at(0)).toBe('stage ten, 10 %, 2 polls');
    expect(same.lines.at(-2)).toMatch(/20 s {2}rollback worse-than-baseline: m 20 % \/ 1 %, evidence/);
    expect(other.differs).toBe(true);
    expect(other.lines.at(-1)).toContain('another verdict than now');
  });
});
