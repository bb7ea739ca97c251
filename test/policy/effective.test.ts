import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDocument } from '../../src/policy/document.ts';
import { type Effective, effective, type Where } from '../../src/policy/effective.ts';
import { merge } from '../../src/policy/merge.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { plain } from '../../src/policy/traced.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { aVocabulary } from './vocabulary.ts';

function aRead(text: string, presets: Readonly<Record<string, string>> = {}) {
  const preset = (name: string) => presets[name];
  return readPolicy(`version: 1\n${text}`, aVocabulary, {
    path: 'p.yml',
    ...(Object.keys(presets).length > 0 ? { preset } : {}),
  });
}

function aPolicy(
  text: string,
  where: Where = { environment: 'production' },
  presets: Readonly<Record<string, string>> = {},
): Effective {
  const read = aRead(text, presets);
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults));
  const found = effective(read.policy, where);
  if (found.kind === 'fault') throw new Error(found.fault.what);
  return found.effective;
}

describe('overlays', () => {
  const text = `
extends: []
timezone: UTC
windows: {deny: [{days: [fri]}]}
traffic: {router: command, get: ./get, set: [./set, "{{side}}"], sides: [a, b], keep-old: 1h}
metrics: {sources: {main: {json: "http://127.0.0.1/m"}}, queries: {error-rate: {bad: /bad, total: /total, source: main}}}
rollback: {min-age: 2h, verify: [version]}
environments:
  staging: {enforce: report, windows: null, rollback: {min-age: 0s, verify: null}}
  production: {traffic: {keep-old: 24h}, legs: {eu: {traffic: {get: ./get-eu}}, us: {url: "https://us.example"}}}
`;

  test('an environment repeats what differs, and null removes', () => {
    const staging = aPolicy(text, { environment: 'staging' });
    expect(staging).toMatchObject({
      enforce: 'report',
      rollback: { minAgeMs: 0, verify: ['version'] },
      traffic: { keepOldMs: 3_600_000 },
    });
    expect(staging.windows).toBeUndefined();
  });

  test('a leg lies over its environment, and the router gets the block as written', () => {
    const eu = aPolicy(text, { environment: 'production', leg: 'eu' });
    const us = aPolicy(text, { environment: 'production', leg: 'us' });
    expect(eu.traffic).toMatchObject({
      keepOldMs: 86_400_000,
      sides: ['a', 'b'],
      options: { get: './get-eu', set: ['./set', '{{side}}'] },
    });
    expect(eu.traffic?.options).toHaveProperty('keep-old', '24h');
    expect([us.url, us.traffic?.options.get, us.windows?.deny.length]).toEqual(['https://us.example', './get', 1]);
  });

  test('queries know their source, a ratio its two parts', () => {
    const { metrics } = aPolicy(text);
    expect(metrics.sources).toEqual([{ name: 'main', provider: 'json', options: { json: 'http://127.0.0.1/m' } }]);
    expect(metrics.queries[0]).toMatchObject({
      kind: 'ratio',
      part: 'bad',
      count: '/bad',
      total: '/total',
      source: 'main',
    });
  });

  test.each([
    [{ environment: 'prod' }, 'there is no environment “prod”', 'Known: staging, production'],
    [{ environment: 'producton' }, 'there is no environment “producton”', 'Did you mean “production”?'],
    [{ environment: 'production', leg: 'eux' }, 'there is no leg “eux”', 'Did you mean “eu”?'],
  ])('%o is a fault that names what is declared', (where, what, fix) => {
    const read = aRead(text);
    const found = read.kind === 'policy' ? effective(read.policy, where) : read;
    expect(found).toMatchObject({ kind: 'fault', fault: { what, fix: expect.stringContaining(fix) } });
  });

  test('a fault that only one leg shows is found when the file is read', () => {
    const read = aRead('environments: {production: {legs: {eu: {traffic: {router: command, get: ./a}}}}}\n');
    expect(read).toMatchObject({ kind: 'faults', faults: [{ what: '“set” is missing', line: 2 }] });
  });
});

