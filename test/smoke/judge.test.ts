// From results to the verdict: what counts, what does not, and which check is named.
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/smoke/judge.ts';
import type { Readiness } from '../../src/smoke/ready.ts';
import type { CheckResult, Walked } from '../../src/smoke/result.ts';
import { aCheckResult, aWalked } from './results.ts';

const result = (id: string, change: Partial<CheckResult> = {}) => aCheckResult({ id, ...change });

const broken = { outcome: 'fail', failures: [{ about: 'status', expected: '200', got: '500' }] } as const;
const silent = {
  outcome: 'fail',
  unreachable: true,
  failures: [{ about: 'answer', expected: 'an answer', got: 'no route' }],
} as const;
const open = { outcome: 'not-run', attempts: 0, because: 'the time budget was spent' } as const;
const ready: Readiness = { kind: 'ready', asked: 1, waitedMs: 5, last: [] };

function verdictOf(checks: readonly CheckResult[], change: Partial<Walked> = {}) {
  const { verdict, reason } = judge({ ...aWalked(checks), ...change });
  return [verdict, reason];
}

describe('the verdict', () => {
  test.each<[string, readonly CheckResult[], Partial<Walked>, readonly [string, string]]>([
    ['all passed', [result('a'), result('b')], {}, ['pass', 'pass']],
    ['one failed', [result('a'), result('b', broken)], {}, ['fail', 'check:b']],
    ['a failure counts before what is open', [result('a', open), result('b', broken)], {}, ['fail', 'check:b']],
    ['one is open', [result('a'), result('b', open)], {}, ['inconclusive', 'unfinished']],
    ['an advisory one is open', [result('a'), result('b', { ...open, severity: 'advisory' })], {}, ['pass', 'pass']],
    ['an advisory one failed', [result('a'), result('b', { ...broken, severity: 'advisory' })], {}, ['pass', 'pass']],
    ['nothing blocks', [result('a', { severity: 'advisory' })], {}, ['inconclusive', 'nothing-blocking']],
    ['nothing answered', [result('a', silent), result('b', silent)], {}, ['unreachable', 'unreachable']],
    ['one of two answered', [result('a', silent), result('b')], {}, ['fail', 'check:a']],
    ['one answered badly', [result('a', silent), result('b', broken)], {}, ['fail', 'check:a']],
    [
      'nothing answered but the gate before',
      [result('a', silent), result('b', silent)],
      { readiness: ready },
      ['fail', 'check:a'],
    ],
    [
      'nothing answered, whatever programs and DNS say',
      [result('a', silent), result('b', { kind: 'command' }), result('c', { kind: 'dns' })],
      {},
      ['unreachable', 'unreachable'],
    ],
    [
      'an advisory one answered, no blocking one',
      [result('a', silent), result('b', { severity: 'advisory' })],
      {},
      ['unreachable', 'unreachable'],
    ],
    [
      'what was never asked tells nothing of the network',
      [result('a', { ...open, unreachable: false }), result('b', silent)],
      {},
      ['unreachable', 'unreachable'],
    ],
    [
      'a port is closed where nothing answered',
      [result('a', silent), result('b', { kind: 'tcp', unreachable: true })],
      {},
      ['unreachable', 'unreachable'],
    ],
    [
      'a closed port is all that was asked for',
      [result('a', { kind: 'tcp', unreachable: true })],
      {},
      ['pass', 'pass'],
    ],
    [
      'what could not be asked reached nothing',
      [result('a', { ...open, attempts: 1, trouble: 'setup' }), result('b', silent)],
      {},
      ['unreachable', 'unreachable'],
    ],
    [
      'all but what could not be asked passed',
      [result('a', { ...open, attempts: 1, trouble: 'setup' }), result('b')],
      {},
      ['inconclusive', 'unfinished'],
    ],
    ['cancelled, whatever was found', [result('a', broken)], { cancelled: true }, ['inconclusive', 'cancelled']],
    ['never ready', [result('a', open)], { readiness: { ...ready, kind: 'failing' } }, ['fail', 'not-ready']],
    [
      'another version',
      [result('a', open)],
      { readiness: { ...ready, kind: 'another-version' } },
      ['inconclusive', 'another-version'],
    ],
    [
      'nothing answered the gate',
      [result('a', open)],
      { readiness: { ...ready, kind: 'unreachable' } },
      ['unreachable', 'unreachable'],
    ],
  ])('%s', (_name, checks, change, expected) => {
    expect(verdictOf(checks, change)).toEqual(expected);
  });

  test('counts what passed and failed, advisory ones too, and lists who passed only after a retry', () => {
    const checks = [
      result('once'),
      result('twice', { attempts: 2 }),
      result('runner', { flaky: true }),
      result('never', { ...broken, attempts: 3, severity: 'advisory' }),
      result('open', open),
    ];

    expect(judge(aWalked(checks))).toMatchObject({
      passed: 3,
      failed: 1,
      total: 5,
      flaky: ['twice', 'runner'],
    });
  });

  test('names the first check that failed, how many more, and what was expected', () => {
    const checks = [result('a'), result('b', broken), result('c', broken), result('d', broken)];

    expect(judge(aWalked(checks)).because).toBe('b and 2 more: status: expected 200, got 500');
  });
});

test('the words name the first that failed, count others but no cases of its report, and say plainly that nothing answered', () => {
  const words = (...checks: readonly CheckResult[]) => judge(aWalked(checks)).because;

  expect(words(result('ui', broken), result('ui › login', broken))).toBe('ui: status: expected 200, got 500');
  expect(words(result('a', broken), result('b', broken))).toBe('a and 1 more: status: expected 200, got 500');
  expect(words(result('a', silent), result('b'))).toBe('a: no answer: no route');
});
