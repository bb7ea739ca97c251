// What a reader is told to do next, by what the verdict is about.
import { describe, expect, test } from '@jest/globals';
import { remedyOf } from '../../src/smoke/remedy.ts';
import type { CheckResult } from '../../src/smoke/result.ts';
import { aCheckResult } from './results.ts';

const base = aCheckResult({ outcome: 'fail' });
const got = (text: string, about = 'status') => ({ failures: [{ about, expected: 'b', got: text }] });

describe('after a failure', () => {
  test.each<[Partial<CheckResult>, RegExp]>([
    [{ trouble: 'tls', ...got('it has expired', 'answer') }, /^Renew or correct the certificate/],
    [{ trouble: 'tls', ...got('shop:443 speaks no TLS: it is', 'answer') }, /^Write the address with http:/],
    [{ trouble: 'timeout' }, /raise `timeout` of the check/],
    [{ trouble: 'dns' }, /whether the service runs and listens/],
    [{ trouble: 'network' }, /whether the service runs and listens/],
    [{ trouble: 'assertion', ...got('301, to /login') }, /`redirects: same-origin`/],
    [{ trouble: 'assertion', ...got('401') }, /^Send credentials/],
    [{ trouble: 'assertion', ...got('403, forbidden') }, /^Send credentials/],
    [{ trouble: 'assertion', ...got('404') }, /^Correct the path/],
    [
      { trouble: 'assertion', failures: [{ about: 'body', expected: 'JSON', got: '<!doctype html>' }] },
      /^A page came: .*login or an error page/,
    ],
    [{ trouble: 'assertion', ...got('500, oh no') }, /^Look into the log of the service, or correct/],
    [{ trouble: 'assertion', ...got('404 items', '$.count') }, /^Look into the log of the service, or correct/],
    [{ trouble: 'assertion', kind: 'command' }, /^Run the command by hand/],
    [{ trouble: 'assertion', kind: 'ingest', ...got('one of 2020', 'report a.xml') }, /^Have the other runner write/],
    [{ trouble: 'assertion', kind: 'ingest', ...got('all skipped', '2 reports') }, /^Have the other runner write/],
    [{ trouble: 'assertion', kind: 'ingest', ...got('no cart', 'cart › works') }, /^Look into the report of the other/],
  ])('%j', (change, words) => {
    const said = { verdict: 'fail', reason: 'check:a', because: '' } as const;

    expect(
      remedyOf(said, {
        checks: [
          { ...base, id: 'other', trouble: 'dns' },
          { ...base, ...change },
        ],
      }),
    ).toMatch(words);
  });
});

describe('where nobody can tell', () => {
  test('because the gate cannot be asked', () => {
    const readiness = { kind: 'unaskable', asked: 1, waitedMs: 0, last: [] } as const;

    expect(remedyOf({ verdict: 'inconclusive', reason: 'unfinished', because: '' }, { checks: [], readiness })).toMatch(
      /^Correct `ready` of the suite/,
    );
  });

  test('because the budget ended the wait', () => {
    const readiness = { kind: 'unfinished', asked: 9, waitedMs: 30_000, last: [] } as const;

    expect(remedyOf({ verdict: 'inconclusive', reason: 'unfinished', because: '' }, { checks: [], readiness })).toMatch(
      /^Look into the log of the service, or raise `budget`/,
    );
  });

  test.each<[Partial<CheckResult>, RegExp]>([
    [{ trouble: 'setup', kind: 'ingest' }, /^Run the other runner before this/],
    [{ trouble: 'setup', kind: 'command' }, /^Correct the check, or give the step/],
    [{ trouble: 'samples', kind: 'probe' }, /^Raise `repeat` or `timeout`/],
    [{ because: 'it needs login, which did not pass' }, /^Look why that one did not pass/],
    [{ because: 'the time budget was spent' }, /^Make the suite shorter/],
  ])('%j', (change, words) => {
    const said = { verdict: 'inconclusive', reason: 'unfinished', because: '' } as const;
    const checks = [base, { ...base, severity: 'advisory' as const, outcome: 'not-run' as const }];

    expect(remedyOf(said, { checks: [...checks, { ...base, outcome: 'not-run', ...change }] })).toMatch(words);
  });

  test.each([
    ['inconclusive', 'cancelled', /^Run it again/],
    ['inconclusive', 'another-version', /whether the deployment reached this address/],
    ['inconclusive', 'plan-unfinished', /^Give `connect-to`/],
    ['inconclusive', 'nothing-blocking', /^Correct the suite/],
    ['unreachable', 'unreachable', /nothing is known about the release/],
    ['fail', 'not-ready', /^Look into the log/],
    ['pass', 'pass', /^$/],
  ] as const)('%s, %s', (verdict, reason, words) => {
    expect(remedyOf({ verdict, reason, because: '' }, undefined)).toMatch(words);
  });
});
