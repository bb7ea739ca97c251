import { expect, test } from '@jest/globals';
import { usualEdge } from '../../src/canary/slow.ts';

test.each([
  ['the first edge with nine tenths below it', { '0.1': 50, '0.3': 90, '1.0': 99, '+Inf': 100 }, 0.3],
  ['in the order of numbers, not of letters', { '10.0': 99, '2.5': 95, '+Inf': 100 }, 2.5],
  ['none when most are beyond the last edge', { '0.1': 10, '+Inf': 100 }, undefined],
  ['none without requests', { '0.1': 0, '+Inf': 0 }, undefined],
  ['none without buckets', {}, undefined],
])('slow begins at %s', (_name, buckets, edge) => {
  expect(usualEdge(buckets)).toBe(edge);
});
