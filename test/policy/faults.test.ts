/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the policy's own way to name environment variables */
import { describe, expect, test } from '@jest/globals';
import { formatFault } from '../../src/policy/fault.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { aVocabulary } from './vocabulary.ts';

function read(...lines: readonly string[]): readonly string[] {
  const result = readPolicy(`${['version: 1', ...lines].join('\n')}\n`, aVocabulary, { path: 'p.yml' });
  return result.kind === 'faults' ? result.faults.map(formatFault) : [];
}

describe('a bad policy', () => {
  test('with stages of its own under a preset that names others says so at the stages', () => {
    const stages = (more: string) =>
      read(
        `plans: {canary: {stages: [{id: half, weight: 50 %, bake: 5m}, {id: full, weight: 100 %, bake: 5m}]${more}}}`,
      );

    expect(stages('')).toEqual([
      expect.stringMatching(
        /^p\.yml:2:26: these stages of the plan canary have no “ten”, which the smoke test of preset starter@1:\d+ names\. Add to plans\.canary which of yours is meant: smoke: \{before: half, after: full\}; or smoke: null for none$/,
      ),
    ]);
    expect(stages(', smoke: {before: half, after: full}')).toEqual([]);
    expect(stages(', smoke: null')).toEqual([]);
  });

  test.each([
    {
      name: 'unknown keys, with the nearest right spelling',
      lines: ['checklst: []', 'rollback: {min-aeg: 1h}'],
      faults: [
        'p.yml:2:1: unknown key “checklst”. Did you mean “checklist”?',
        'p.yml:3:12: unknown key “min-aeg” in rollback. Did you mean “min-age”?',
      ],
    },
    {
      name: 'texts of another form, with an example that works',
      lines: ['alpha: most', 'rollback: {min-age: soon}'],
      faults: [
        'p.yml:2:8: “most” is not a percentage from 0 % to 100 % such as 80 %. Write it like 80 %',
        'p.yml:3:21: “soon” is not a duration such as 90s, 5m, 24h, 14d or “3 months”. Write it like 90s',
      ],
    },
    {
      name: 'durations, percents and conditions that are none',
      lines: [
        'rollback: {budget: 5}',
        'alpha: 1',
        'limits:',
        '  - {metric: health, breach: "more than 5", then: hold}',
      ],
      faults: [
        'p.yml:2:20: found 5, expected a duration such as 90s, 5m, 24h, 14d or “3 months” or a map of keys. Write a duration such as 90s, 5m, 24h, 14d or “3 months” or a map of keys',
        'p.yml:3:8: found 1, expected a percentage from 0 % to 100 % such as 80 %. Write a percentage from 0 % to 100 % such as 80 %',
        'p.yml:5:30: “more than 5” is not a condition such as “< 1 %”, “> 3s”, “5..10 %”, “> 1.5x baseline”, “rising > 5 %/h”, “drop > 10 %”, failing or passing. Write it like “< 1 %”',
      ],
    },
    {
      name: 'ids that stand twice',
      lines: [
        'checklist:',
        '  - ci-all-green',
        '  - {id: ci-all-green, level: warn}',
        'plans:',
        '  p: {stages: [{id: a, weight: 1 %, bake: 1m}, {id: a, weight: 2 %, bake: 1m}]}',
      ],
      faults: [
        'p.yml:4:5: “ci-all-green” stands twice in checklist, first in line 3. Keep one, or give the other an id of its own',
        'p.yml:6:48: “a” stands twice in plans.p.stages, first in line 6. Keep one, or give the other an id of its own',
      ],
    },
    {
      name: 'names that nothing answers to',
      lines: [
        'environments: {prod: {needs: stagin}, staging: {plan: directt}}',
        'roles: {dba: []}',
        'checklist: [{id: backup-fresh, sign-off: dbaa}]',
        'plans: {p: {stages: [{id: ten, weight: 10 %, bake: 1m}], smoke: {before: tenn}}}',
      ],
      faults: [
        'p.yml:2:30: there is no environment “stagin”. Did you mean “staging”?',
        'p.yml:2:55: there is no plan “directt”. Did you mean “direct”?',
        'p.yml:4:42: there is no role “dbaa”. Did you mean “dba”?',
        'p.yml:5:74: there is no stage of the plan p “tenn”. Did you mean “ten”?',
      ],
    },
    {
      name: 'a criterion nobody knows, and one with two kinds of evidence',
      lines: ['checklist:', '  - ci-all-gren', '  - {id: mine, command: ./a.sh, tcp: "localhost:1"}'],
      faults: [
        'p.yml:3:5: there is no criterion “ci-all-gren”. Did you mean “ci-all-green”? An own criterion says its evidence: command, metric, http, tls, dns, tcp, sql, file, changed, report, flag, attestation, sign-off',
        'p.yml:4:5: the criterion mine has 2 kinds of evidence: command, tcp. Keep one, and write another criterion for the other',
      ],
    },
    {
      name: 'what YAML readers disagree about',
      lines: [
        'windows:',
        '  allow: [{days: [tue], from: 10:00}]',
        'timezone: UTC',
        'overrides: {break-glass: yes}',
        'migrations: {baseline: 0042}',
      ],
      faults: [
        'p.yml:3:31: the clock time 10:00 is not quoted: some YAML readers take it for a number. Write "10:00"',
        'p.yml:5:26: “yes” as a value: some YAML readers take it for a truth value. Write true, or quote it if the word is meant',
        'p.yml:6:24: the number 0042 begins with a zero: some YAML readers take it for octal. Write 42, or "0042" if it is a name',
      ],
    },
    {
      name: 'windows without a time zone, and a time zone that does not exist',
      lines: ['windows: {deny: [{days: [fri]}]}'],
      faults: [
        'p.yml:2:10: windows are local time, and the policy names no time zone. Add one line to your file: timezone: Europe/Berlin',
      ],
    },
    {
      name: 'an environment variable that is not listed',
      lines: ['env: [PROMETHEUS_URL]', 'metrics: {sources: {main: {prometheus: "${PROMETHEUS_ULR}"}}}'],
      faults: [
        'p.yml:3:40: the environment variable ${PROMETHEUS_ULR} is not listed under env:. Did you mean ${PROMETHEUS_URL}?',
      ],
    },
    {
      name: 'limits on an unknown metric, without action, with two kinds',
      lines: [
        'limits:',
        '  - {metric: error-rat, continue: "< 1 %"}',
        '  - {metric: health, breach: failing}',
        '  - {metric: health, breach: failing, continue: passing, then: hold}',
      ],
      faults: [
        'p.yml:3:14: there is no metric “error-rat”. Known: health, pods-ready, alerts-firing. Declare it under metrics.queries',
        'p.yml:4:5: the limit health-breach-1 has a breach without an action. Add then: hold, ask, rollback or page',
        'p.yml:5:5: the limit health-continue-1 has both continue and breach. Write one of the two; two limits if both are meant',
      ],
    },
    {
      name: 'routers, their keys, sources and presets',
      lines: [
        'extends: [starterr@1, "acme/platform//deploy/base.yml@0123456789012345678901234567890123456789"]',
        'traffic: {router: command, gte: ./get, set: ./set}',
        'metrics: {sources: {main: {promethus: "http://x"}}}',
      ],
      faults: [
        'p.yml:2:11: there is no preset or pack “starterr@1”. Did you mean “starter@1”?',
        'p.yml:2:23: the base acme/platform//deploy/base.yml@0123456 has not been read. Read it first, or extend a preset of the bundle',
        'p.yml:3:10: “get” is missing. Add get: here',
        'p.yml:3:28: unknown key “gte”. Did you mean “get”?',
        'p.yml:4:27: the source names no provider that is known. Did you mean “prometheus”?',
      ],
    },
    {
      name: 'options that a criterion does not take',
      lines: [
        'checklist:',
        '  - {id: ci-all-green, with: {count: 1}}',
        '  - {id: code-review-approved, with: {cuont: 1, count: 0}}',
      ],
      faults: [
        'p.yml:3:30: the criterion ci-all-green takes no options. Remove with:',
        'p.yml:4:39: unknown key “cuont”. Did you mean “count”?',
        'p.yml:4:56: “0” must be at least 1. Change the number',
      ],
    },
    {
      name: 'lists that lack their entries, and hours that are none',
      lines: [
        'timezone: UTC',
        'plans: {p: {stages: []}}',
        'windows:',
        '  allow: [{days: [mon], from: "10:00", to: "10:00"}, {to: "00:00"}, {to: "24:00"}]',
        '  deny: [{from: "22:00", to: "22:00"}]',
      ],
      faults: [
        'p.yml:3:21: this list needs at least one stage. Add to it, or remove the key',
        'p.yml:5:44: “10:00” must differ from “from”; "24:00" is the end of the day. Change it',
        'p.yml:5:59: “00:00” must differ from “from”; "24:00" is the end of the day. Change it',
        'p.yml:6:30: “22:00” must differ from “from”; "24:00" is the end of the day. Change it',
      ],
    },
    {
      name: 'more windows than anybody reads',
      lines: [`timezone: UTC`, `windows: {deny: [${Array.from({ length: 101 }, () => '{days: [mon]}').join(', ')}]}`],
      faults: ['p.yml:3:17: this list must have at most 100 lines. Take lines out of it, or join them'],
    },
    {
      name: 'environments that need themselves or each other',
      lines: ['environments:', '  a: {needs: a}', '  b: {needs: [c]}', '  c: {needs: d}', '  d: {needs: [b, a]}'],
      faults: [
        'p.yml:3:14: the environment a needs itself. Remove one of these needs: each waits for what came before it',
        'p.yml:6:15: environments need each other in a circle: b needs c needs d needs b. Remove one of these needs: each waits for what came before it',
      ],
    },
    {
      name: 'what only an environment or a leg says',
      lines: [
        'environments:',
        '  production:',
        '    windows: {except: [{type: hotfxi, by: nobody}]}',
        '    rollback: {manual: [{id: data, by: nobody}]}',
        '    metrics: {sources: {main: {prometheus: "http://p"}}, queries: {a: {value: x, source: main}, b: {value: x, source: mian}}}',
      ],
      faults: [
        'p.yml:4:14: windows are local time, and the policy names no time zone. Add one line to your file: timezone: Europe/Berlin',
        'p.yml:4:31: there is no type “hotfxi”. Did you mean “hotfix”?',
        'p.yml:4:43: there is no role “nobody”. Known: maintainer. Declare it under roles',
        'p.yml:5:40: there is no role “nobody”. Known: maintainer. Declare it under roles',
        'p.yml:6:119: there is no source “mian”. Did you mean “main”?',
      ],
    },
    {
      name: 'a quantile that no histogram gives',
      lines: [
        'metrics: {sources: {main: {prometheus: "http://p"}}, queries: {latency: {histogram: h_seconds}}}',
        'limits: [{metric: latency-p75, breach: "> 1s", then: hold}, {metric: latency-p90, breach: "> 1s", then: hold}]',
      ],
      faults: ['p.yml:3:19: there is no metric “latency-p75”. Did you mean “latency-p95”?'],
    },
    {
      name: 'syntax, empty values, keys that stand twice',
      lines: ['environments:', '  production:', 'env: [A]', 'env: [B]', 'roles: {a: [x}'],
      faults: [
        'p.yml:3:3: “production” is empty. Write its value; null removes what a preset says, {} keeps it',
        'p.yml:5:1: this key stands twice in the same map. Keep one of the two',
        'p.yml:6:14: not YAML: a list that begins with [ has no ]. Close it, or indent it',
        'p.yml:6:15: not YAML: a map that begins with { has no }. Close it, or indent it',
      ],
    },
  ])('names $name', ({ lines, faults }) => {
    expect(read(...lines)).toEqual(faults);
  });
});

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...['b', 'c', 'd', 'e', 'f'].map(multiplied)].join('\n');

