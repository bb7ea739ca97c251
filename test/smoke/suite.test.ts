// The suite file: what is read, and every fault with its place.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { Problem } from '../../src/kit/problem.ts';
import { formatFault } from '../../src/policy/fault.ts';
import { kindOf, suiteSchema } from '../../src/smoke/shape.ts';
import { readSuite, selected, suiteOrProblem } from '../../src/smoke/suite.ts';
import { aSuite } from './town.ts';

function faultsOf(text: string): readonly string[] {
  const read = readSuite(text, 'smoke.yml');
  return read.kind === 'faults' ? read.faults.map(formatFault) : [];
}

/** Names of all properties, at any depth of a JSON Schema. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const entries = Object.entries(schema);
  const own = entries.flatMap(([key, value]) =>
    key === 'properties' && typeof value === 'object' ? Object.keys(value ?? {}) : [],
  );
  return [...new Set([...own, ...entries.flatMap(([, value]) => keysOf(value))])];
}

const one = 'checks: [{id: home, http: {url: /}}]';

describe('a suite', () => {
  test('needs little, and has defaults', () => {
    const suite = suiteOrProblem(`version: 1\n${one}`, 'smoke.yml');

    expect(suite).toMatchObject({ path: 'smoke.yml', concurrency: { total: 16, per_host: 8 }, lines: { home: 2 } });
    expect(suite.defaults).toMatchObject({ timeout: 5_000, retry: { attempts: 3, backoff: 500 } });
    expect(suite.checks[0]).toMatchObject({ severity: 'blocking', http: { method: 'GET' }, needs: [] });
    expect(suite.digest).toMatch(/^[0-9a-f]{12}$/);
  });

  test('reads what a repository may write', () => {
    const suite = aSuite(`
name: post-deploy
budget: {suite: 5m}
vars: {mail: "smoke-{{ run.id }}@test.example"}
secrets: [SMOKE_PASSWORD]
defaults: {timeout: 2s, retry: none}
ready: {within: 1m, every: 1s, consecutive: 3, http: {url: /version}, expect: {json: {$.commit: "{{ deployment.sha }}"}}}
checks:
  - id: login
    http: {method: POST, url: /login, json: {mail: "{{ mail }}", password: "{{ secrets.SMOKE_PASSWORD }}"}}
    expect: {status: [200, 2xx], header: {content-type: {contains: json}}, json: {$.token: {type: string}}, below: 500ms}
    capture: {token: {json: $.token, secret: true}}
    retry: {attempts: 5, backoff: 100ms, for: [network, assertion, 5xx, 429]}
  - id: order
    needs: [login]
    http: {method: POST, url: /orders, headers: {authorization: "Bearer {{ token }}"}, form: {count: 1}}
    capture: {order: {header: x-order}}
    cleanup: {http: {method: DELETE, url: "/orders/{{ order }}"}}
    severity: advisory
    tags: [core]
`);

    expect(suite.ready).toMatchObject({ within: 60_000, every: 1_000, consecutive: 3 });
    expect(suite.checks.map(({ id }) => id)).toEqual(['login', 'order']);
  });
});

describe('a fault is told with its place', () => {
  test.each<[string, string, RegExp]>([
    ['no version', one, /smoke\.yml:1:1: “version” is missing/],
    ['another version', `version: 2\n${one}`, /:1:10: “2” must be 1/],
    ['no checks', 'version: 1\n', /“checks” is missing/],
    ['an empty list', 'version: 1\nchecks: []', /:2:9: .*needs at least one check/],
    [
      'a misspelt key',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {statuss: 500}}',
      /:3:38: unknown key “statuss”.*Did you mean “status”/,
    ],
    [
      'a misspelt method',
      'version: 1\nchecks:\n  - {id: a, http: {method: GTE, url: /}}',
      /:3:28: “GTE”.*Did you mean “GET”/,
    ],
    ['a status out of range', 'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: 99}}', /:3:46: /],
    [
      'a status class that is none',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: 6xx}}',
      /:3:46: .*2xx/,
    ],
    [
      'a time that is none',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, timeout: 5 apples}',
      /:3:38: “5 apples” is not a duration/,
    ],
    ['a relative url', 'version: 1\nchecks:\n  - {id: a, http: {url: health}}', /:3:25: “health” must be a path/],
    [
      'a tag to leave out that no check has',
      'version: 1\nenvironments: {production: {skip: [slow, wirtes]}}\nchecks:\n  - {id: a, tags: [slow, writes], http: {url: /}}',
      /:2:42: no check has the tag “wirtes”.*Did you mean “writes”/,
    ],
    [
      'a number in an expectation that is longer than numbers are',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {json: {$.id: {not: 9007199254740993}}}}',
      /:3:57: 9007199254740993 is too long for a number, and would be read as 9007199254740992. Write "9007199254740993", in quotes$/,
    ],
    [
      'one that is sent',
      'version: 1\nvars: {n: -12345678901234567890}\nchecks:\n  - {id: a, http: {url: /, method: POST, json: {a: [9007199254740993]}}}',
      /:4:\d+: 9007199254740993 is too long.* in quotes; to send it as a number, write the document as a text: body: '…'$/,
    ],
    [
      'two bodies',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, body: x, json: {}}}',
      /:3:19: .*only one of json, form, multipart, body, file, graphql/,
    ],
    [
      'a path that is none',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {json: {"$.a[?(": 1}}}',
      /must be a JSONPath/,
    ],
    [
      'a pattern that looks around',
      "version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {body: {matches: '(?=a)b'}}}",
      /must be a regular expression that needs linear time/,
    ],
    [
      'a capture of nothing',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, capture: {x: {secret: true}}}',
      /needs exactly one of json, header/,
    ],
    [
      'an id twice',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}}\n  - {id: a, http: {url: /}}',
      /:4:10: the id “a” stands twice/,
    ],
    [
      'an unknown need',
      'version: 1\nchecks:\n  - {id: login, http: {url: /}}\n  - {id: b, http: {url: /}, needs: [logn]}',
      /:4:37: no check has the id “logn”. Did you mean “login”/,
    ],
    [
      'a circle',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, needs: [b]}\n  - {id: b, http: {url: /}, needs: [a]}',
      /:3:36: “a” needs itself/,
    ],
    [
      'an unknown placeholder',
      'version: 1\nvars: {run: x}\nchecks:\n  - {id: a, http: {url: "/{{ rum }}"}}',
      /:4:25: nothing gives “{{ rum }}” a value here. Did you mean “run”/,
    ],
    [
      'a capture without its need',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, capture: {t: {json: $.t}}}\n  - {id: b, http: {url: "/{{ t }}"}}',
      /:4:25: nothing gives “{{ t }}”/,
    ],
    [
      'a secret nobody declared',
      'version: 1\nchecks:\n  - {id: a, http: {url: /, headers: {x: "{{ secrets.TOKEN }}"}}}',
      /nothing gives “{{ secrets\.TOKEN }}”/,
    ],
    [
      'a word that the gate cannot ask',
      'version: 1\nready: {http: {url: /}, expect: {latency: {avg: {lt: 1s}}}}\nchecks:\n  - {id: a, http: {url: /}}',
      /:2:34: “latency” cannot be asked while waiting for the version/,
    ],
    [
      'two kinds at once',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, tcp: {port: 22}}',
      /:3:5: the check asks several things: http, tcp\. Make a check of each/,
    ],
    [
      'a word of another kind, which would be asked of nothing',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {days_left: 30}}',
      /:3:38: “days_left” says nothing about a check of kind http/,
    ],
    [
      'a requirement that nobody knows',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, covers: [smoke-logn]}',
      /:3:38: the catalogue has no “smoke-logn”. Did you mean “smoke-login”/,
    ],
    [
      'assets of what gets no page',
      'version: 1\nchecks:\n  - {id: a, dns: {name: x.example}}\n  - {id: b, assets: {from: a}}',
      /:4:21: “a” is no check that gets a page/,
    ],
    [
      'a value spliced into a command',
      'version: 1\nvars: {v: x}\nchecks:\n  - {id: a, command: {run: "./x.sh {{ v }}"}}',
      /:4:22: a value would be spliced into a command.*env/,
    ],
    [
      'a value that changes with each use',
      'version: 1\nchecks:\n  - {id: a, http: {url: "/{{ uuid() }}"}}',
      /:3:25: .*makes a new value each time.*under vars/,
    ],
    [
      'a schema that cannot be used',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {schema: {$ref: "https://x.example/s.json"}}}',
      /:3:46: the schema cannot be used/,
    ],
    [
      'a file out of the repository',
      'version: 1\nchecks:\n  - {id: a, http: {method: POST, url: /, file: ../secret}}',
      /must be a path inside the repository/,
    ],
    [
      'a share of checks that may fail',
      'version: 1\nbudget: {suite: 5m, pass: 90%}\nchecks:\n  - {id: a, http: {url: /}}',
      /:2:27: “90%” is not known here/,
    ],
    ['a key twice', 'version: 1\nchecks:\n  - {id: a, http: {url: /}}\nversion: 1', /:4:1: this key stands twice/],
    ['no YAML', 'version: 1\nchecks: [', /not YAML/],
    [
      'a check of no kind',
      'version: 1\nchecks:\n  - {id: a}',
      /:3:5: the check does not say what it asks\. Give it one of/,
    ],
    [
      'a status in quotes',
      'version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {status: "200"}}',
      /:3:46: “200” must be a number. Write 200, without quotes/,
    ],
    [
      'a capture of a check that is not needed',
      'version: 1\nchecks:\n  - {id: login, http: {url: /}, capture: {token: {json: $.token}}}\n  - {id: a, http: {url: "/{{ token }}"}}',
      /:4:25: nothing gives “{{ token }}” a value here\. “login” captures it: add needs: \[login\]/,
    ],
    [
      'a capture before it is made',
      'version: 1\nchecks:\n  - {id: a, http: {url: "/{{ id }}"}, capture: {id: {json: $.id}}}',
      /:3:25: .*“a” captures it itself, after it has asked: use it in a later check, or in cleanup/,
    ],
    [
      'a placeholder of GitHub',
      'version: 1\nvars: {run: x}\nchecks:\n  - {id: a, http: {url: "/${{ run }}"}}',
      /:4:25: “\$\{\{” is filled in by GitHub in workflow files only\. Write {{ name }}, without the dollar sign/,
    ],
  ])('%s', (_name, text, fault) => {
    expect(faultsOf(text).join('\n')).toMatch(fault);
  });

  test.each([
    [
      'a placeholder without quotes in a value',
      'version: 1\nvars:\n  run: {{ uuid() }}\nchecks:\n  - {id: a, http: {url: /}}',
      'smoke.yml:3:3: {{ uuid() }} stands without quotes, so that YAML reads its braces as a map. Write "{{ uuid() }}", in quotes',
    ],
    [
      'a placeholder without quotes in a list of lines',
      'version: 1\nvars: {run: "a"}\nchecks:\n  - {id: a, http: {url: /x/{{ run }}, method: GET}}\n  - {id: b, http: {url: /}}',
      'smoke.yml:4:28: /x/{{ run }} stands without quotes, so that YAML reads its braces as a map. Write "/x/{{ run }}", in quotes',
    ],
    [
      'a tab',
      'version: 1\nchecks:\n  - id: a\n\thttp: {url: /}\n',
      /^smoke\.yml:4:1: not YAML: Tabs are not allowed as indentation(; .* from it)?\. Indent with spaces$/,
    ],
  ])('what YAML cannot read is told once: %s', (_name, text, fault) => {
    const faults = faultsOf(text);

    expect(faults).toHaveLength(1);
    if (typeof fault === 'string') expect(faults).toEqual([fault]);
    else expect(faults[0]).toMatch(fault);
  });

  test.each([
    [
      'a misspelt kind',
      '- {id: a, htpp: {url: /}}',
      /^smoke\.yml:3:13: unknown key “htpp” in checks\. Did you mean “http”\?$/,
    ],
    [
      'a misspelt word',
      '- {id: a, http: {url: /}, expect: {body: {contians: x}}}',
      /^smoke\.yml:3:45: unknown key “contians”/,
    ],
  ])('%s is one fault: what follows from it is not told', (_name, check, expected) => {
    expect(faultsOf(`version: 1\nchecks:\n  ${check}`)).toEqual([expect.stringMatching(expected)]);
  });

  test('no number that is exact, a bound or a schema is too long', () => {
    const exact = '{json: {$.a: 9007199254740991, $.b: {lt: 1e21, gt: 9007199254740993}, $.c: 0.12345678901234567}';

    expect(
      faultsOf(
        `version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: ${exact}, schema: {properties: {id: {maximum: 9223372036854775807}}}}}`,
      ),
    ).toEqual([]);
  });

  test('a list in place of a rule is told which words take one', () => {
    expect(faultsOf('version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {json: {$.a: [1]}}}')).toEqual([
      expect.stringContaining('found a list, expected a text, a number, true, false, null, or words such as'),
    ]);
  });

  test.each([
    ['probe: {http: {url: /}}, capture: {a: {json: $.a}}', /captures no json\. Remove it/],
    [
      'http: {url: /}, capture: {a: {stdout: all}}',
      /kind http captures no stdout\. Known here: json, header, html, matches/,
    ],
    ['command: {run: a}, capture: {a: {header: x-a}}', /captures no header\. Known here: json, matches, stdout/],
    [
      'dns: {name: a.example}, cleanup: {http: {url: /}}',
      /a check of kind dns makes nothing\. Give it to a check of kind/,
    ],
    ['ingest: {junit: [a.xml, /b.xml]}', /“\/b\.xml” must be a path inside the repository/],
    ["ingest: {junit: [a.xml, '!../b.xml']}", /must be a path inside the repository/],
    ["ingest: {junit: ['!a.xml']}", /needs a path without ! as well/],
    [
      'dns: {name: a.example, type: MX}, expect: {ttl: {lte: 300}}',
      /“ttl” says nothing about a check of kind dns and type MX\. Known here: answers$/,
    ],
    ['ingest: {junit: []}', /needs at least one path/],
  ])('what its kind never does is a fault: %s', (check, expected) => {
    expect(faultsOf(`version: 1\nchecks:\n  - {id: a, ${check}}`)).toEqual([expect.stringMatching(expected)]);
  });

  test.each(['{json: {$.a: {}}}', '{header: {x-a: {not: {}}}}', '{html: {h1: {count: {}}}}'])(
    'a rule without a word (%s) would hold whatever comes',
    (rule) => {
      expect(faultsOf(`version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: ${rule}}`)).toEqual([
        expect.stringContaining('a rule without a word holds whatever comes. Say what is expected'),
      ]);
    },
  );

  test('and all of them at once', () => {
    const faults = faultsOf(
      'version: 1\nname: x\nextra: 1\nchecks:\n  - {id: a, http: {url: x}, expekt: {}}\n  - {http: {url: /}}',
    );

    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      'smoke.yml:3:1',
      'smoke.yml:5:25',
      'smoke.yml:5:29',
      'smoke.yml:6:5',
    ]);
  });

  test('as one Problem of the action', () => {
    expect(() => suiteOrProblem('version: 1\nchecks:\n  - {id: a, http: {url: x}, expekt: {}}', 'smoke.yml')).toThrow(
      Problem,
    );
    expect(() => suiteOrProblem('version: 1\nchecks:\n  - {id: a, http: {url: x}, expekt: {}}', 'smoke.yml')).toThrow(
      /2 faults[\s\S]*3:25[\s\S]*3:29/,
    );
  });
});

describe('tags', () => {
  const suite = aSuite(`
checks:
  - {id: login, http: {url: /}}
  - {id: order, http: {url: /}, needs: [login], tags: [core]}
  - {id: mail, http: {url: /}, tags: [extra]}
`);

  test.each([
    [[], ['login', 'order', 'mail']],
    [['all'], ['login', 'order', 'mail']],
    [['core'], ['login', 'order']],
    [
      ['extra', 'core'],
      ['login', 'order', 'mail'],
    ],
  ])('%j select %j', (tags, ids) => {
    expect(selected(suite, { tags, environment: 'production', review: false }).map(({ id }) => id)).toEqual(ids);
  });

  test('of which one is unknown are a Problem too: what it stands for would pass unasked', () => {
    expect(() => selected(suite, { tags: ['core', 'exra'], environment: 'production', review: false })).toThrow(
      /No check of smoke.yml has the tag exra: .*Did you mean “extra”\? Its tags are core, extra/,
    );
  });

  test('that select nothing are a Problem, not a pass', () => {
    expect(() => selected(suite, { tags: ['cor'], environment: 'production', review: false })).toThrow(
      /No check of smoke.yml has the tag cor.*Its tags are core, extra/,
    );
  });
});

describe('the suites that we show', () => {
  test('the one with every word is without fault, and keeps what it says', () => {
    const suite = suiteOrProblem(readFileSync('test/smoke/whole.yml', 'utf8'), 'whole.yml');
    const kinds = [...new Set(suite.checks.map(kindOf))].sort();

    expect(kinds).toEqual(['assets', 'command', 'dns', 'http', 'probe', 'tls']);
    expect(suite).toMatchObject({
      budget: { suite: 300_000 },
      defaults: { max_body: 1_048_576, connect_timeout: 2_000 },
    });
    expect(suite.checks.find(({ id }) => id === 'cert')?.expect).toMatchObject({
      protocol: 'TLSv1.2',
      san: ['demo.shop.example'],
    });
    expect(suite.checks.find(({ id }) => id === 'ui')).toMatchObject({
      ingest: { junit: 'results.xml' },
      command: { timeout: 180_000 },
    });
  });

  const guide = readFileSync('docs/smoke.md', 'utf8');
  const shown = guide
    .split('```yaml\n')
    .slice(1)
    .map((rest) => rest.split('```')[0] ?? '')
    .filter((text) => text.startsWith('version:'));

  test.each(shown.map((text, at) => [at + 1, text]))('number %i of the guide is without fault', (_number, text) => {
    expect(faultsOf(String(text))).toEqual([]);
  });

  test('have every key that there is, in the guide', () => {
    const examples = shown.join('\n');
    const words = new Set(examples.match(/[\w$]+(?=:)/g));
    // Said in words: ways to write what an example writes shorter.
    const inWords = ['suite', 'pass', 'per_host', 'total', 'private', 'covers', 'includes', 'min', 'p90'];

    expect(shown).toHaveLength(2);
    expect(keysOf(suiteSchema()).filter((key) => !words.has(key) && !inWords.includes(key))).toEqual([]);
    for (const key of inWords) expect([key, new RegExp(`\\b${key}\\b`).test(guide)]).toEqual([key, true]);
  });
});

describe('the JSON Schema for editors', () => {
  const judge = new Ajv({ strict: false }).compile(suiteSchema());
  const folder = 'docs/examples/smoke';

  test.each([
    ['a report beside its command', 'checks: [{id: a, command: {run: x}, ingest: {junit: r.xml}, expect: {exit: 1}}]'],
    ['times of every kind', 'budget: 1.5h\nchecks: [{id: a, http: {url: /}, timeout: 500 ms}]'],
    ['a file whose name has two dots', 'checks: [{id: a, ingest: {junit: out/a..b.xml}}]'],
  ])('takes %s', (_name, text) => {
    const whole = `version: 1\n${text}`;

    expect([judge(parse(whole)), judge.errors, faultsOf(whole)]).toEqual([true, null, []]);
  });

  test.each(readdirSync(folder))('takes %s', (file) => {
    expect([judge(parse(readFileSync(join(folder, file), 'utf8'))), judge.errors]).toEqual([true, null]);
  });

  test.each([
    ['a misspelt key', 'checks: [{id: a, http: {url: /}, expct: {}}]'],
    ['a misspelt word', 'checks: [{id: a, http: {url: /}, expect: {statuss: 200}}]'],
    ['a misspelt word of a rule', 'checks: [{id: a, http: {url: /}, expect: {body: {containz: x}}}]'],
    ['another version', 'version: 2\nchecks: [{id: a, http: {url: /}}]'],
    ['no check', 'checks: []'],
    ['a check that asks nothing', 'checks: [{id: a}]'],
    ['a check that asks two things', 'checks: [{id: a, http: {url: /}, tcp: {port: 1}}]'],
    ['an id that is none', 'checks: [{id: a b, http: {url: /}}]'],
    ['a word of another kind', 'checks: [{id: a, tcp: {port: 1}, expect: {status: 200}}]'],
    ['a word beside a report', 'checks: [{id: a, ingest: {junit: r.xml}, expect: {exit: 0}}]'],
    [
      'a word that waiting does not know',
      'ready: {http: {url: /}, expect: {exit: 0}}\nchecks: [{id: a, http: {url: /}}]',
    ],
    ['a rule without a word', 'checks: [{id: a, http: {url: /}, expect: {body: {}}}]'],
    ['a negation without a word', 'checks: [{id: a, http: {url: /}, expect: {body: {not: {}}}}]'],
    ['a bound without a word', 'checks: [{id: a, probe: {http: {url: /}}, expect: {latency: {p95: {}}}}]'],
    ['a duration that is none', 'checks: [{id: a, http: {url: /}, timeout: 5 bananas}]'],
    ['a duration without a unit', 'checks: [{id: a, http: {url: /}, timeout: 5}]'],
    ['a size that is none', 'defaults: {max_body: 1GB}\nchecks: [{id: a, http: {url: /}}]'],
    ['two bodies', 'checks: [{id: a, http: {url: /, json: 1, body: x}}]'],
    ['two sources of a capture', 'checks: [{id: a, http: {url: /}, capture: {x: {json: $.a, header: b}}}]'],
    ['a capture of nothing', 'checks: [{id: a, http: {url: /}, capture: {x: {secret: true}}}]'],
    ['a file outside of the repository', 'checks: [{id: a, ingest: {junit: ../results.xml}}]'],
    ['a file of the machine', 'checks: [{id: a, http: {url: /, file: /etc/passwd}}]'],
    ['twenty-one attempts', 'checks: [{id: a, http: {url: /}, retry: {attempts: 21}}]'],
  ])('refuses %s, as the action does', (_name, text) => {
    const whole = text.startsWith('version:') ? text : `version: 1\n${text}`;

    expect([judge(parse(whole)), faultsOf(whole).length > 0]).toEqual([false, true]);
  });
});
