// The grammar of status descriptions: total, round-tripping, never over 140 characters.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from '../../src/record/entry.ts';
import { describeEntry, descriptionLimit, readEntry, statusOf } from '../../src/record/words.ts';

const spoken: readonly [string, Entry][] = [
  ['gate open: tier medium, plan canary', { kind: 'begun', tier: 'medium', plan: 'canary' }],
  ['gate report, open: tier low, plan dark', { kind: 'begun', tier: 'low', plan: 'dark', trial: 'open' }],
  [
    'gate report, would be closed: tier high, plan canary',
    { kind: 'begun', tier: 'high', plan: 'canary', trial: 'closed' },
  ],
  ['sides: stable blue, canary green', { kind: 'sides', stable: 'blue', canary: 'green' }],
  ['sides: stable –, canary green', { kind: 'sides', stable: '', canary: 'green' }],
  ['shares before: off 95 %, on 5 %, beta 100 %', { kind: 'before', weights: { off: 95, on: 5, beta: 100 } }],
  ['shares before: "a b" 97.5 %, on 2.5 %', { kind: 'before', weights: { 'a b': 97.5, on: 2.5 } }],
  ['canary ten 10 %: baking', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'baking', reason: '' }],
  [
    'canary ten 2.5 %: rollback, limit:error-rate',
    { kind: 'stage', stage: 'ten', weight: 2.5, verdict: 'rollback', reason: 'limit:error-rate' },
  ],
  ['canary complete: green 100 %', { kind: 'completed', side: 'green' }],
  [
    'traffic restored: blue 100 %, errors 4.1 %, limit 1 %',
    { kind: 'restored', side: 'blue', because: 'errors 4.1 %, limit 1 %' },
  ],
  ['smoke pass: 14 of 14', { kind: 'smoke', verdict: 'pass', passed: 14, total: 14 }],
  ['smoke pass: 3 of 3, tags core', { kind: 'smoke', verdict: 'pass', passed: 3, total: 3, tags: ['core'] }],
  [
    'smoke fail: 1 of 3, tags core, old-path, "a, b"',
    { kind: 'smoke', verdict: 'fail', passed: 1, total: 3, tags: ['core', 'old-path', 'a, b'] },
  ],
  ['smoke pass: 3 of 3, tags …', { kind: 'smoke', verdict: 'pass', passed: 3, total: 3, tags: ['…'] }],
  ['migrations applied: 2, expand', { kind: 'migration', verdict: 'applied', count: 2, compatibility: 'expand' }],
  ['rollback: switched to blue', { kind: 'rollback', phase: 'switched', detail: 'to blue' }],
  ['rollback: verified', { kind: 'rollback', phase: 'verified', detail: '' }],
  ['rolled back to v1.7.4, deployment 9001', { kind: 'rolled-back', to: 'v1.7.4', deploymentId: 9001 }],
  ['rolled back to "release, of may", deployment 1', { kind: 'rolled-back', to: 'release, of may', deploymentId: 1 }],
  ['finished', { kind: 'finished' }],
  ['superseded by 9002', { kind: 'ended', how: 'superseded', detail: '9002' }],
  ['retired', { kind: 'ended', how: 'retired', detail: '' }],
  ['left: its run is over', { kind: 'ended', how: 'left', detail: 'its run is over' }],
  ['Deployed to production by hand', { kind: 'other', text: 'Deployed to production by hand' }],
];

/** Text as it stands in one line of a status. */
const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim());
const name = fc.oneof(
  fc.constantFrom('ten', 'v1.8.0', 'canary-extended', 'sha256:9f', '–', '"', 'a, plan b', '', '[eu]', 'to blue'),
  fc.string({ unit: 'grapheme', maxLength: 16 }).map((text) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()),
);
const count = fc.nat();
const entries: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant('begun' as const), tier: name, plan: name }),
  fc.record({ kind: fc.constant('begun' as const), tier: name, plan: name, trial: fc.constantFrom('open', 'closed') }),
  fc.record({ kind: fc.constant('sides' as const), stable: name, canary: name }),
  fc.record({
    kind: fc.constant('stage' as const),
    stage: name,
    weight: fc.double({ min: 0, max: 100, noNaN: true }).map((weight) => weight + 0),
    verdict: fc.constantFrom(
      'shifting' as const,
      'baking' as const,
      'promote' as const,
      'hold' as const,
      'rollback' as const,
    ),
    reason: line,
  }),
  fc.record({ kind: fc.constant('completed' as const), side: name }),
  fc.record({ kind: fc.constant('restored' as const), side: name, because: line }),
  fc.record(
    {
      kind: fc.constant('smoke' as const),
      verdict: name,
      passed: count,
      total: count,
      tags: fc.array(name, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: ['kind', 'verdict', 'passed', 'total'] },
  ),
  fc.record({ kind: fc.constant('migration' as const), verdict: name, count, compatibility: name }),
  fc.record({
    kind: fc.constant('rollback' as const),
    phase: fc.constantFrom(
      'planned' as const,
      'switched' as const,
      'verified' as const,
      'refused' as const,
      'failed' as const,
    ),
    detail: line,
  }),
  fc.record({ kind: fc.constant('rolled-back' as const), to: name, deploymentId: count }),
  fc.constant<Entry>({ kind: 'finished' }),
  fc.record({
    kind: fc.constant('ended' as const),
    how: fc.constantFrom('superseded' as const, 'retired' as const, 'left' as const, 'cancelled' as const),
    detail: line,
  }),
);
const prefixes = fc.record(
  {
    leg: fc.constantFrom('eu', 'us-east-1', 'cluster a'),
    at: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
  },
  { requiredKeys: [] },
);

