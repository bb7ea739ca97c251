// The rule about limits that a known traffic cannot decide: at the number it takes, where nobody wrote it, and of what it does not concern.
import { describe, expect, test } from '@jest/globals';
import { lintAtTraffic } from '../../../src/policy/lint.ts';
import { readPolicy } from '../../../src/policy/policy.ts';
import { vocabulary } from '../../../src/vocabulary.ts';

function lines(limits: string, perSecond: number, head = 'extends: []') {
  const text = `version: 1
timezone: UTC
${head}
metrics:
  sources: {main: {prometheus: "http://p.example"}}
  queries: {error-rate: {bad: b, total: a}, cpu: {value: c}, conversion: {good: g, total: a}}
limits: [${limits}]
plans: {slow: {stages: [{id: ten, weight: 10 %, bake: 5m, max-bake: 10m}, {id: half, weight: 50 %, bake: 10m}, {id: full, weight: 100 %, bake: 1m}]}}
checklist: [ci-all-green]
`;
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults));
  return lintAtTraffic(read.policy, { perMs: perSecond / 1000, badShare: 0 }).map(
    ({ line, what }) => `${line}: ${what}`,
  );
}

describe('a limit on a ratio', () => {
  // 10 % of the users for ten minutes: 5 requests a second are 300 of the new version, 3 / 1 %.
  test.each([
    ['{metric: error-rate, continue: "< 1 %"}', 5, 0],
    ['{metric: error-rate, continue: "< 1 %"}', 4.9, 1],
    ['{metric: error-rate, breach: "> 1 %", then: rollback}', 4.9, 1],
    ['{metric: error-rate, continue: "> 99 %"}', 4.9, 1],
    ['{metric: error-rate, continue: "< 1 %", during: [half]}', 1, 0],
    ['{metric: error-rate, continue: "< 1 %", during: [watch]}', 0.1, 0],
    ['{metric: cpu, continue: "< 60 %"}', 0.1, 0],
    ['{metric: error-rate, continue: "< 2x baseline"}', 0.1, 0],
  ])('%s with %d requests a second: %d warnings', (limit, perSecond, many) => {
    expect(lines(limit, perSecond)).toHaveLength(many);
  });

  test('is told with its line, the quietest stage and what it would take', () => {
    expect(lines('{id: errors, metric: error-rate, continue: "< 1 %"}', 1)).toEqual([
      '7: the limit errors (< 1 %) needs 300 requests by the rule of three; at the traffic of last week ten of slow sees 60 in 10 min',
    ]);
  });

  test('of a preset is nobody’s to mend here', () => {
    expect(lines('', 0.01, 'extends: [standard-sop@1]')).toEqual([]);
  });
});
