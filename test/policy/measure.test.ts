import { describe, expect, test } from '@jest/globals';
import { fill, measuresOf, type Place } from '../../src/policy/measure.ts';

const place: Place = { side: 'green', version: 'v1"; drop', track: 'canary', leg: 'eu', windowMs: 90_400 };

describe('filling in', () => {
  test('knows every placeholder and leaves other braces alone', () => {
    const text = 'sum(rate(x{side="{{side}}",t="{{track}}",leg="{{ leg }}"}[{{window}}])) {{other}}';

    expect(fill(text, place, 'promql')).toBe('sum(rate(x{side="green",t="canary",leg="eu"}[90s])) {{other}}');
  });

  test.each([
    ['promql', 'v="{{version}}"', 'v="v1\\"; drop"'],
    ['url', 'http://x/?v={{version}}', 'http://x/?v=v1%22%3B%20drop'],
    ['pointer', '/{{version}}', '/v1"; drop'],
  ] as const)('keeps text from outside where it belongs: %s', (within, text, expected) => {
    expect(fill(text, place, within)).toBe(expected);
  });

  test('never asks for a window of no seconds', () => {
    expect(fill('[{{window}}]', { ...place, windowMs: 0 }, 'promql')).toBe('[1s]');
  });
});

describe('measures', () => {
  test('a histogram gives its quantiles, and the slow share when it says what is slow', () => {
    const query = {
      name: 'latency',
      source: 'main',
      kind: 'histogram',
      histogram: 'http_seconds',
      labels: 'side="{{side}}"',
      slowMs: 500,
    } as const;

    const measures = measuresOf({ sources: [], queries: [query], required: [], shown: [] });

    expect(measures.map(({ metric }) => metric)).toEqual([
      'latency-p50',
      'latency-p90',
      'latency-p95',
      'latency-p99',
      'latency-slow',
    ]);
    expect(measures[2]).toMatchObject({
      text: 'histogram_quantile(0.95, sum by (le) (increase(http_seconds_bucket{side="{{side}}"}[{{window}}])))',
      scale: 1000,
    });
    expect(measures[4]).toMatchObject({
      part: 'good',
      count: 'sum(increase(http_seconds_bucket{side="{{side}}",le="0.5"}[{{window}}]))',
    });
  });
});