function multiplied(name: string): string {
  const before = String.fromCharCode(name.charCodeAt(0) - 1);
  return `${name}: &${name} [${`*${before}, `.repeat(10)}]`;
}

describe('a text that means harm, or is YAML’s own trap', () => {
  const at = (text: string) => {
    const read = readPolicy(`version: 1\nextends: []\n${text}\n`, aVocabulary, { path: 'p.yml' });
    return read.kind === 'faults' ? read.faults.map(formatFault) : [];
  };

  test.each([
    ['an alias that names nothing', 'roles: {a: *nope}', 'p.yml:3:12: no value above is called &nope'],
    ['an alias within what it names', 'roles: &a {x: *a}', 'p.yml:3:15: *a stands within what it names'],
    ['a merge key', 'areas: {<<: {p: {paths: [x]}}}', 'p.yml:3:9: YAML 1.2 has no merge key “<<”'],
    ['a tag that makes another value', 'timezone: !!binary aGVsbG8=', 'the tag !!binary is not read'],
    ['a tag of its own on a list', 'env: !secret [A]', 'p.yml:3:14: the tag !secret is not read'],
    ['a key that every object has', 'roles: {__proto__: [x]}', 'p.yml:3:9: “__proto__” cannot be a key'],
    ['a second document', '---\nenforce: report', 'p.yml:3:1: a second document begins here'],
    ['a word that some take for false', 'enforce: off', 'p.yml:3:10: “off” as a value'],
    ['a key that some take for true', 'roles: {on: [x]}', 'p.yml:3:9: “on” as a key'],
    [
      'a clock time without quotes',
      'windows: {deny: [{from: 12:00}]}',
      'p.yml:3:25: the clock time 12:00 is not quoted',
    ],
    ['a number that begins with zero', 'alpha: 010', 'p.yml:3:8: the number 010 begins with a zero'],
    ['a key twice, once quoted', 'roles: {a: [x], "a": [y]}', 'p.yml:3:17: this key stands twice'],
    ['levels without end', `roles: ${'['.repeat(5000)}`, 'nested too deeply'],
    [
      'a megabyte of comment',
      `# ${'x'.repeat(2 ** 20)}`,
      'p.yml:1:1: the file has 1025 KB, and at most 512 KB are read',
    ],
    ['values without end', `env: [${'A, '.repeat(21_000)}A]`, 'p.yml:1:1: the file has more than 20000 values'],
    ['aliases that multiply', bomb, 'p.yml:1:1: the file has more than 20000 values'],
  ])('is told where it stands: %s', (_, text, words) => {
    expect(at(text).join('\n')).toContain(words);
  });

  test('is no fault where it does no harm: an alias of a whole value, a CRLF, a mark of the byte order', () => {
    expect(at('roles: {a: &people [alice], b: *people}')).toEqual([]);
    expect(at('enforce: report\r')).toEqual([]);
    expect(readPolicy('\ufeffversion: 1\n', aVocabulary, { path: 'p.yml' }).kind).toBe('policy');
  });

  test('fills no log: a huge value is cut where it is quoted', () => {
    expect(Math.max(...at(`timezone: ${'x'.repeat(100_000)}`).map((line) => line.length))).toBeLessThan(1000);
  });
});
