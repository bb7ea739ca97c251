import { describe, expect, test } from '@jest/globals';
import { readPast } from '../../src/canary/past.ts';
import type { Polling, Reader } from '../../src/canary/poller.ts';
import type { Measure } from '../../src/policy/measure.ts';

const now = 10_000_000;
const windowed: Measure = {
  metric: 'error-rate',
  source: 'main',
  kind: 'ratio',
  part: 'bad',
  count: 'bad{side="{{side}}"}[{{window}}]',
  total: 'total{side="{{side}}"}[{{window}}]',
};
const counter: Measure = { ...windowed, count: 'bad{{side}}', total: 'total{{side}}' };

function asked(measure: Measure, range: Reader['range'], provider = 'prometheus'): Polling {
  const read: Reader['read'] = async () => ({ kind: 'value', value: 0 });
  return {
    measures: [measure],
    sources: [{ name: 'main', provider, options: {} }],
    sides: { stable: 'blue', canary: 'green' },
    versions: { canary: 'v2', stable: 'v1' },
    leg: '',
    strata: {},
    open: () => (range === undefined ? { read } : { read, range }),
    builtIns: [],
  };
}

/** A value at every step, as Prometheus gives them. */
const everyStep =
  (value: (at: number, query: string) => number): Reader['range'] =>
  async (query, { from, to, stepMs }) => {
    const values = [];
    for (let at = from; at <= to; at += stepMs) values.push({ at, value: value(at, query) });
    return { kind: 'values', values };
  };

describe('the past of stable', () => {
  test('comes in blocks of a poll, a minute and five, each request in one block', async () => {
    const { past, lacks } = await readPast(
      asked(
        windowed,
        everyStep((_, query) => (query.startsWith('bad{side="blue"}') ? 1 : 10) * Number(/(\d+)s/.exec(query)?.[1])),
      ),
      now,
      10_000,
    );
    const { blocks = [], recent } = past['error-rate'] ?? {};

    expect(lacks).toEqual([]);
    expect(blocks.map(({ lengthMs, counts }) => [lengthMs, counts.length])).toEqual([
      [10_000, 360],
      [60_000, 60],
      [300_000, 12],
    ]);
    expect(blocks[1]?.counts[0]).toEqual({ bad: 60, total: 600 });
    expect(recent).toEqual({ '': { bad: 300, total: 3000 } });
  });

  test('of counters is differenced, without the block in which one was restarted', async () => {
    const restart = now - 1_000_000;
    const total = (at: number) => (at < restart ? at : at - restart);
    const { past } = await readPast(
      asked(
        counter,
        everyStep((at, query) => total(at) / (query.startsWith('bad') ? 100 : 1)),
      ),
      now,
      10_000,
    );

    expect(past['error-rate']?.blocks[0]?.counts.length).toBe(359);
    expect(past['error-rate']?.blocks[0]?.counts[0]?.total).toBeCloseTo(10_000, 6);
  });

  test.each([
    ['a source that has none', asked(windowed, undefined), 'its source has no past'],
    ['a document', asked(windowed, undefined, 'json'), 'its source has no past'],
    [
      'a series that was not there',
      asked(windowed, async () => ({ kind: 'no-data', because: 'no series' })),
      'no series',
    ],
    [
      'a source that fails',
      asked(windowed, async () => ({ kind: 'error', because: '503', remedy: '', retryable: true })),
      '503',
    ],
    ['a source that is gone', { ...asked(windowed, undefined), sources: [] }, 'its source has no past'],
  ])('is left out and said: %s', async (_name, polling, because) => {
    expect(await readPast(polling, now, 10_000)).toEqual({ past: {}, lacks: [`error-rate: ${because}`] });
  });
});