describe('the words of a status', () => {
  test.each(spoken)('say “%s” and read back', (words, entry) => {
    expect(describeEntry(entry)).toBe(words);
    expect(readEntry(words)).toEqual({ entry });
  });

  test('carry the leg and the time of what was written late in front', () => {
    const entry: Entry = { kind: 'rollback', phase: 'switched', detail: 'to blue' };
    const at = Date.UTC(2026, 10, 20, 14, 13);

    const words = describeEntry(entry, { leg: 'eu', at });

    expect(words).toBe('@2026-11-20T14:13:00.000Z [eu] rollback: switched to blue');
    expect(readEntry(words)).toEqual({ entry, leg: 'eu', at });
  });

  test('read back to the same entry, whatever it holds, when they fit', () => {
    fc.assert(
      fc.property(entries, prefixes, (entry, prefix) => {
        const words = describeEntry(entry, prefix);
        fc.pre(!words.includes('…') || JSON.stringify(entry).includes('…'));
        expect(readEntry(words)).toEqual({ entry, ...prefix });
      }),
      { numRuns: 1_000 },
    );
  });

  test('never pass 140 characters, keep their kind when shortened, and stay as they are when said again', () => {
    const long = fc.string({ unit: 'grapheme', maxLength: 400 });
    const wide = fc.oneof(
      entries,
      fc.record({ kind: fc.constant('begun' as const), tier: long, plan: long }),
      fc.record({ kind: fc.constant('restored' as const), side: long, because: long }),
      fc.record({ kind: fc.constant('rolled-back' as const), to: long, deploymentId: count }),
      fc.record({
        kind: fc.constant('smoke' as const),
        verdict: long,
        passed: count,
        total: count,
        tags: fc.array(long, { minLength: 1 }),
      }),
      fc.record({
        kind: fc.constant('stage' as const),
        stage: long,
        weight: fc.double({ min: 0, max: 100, noNaN: true }),
        verdict: fc.constant('promote' as const),
        reason: long,
      }),
    );
    fc.assert(
      fc.property(wide, fc.record({ leg: long, at: fc.integer({ min: 0, max: 4e12 }) }), (entry, prefix) => {
        const words = describeEntry(entry, prefix);
        const read = readEntry(words);

        expect(words.length).toBeLessThanOrEqual(descriptionLimit);
        expect(read.entry.kind).toBe(entry.kind);
        expect(read.at).toBe(prefix.at);
        expect(describeEntry(read.entry, read)).toBe(words);
      }),
      { numRuns: 1_000 },
    );
  });

  test('are total: any text at all is read, and unknown text is shown as it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { entry, leg, at } = readEntry(text);
        if (entry.kind === 'other' && leg === undefined && at === undefined) expect(entry.text).toBe(text);
      }),
    );
  });

  test.each([
    ['gate open: tier medium', 'half a sentence'],
    ['canary ten 10 %: exploded', 'a verdict we do not know'],
    ['rolled back to v1, deployment x', 'a deployment that is no number'],
    ['@2026-99-99T00:00:00Z finished', 'a time that does not exist'],
  ])('take “%s” for other: %s', (words) => {
    expect(readEntry(words)).toEqual({ entry: { kind: 'other', text: words } });
  });

  test('shorten a long reason at its end and say so', () => {
    const words = describeEntry({ kind: 'restored', side: 'blue', because: 'x'.repeat(300) });

    expect(words).toHaveLength(140);
    expect(words.endsWith('x…')).toBe(true);
  });

  test('leave out whole tags, never a part of one, and say so', () => {
    const tags = Array.from({ length: 30 }, (_, index) => `journey-${index}`);

    const words = describeEntry({ kind: 'smoke', verdict: 'pass', passed: 30, total: 30, tags }, { leg: 'eu' });
    const { entry } = readEntry(words);

    expect(words).toMatch(/^\[eu\] smoke pass: 30 of 30, tags journey-0, journey-1, .*, …$/);
    const told = entry.kind === 'smoke' ? entry.tags : [];
    expect(told?.slice(0, -1)).toEqual(tags.slice(0, (told?.length ?? 0) - 1));
    expect(told?.length).toBeGreaterThan(5);
  });

  test.each([
    ['smoke pass: 3 of 3, tags ', 'no tag'],
    ['smoke pass: 3 of 3, tags core,', 'a list without its end'],
    ['smoke pass: 3 of 3, only what matters', 'what this release does not know'],
  ])('never take “%s” for a pass of the whole suite: %s', (words) => {
    expect(readEntry(words).entry.kind).toBe('other');
  });

  test('become a status with its state, its link and the environment URL when there is one', () => {
    const entry: Entry = { kind: 'finished' };

    expect(statusOf({ state: 'success', entry, leg: 'eu', logUrl: 'https://ci/1' })).toEqual({
      state: 'success',
      description: '[eu] finished',
      logUrl: 'https://ci/1',
    });
    expect(statusOf({ state: 'success', entry, logUrl: '', environmentUrl: 'https://shop' })).toMatchObject({
      environmentUrl: 'https://shop',
    });
  });
});