describe('presets under a file', () => {
  const base = `
version: 1
roles: {lead: [alice], gone: [bob]}
checklist: [ci-all-green, {id: code-review-approved, with: {count: 1}, level: warn}]
plans: {p: {stages: [{id: ten, weight: 10 %, bake: 5m}, {id: full, weight: 100 %, bake: 5m}]}}
limits:
  - {metric: health, continue: passing}
  - {metric: health, breach: failing, then: hold}
`;
  const over = (text: string) => aPolicy(`extends: [base]\n${text}`, { environment: 'production' }, { base });

  test('maps merge by key, lists with ids by id, a bare id changes nothing', () => {
    const policy = over(
      'roles: {dba: [carol], gone: null}\nchecklist: [code-review-approved, {id: ci-all-green, level: info}, changelog-updated]\n',
    );
    expect(policy.roles).toEqual({ lead: ['alice'], dba: ['carol'] });
    expect(policy.checklist.map(({ id, level, with: options }) => [id, level, options])).toEqual([
      ['ci-all-green', 'info', {}],
      ['code-review-approved', 'warn', { count: 1 }],
      ['changelog-updated', 'info', {}],
    ]);
  });

  test('stages replace as a whole', () => {
    const policy = over('plans: {p: {stages: [{id: full, weight: 100 %, bake: 1m}]}}\n');
    expect(policy.plans.p?.stages.map(({ id }) => id)).toEqual(['full']);
  });

  test('a limit without id is added, one with the id of the preset changes it and becomes our own', () => {
    const policy = over(
      'limits: [{metric: health, breach: failing, for: 1m, then: rollback}, {id: health-continue-1, for: 30s}, {id: health-breach-1, breach: failing, then: page}]\n',
    );
    expect(policy.limits.map(({ id, action, forMs, own }) => [id, action, forMs, own])).toEqual([
      ['health-continue-1', 'hold', 30_000, false],
      ['health-breach-1', 'page', 0, true],
      ['health-breach-2', 'rollback', 60_000, true],
    ]);
  });

  test('a file that names no preset stands on starter, with its own lists instead of starter’s', () => {
    const policy = aPolicy('checklist: [ci-all-green]\n');
    expect(policy.checklist.map(({ id }) => id)).toEqual(['ci-all-green']);
    expect(Object.keys(policy.plans)).toEqual(['direct', 'fast', 'canary', 'canary-slow']);
    expect(aPolicy('traffic: {after: swap}\n').checklist.length).toBeGreaterThan(4);
  });

  test('merging is idempotent: the same file twice is the file once', () => {
    const line = fc.record({ id: fc.constantFrom('a', 'b', 'c'), level: fc.constantFrom('warn', 'info') });
    const file = fc.record({
      roles: fc.dictionary(fc.constantFrom('x', 'y'), fc.array(fc.constantFrom('alice', 'bob'), { maxLength: 2 })),
      checklist: fc.uniqueArray(line, { selector: ({ id }) => id }),
    });
    fc.assert(
      fc.property(file, file, (first, second) => {
        const [a, b] = [first, second].map((value) => readDocument(JSON.stringify(value), 'p').tree);
        const once = merge(a, b ?? readDocument('{}', 'p').tree);
        expect(plain(merge(once, b ?? once))).toEqual(plain(once));
      }),
    );
  });
});

describe('many environments', () => {
  const written = (last: string) =>
    `version: 1\nextends: standard-sop@1\ntraffic: {router: nginx, sides: [blue, green], via: ssh, config: /etc/nginx/x.conf, upstream: shop}\nenvironments:\n${Array.from(
      { length: 800 },
      (_, index) =>
        `  e${index}: {legs: {eu: {traffic: {hosts: [eu${index}]}}, us: {traffic: {hosts: [${index === 799 ? last : `us${index}`}]}}}}`,
    ).join('\n')}\n`;

  // A file that were read once for each of its places would take half a minute.
  test('are each looked at for what they change alone', () => {
    const read = readPolicy(written('us799'), vocabulary, { path: 'policy.yml' });

    expect(read.kind).toBe('policy');
    if (read.kind !== 'policy') return;
    const told = effective(read.policy, { environment: 'e799', leg: 'us' });
    expect(told.kind === 'effective' && told.effective.traffic).toMatchObject({ options: { hosts: ['us799'] } });
    expect(told.kind === 'effective' && told.effective.limits.length).toBeGreaterThan(0);
  });

  test('a fault of the last of them is found at its line', () => {
    const read = readPolicy(written('{a: b}'), vocabulary, { path: 'policy.yml' });

    expect(read).toMatchObject({ kind: 'faults', faults: [{ line: 804, path: 'policy.yml' }] });
  });
});
