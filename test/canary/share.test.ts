import { describe, expect, test } from '@jest/globals';
import { shareFault, type Turnout } from '../../src/canary/share.ts';

const ten = { from: 10, to: 10 };
const times = (many: number, canary: number, stable: number): Turnout[] =>
  Array.from({ length: many }, () => ({ canary, stable }));

describe('the share', () => {
  test.each([
    ['as promised', times(6, 100, 900), undefined],
    ['within half and twice', times(6, 60, 940), undefined],
    ['far below half', times(6, 20, 980), 'split-mismatch'],
    ['far above twice', times(6, 300, 700), 'split-mismatch'],
    ['dead in the newest poll', [...times(29, 100, 900), ...times(1, 0, 1000)], 'canary-silent'],
    ['dead for a minute of little traffic', [...times(20, 10, 90), ...times(6, 0, 100)], 'canary-silent'],
    ['too little traffic to tell', times(2, 0, 10), undefined],
    ['traffic that stopped', [...times(20, 10, 90), ...times(2, 0, 0)], 'traffic-stopped'],
    ['little traffic with a pause', [...times(20, 0, 1), ...times(2, 0, 0)], undefined],
    ['no traffic ever', times(6, 0, 0), undefined],
  ] as const)('%s', (_name, turnouts, reason) => {
    expect(shareFault(turnouts, ten, 1)?.reason).toBe(reason);
  });

  test('knows that traffic stopped, however long ago it was', () => {
    const newest = times(12, 0, 0);

    expect(shareFault(newest, ten, 1, { requests: 1000, polls: 32, silent: 12 })?.reason).toBe('traffic-stopped');
    expect(shareFault(newest, ten, 1, { requests: 5, polls: 32, silent: 12 })).toBeUndefined();
  });

  test('is judged less strictly where requests come in clusters', () => {
    const few = times(6, 1, 99);

    expect(shareFault(few, ten, 1)?.reason).toBe('split-mismatch');
    expect(shareFault(few, ten, 20)).toBeUndefined();
  });

  test('is not asked where one version has everybody, and may lie in the band of a coarse router', () => {
    expect(shareFault(times(6, 0, 1000), { from: 100, to: 100 }, 1)).toBeUndefined();
    expect(shareFault(times(6, 1000, 0), { from: 0, to: 0 }, 1)).toBeUndefined();
    expect(shareFault(times(6, 450, 550), { from: 10, to: 25 }, 1)).toBeUndefined();
  });
});
