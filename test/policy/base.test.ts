// Bases of other repositories: how they are named, what they bring, what they lock, and how a run reads them.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../src/evidence/answer.ts';
import { effective } from '../../src/policy/effective.ts';
import { emergencyPolicy } from '../../src/policy/emergency.ts';
import { formatFault } from '../../src/policy/fault.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { memoryWorld, sha } from '../world/memory/world.ts';
import { presetTexts } from './preset-texts.ts';
import { aVocabulary } from './vocabulary.ts';

const name = `acme/platform//deploy/base.yml@${sha('a')}`;
const short = 'acme/platform//deploy/base.yml@aaaaaaa';
const path = '.github/deploy-policy.yml';

function read(base: string, ...lines: readonly string[]) {
  const text = `version: 1\nextends: ["${name}"]\n${lines.join('\n')}\n`;
  return readPolicy(text, aVocabulary, { path: 'p.yml', bases: new Map([[name, base]]) });
}

function faults(base: string, ...lines: readonly string[]): readonly string[] {
  const told = read(base, ...lines);
  return told.kind === 'faults' ? told.faults.map(formatFault) : [];
}

describe('a base of another repository', () => {
  test('is merged under the file, on the presets that it names itself', () => {
    const base = 'version: 1\nextends: starter@1\nrollback: {min-age: 3h}\nalpha: 2 %\n';

    const told = read(base, 'alpha: 1 %');

    expect(told).toMatchObject({ kind: 'policy', policy: { presets: [name] } });
    expect(told.kind === 'policy' && told.policy.shape).toMatchObject({
      alpha: 0.01,
      rollback: { 'min-age': 10_800_000 },
    });
    expect(told.kind === 'policy' && Object.keys(told.policy.shape.plans)).toContain('canary');
  });

  test('without extends stands on nothing', () => {
    const told = read('version: 1\nalpha: 2 %\n');

    expect(told.kind === 'policy' && told.policy.shape.plans).toEqual({});
  });

  test.each([
    ['a short sha', 'acme/platform//base.yml@0123abc', 'has a short sha'],
    ['a branch', 'acme/platform//base.yml@main', 'is not at a commit'],
    ['a tag', 'acme/platform//base.yml@v1.2.3', 'is not at a commit'],
    ['no commit at all', 'acme/platform//base.yml', 'does not say at which commit'],
    ['a path that leaves the repository', `acme/platform//../../user@${sha('a')}`, 'is no file of a repository'],
    ['no repository', `platform//base.yml@${sha('a')}`, 'is no file of a repository'],
  ])('named with %s is a fault', (_case, named, words) => {
    const told = readPolicy(`version: 1\nextends: ["${named}"]\n`, aVocabulary, { path: 'p.yml' });

    expect(told.kind === 'faults' && told.faults.map(formatFault).join('\n')).toContain(
      `p.yml:2:11: “${named}” ${words}`,
    );
  });

  test('may be the only one, and stands on no other repository itself', () => {
    const two = readPolicy(`version: 1\nextends: ["${name}", "acme/b//b.yml@${sha('b')}"]\n`, aVocabulary, {
      path: 'p.yml',
      bases: new Map([
        [name, 'version: 1\n'],
        [`acme/b//b.yml@${sha('b')}`, 'version: 1\n'],
      ]),
    });

    expect(two.kind === 'faults' && two.faults.map(formatFault).join()).toContain(
      'a second base of another repository',
    );
    expect(faults(`version: 1\nextends: ["acme/b//b.yml@${sha('b')}"]\n`).join()).toContain(`${short}:2:11: “acme/b`);
  });

  test('has its faults told with its own path and lines', () => {
    expect(faults('version: 1\nchecklst: []\nrollback: {min-age: soon}\n')).toEqual([
      `${short}:2:1: unknown key “checklst”. Did you mean “checklist”?`,
      expect.stringContaining(`${short}:3:21: `),
    ]);
  });
});

const locking = (body: string, ...keys: readonly string[]) =>
  `version: 1\ntimezone: UTC\nenvironments: {production: {}}\nroles: {lead: [alice]}\n${body}\nlocked: [${keys.join(', ')}]\n`;

describe('a locked key', () => {
  const deny = 'windows: {deny: [{days: [fri], from: "12:00"}, {dates: "2026-12-20..2027-01-03"}]}';
  const limits = 'limits: [{id: errors, metric: error-rate, breach: "> 5 %", for: 2m, then: rollback}]';
  const asked = 'checklist: [ci-all-green, {id: code-review-approved, with: {count: 2}}]';

  test.each([
    [
      'a list that grows',
      deny,
      'windows.deny',
      'windows: {deny: [{days: [fri], from: "12:00"}, {dates: "2026-12-20..2027-01-03"}, {days: [sat]}]}',
    ],
    ['a line more, without repeating what is locked', deny, 'windows.deny', 'windows: {deny: [{days: [sat]}]}'],
    ['a line that denies more', deny, 'windows', 'windows: {deny: [{days: [thu, fri], from: "11:00"}]}'],
    [
      'another freeze',
      deny,
      'windows',
      'windows: {deny: [{dates: "2026-08-01..2026-08-14"}], holidays: ["2026-05-01"]}',
    ],
    [
      'fewer and shorter windows, of a worse grade',
      'windows: {allow: [{days: [tue, wed], from: "10:00", to: "14:00"}, {days: [thu]}]}',
      'windows.allow',
      'windows: {allow: [{days: [wed], from: "11:00", to: "12:00", grade: discouraged}]}',
    ],
    [
      'one window out of two that meet',
      'windows: {allow: [{days: [tue], from: "10:00", to: "12:00"}, {days: [tue], from: "12:00", to: "14:00"}]}',
      'windows.allow',
      'windows: {allow: [{days: [tue], from: "11:00", to: "13:00"}]}',
    ],
    ['a breach that comes sooner', limits, 'limits', 'limits: [{id: errors, breach: "> 4 %", for: 1m}]'],
    [
      'a limit more',
      limits,
      'limits',
      'limits: [{metric: latency, breach: "> 2s", then: hold}]\nmetrics: {sources: {p: {prometheus: "http://p"}}, queries: {latency: {value: x}}}',
    ],
    ['more reviews', asked, 'checklist', 'checklist: [{id: code-review-approved, with: {count: 3}}]'],
    ['a criterion more', asked, 'checklist', 'checklist: [changelog-updated]'],
    [
      'a larger number where more is stricter',
      'rollback: {min-age: 1h}',
      'rollback.min-age',
      'rollback: {min-age: 2h}',
    ],
    ['a smaller one where less is', 'rollback: {budget: 5m}', 'rollback.budget', 'rollback: {budget: 4m}'],
    ['a harder word', 'enforce: report', 'enforce', 'enforce: full'],
    [
      'a shorter list of what may be set aside',
      'overrides: {allow: [behind, ref], by: [lead]}',
      'overrides',
      'overrides: {allow: [ref]}',
    ],
    ['the same again, written otherwise', 'rollback: {min-age: 1h}', 'rollback.min-age', 'rollback: {min-age: 60m}'],
  ])('may be tightened: %s', (_case, body, key, own) => {
    expect(faults(locking(body, key), own)).toEqual([]);
  });

  test.each([
    [
      'a line that denies less',
      deny,
      'windows.deny',
      'windows: {deny: [{days: [fri], from: "13:00"}]}',
      'p.yml:3:18: windows.deny denies less than {"days":["fri"],"from":"12:00"}',
      5,
    ],
    [
      'a line that denies a part of a freeze',
      deny,
      'windows.deny',
      'windows: {deny: [{dates: "2026-12-20..2026-12-31"}]}',
      'p.yml:3:18: windows.deny denies less than',
      5,
    ],
    [
      'a longer window',
      'windows: {allow: [{days: [tue, wed], from: "10:00", to: "14:00"}]}',
      'windows.allow',
      'windows: {allow: [{days: [tue], from: "10:00", to: "15:00"}]}',
      'p.yml:3:19: windows.allow gets',
      5,
    ],
    [
      'a better grade',
      'windows: {allow: [{days: [tue], from: "10:00", to: "14:00", grade: acceptable}]}',
      'windows.allow',
      'windows: {allow: [{days: [tue], from: "10:00", to: "14:00", grade: optimal}]}',
      'p.yml:3:19: windows.allow gets',
      5,
    ],
    [
      'no window at all, which opens every hour',
      'windows: {allow: [{days: [tue], from: "10:00", to: "14:00"}]}',
      'windows.allow',
      'windows: {allow: []}',
      'p.yml:3:18: windows.allow is emptied',
      5,
    ],
    ['a key that is removed', deny, 'windows.deny', 'windows: {deny: null}', 'p.yml:3:17: windows.deny is removed', 5],
    [
      'a block that is removed',
      'rollback: {min-age: 1h}',
      'rollback.min-age',
      'rollback: null',
      'p.yml:3:11: rollback.min-age is removed',
      5,
    ],
    [
      'a breach that comes later',
      limits,
      'limits',
      'limits: [{id: errors, breach: "> 6 %"}]',
      'p.yml:3:31: limits.errors.breach goes from > 5 % to > 6 %',
      5,
    ],
    [
      'a longer wait',
      limits,
      'limits',
      'limits: [{id: errors, for: 3m}]',
      'p.yml:3:28: limits.errors.for goes from 2m to 3m',
      5,
    ],
    [
      'a milder action',
      limits,
      'limits',
      'limits: [{id: errors, then: hold}]',
      'p.yml:3:29: limits.errors.then goes from rollback to hold',
      5,
    ],
    [
      'a limit that counts only sometimes',
      limits,
      'limits',
      'limits: [{id: errors, during: [watch]}]',
      'limits.errors.during is added',
      5,
    ],
    [
      'fewer reviews',
      asked,
      'checklist',
      'checklist: [{id: code-review-approved, with: {count: 1}}]',
      'checklist.code-review-approved.with.count goes from 2 to 1',
      5,
    ],
    [
      'a lower level',
      asked,
      'checklist',
      'checklist: [{id: ci-all-green, level: warn}]',
      'p.yml:3:32: checklist.ci-all-green.level is added',
      5,
    ],
    [
      'a criterion asked only of some changes',
      asked,
      'checklist',
      'checklist: [{id: ci-all-green, when: {labels: [x]}}]',
      'checklist.ci-all-green.when is added',
      5,
    ],
    [
      'a criterion that gets evidence of its own',
      asked,
      'checklist',
      'checklist: [{id: ci-all-green, command: ./yes.sh}]',
      'checklist.ci-all-green.command is added',
      5,
    ],
    ['a softer word', 'enforce: full', 'enforce', 'enforce: report', 'p.yml:3:10: enforce goes from full to report', 5],
    [
      'a softer word in one environment',
      'enforce: full',
      'enforce',
      'environments: {production: {enforce: report}}',
      'p.yml:3:38: enforce goes from full to report',
      5,
    ],
    [
      'a removal in one environment',
      deny,
      'windows.deny',
      'environments: {production: {windows: {deny: null}}}',
      'p.yml:3:45: windows.deny is removed',
      5,
    ],
    [
      'more that may be set aside',
      'overrides: {allow: [ref], by: [lead]}',
      'overrides',
      'overrides: {allow: [ref, behind]}',
      'overrides.allow gets behind',
      5,
    ],
    [
      'more who may',
      'overrides: {allow: [ref], by: [lead]}',
      'overrides',
      'roles: {dev: [bob]}\noverrides: {by: [lead, dev]}',
      'overrides.by gets dev',
      5,
    ],
    [
      'a text, of which nobody can tell',
      'rollback: {workflow: back.yml}',
      'rollback.workflow',
      'rollback: {workflow: other.yml}',
      'which is not known to be stricter',
      5,
    ],
  ])('is a fault that names both lines when loosened: %s', (_case, body, key, own, words, line) => {
    const told = faults(locking(body, key), own);

    expect(told).toHaveLength(1);
    expect(told[0]).toContain(words);
    expect(told[0]).toContain(`${short}:${line} locks it`);
  });

  test.each([...presetTexts])('holds against nobody who changes nothing: %s with everything locked', (_name, text) => {
    const keys = [...text.matchAll(/^([a-z-]+):/gm)].map((match) => match[1]).filter((key) => key !== 'version');
    const zone = keys.includes('timezone') ? '' : 'timezone: UTC\n';
    const base = `${text}\n${zone}locked: [${keys.join(', ')}]\n`;

    expect(faults(base)).toEqual([]);
    const again = faults(base, text.replace('version: 1', ''));
    expect(again.filter((line) => line.includes('locks it'))).toEqual([]);
  });

  test('of the checklist stays required: no list of what alone is required leaves it out', () => {
    const base = locking('checklist: [ci-all-green, {id: changelog-updated, level: info}]', 'checklist');

    expect(faults(base, 'types: {hotfix: {when: {labels: [hotfix]}, required-only: [code-review-approved]}}')).toEqual([
      `p.yml:3:59: types.hotfix.required-only leaves out ci-all-green, and ${short}:5 locks it. Keep what the base says, or make it stricter; only the base itself may loosen it`,
    ]);
    expect(faults(base, 'environments: {production: {required-only: [ci-all-green]}}')).toEqual([]);
  });

  test('of the windows keeps its lines beside those of the file, in every environment', () => {
    const text = `version: 1\nextends: ["${name}"]\nwindows: {deny: [{days: [sat]}]}\nenvironments: {production: {windows: {deny: [{days: [sun]}], holidays: ["2026-05-01"]}}}\n`;
    const body = 'windows: {deny: [{days: [fri], from: "12:00"}], holidays: ["2026-12-25"]}';
    const read = readPolicy(text, aVocabulary, { path: 'p.yml', bases: new Map([[name, locking(body, 'windows')]]) });
    const seen =
      read.kind === 'policy' ? effective(read.policy, { environment: 'production', leg: undefined }) : undefined;
    const windows = seen?.kind === 'effective' ? seen.effective.windows : undefined;

    expect(read).toMatchObject({ policy: { shape: { windows: { deny: [{ days: ['fri'] }, { days: ['sat'] }] } } } });
    expect(windows?.deny.map(({ days }) => days)).toEqual([['fri'], ['sun']]);
    expect(windows?.holidays).toEqual(['2026-12-25', '2026-05-01']);
  });

  test('of the windows holds by the clock of the base', () => {
    const told = faults(locking(deny, 'windows.deny'), 'timezone: Asia/Tokyo');

    expect(told).toEqual([expect.stringContaining(`p.yml:3:11: timezone goes from UTC to Asia/Tokyo`)]);
  });

  test('that the base does not say is a fault of the base', () => {
    expect(faults(locking('enforce: full', 'enforc'))).toEqual([
      `${short}:6:10: “enforc” is locked, and the base says nothing there. Did you mean “enforce”?`,
    ]);
  });

  test('binds presets that are laid over the base too', () => {
    const base = locking('rollback: {min-age: 2h}', 'rollback.min-age');
    const text = `version: 1\nextends: ["${name}", starter@1]\n`;
    const told = readPolicy(text, aVocabulary, { path: 'p.yml', bases: new Map([[name, base]]) });

    expect(told.kind === 'faults' && told.faults.map(formatFault).join()).toMatch(
      /^preset starter@1:\d+:\d+: rollback.min-age goes from 2h to 1h/,
    );
  });
});

describe('reading a base', () => {
  const own = `version: 1\nextends: ["${name}"]\nenvironments: {production: {}}\ntraffic: {router: command, get: ./get.sh, set: ./set.sh}\n`;
  const place = (world: ReturnType<typeof memoryWorld>) => ({ path, source: 'trusted' as const, run: world.run });

  test('asks the other repository at the commit, once the file has named it', async () => {
    const world = memoryWorld({ policy: own });
    world.github.foreign.set(name, 'version: 1\nextends: starter@1\nrollback: {min-age: 3h}\n');

    const trusted = await trustedPolicy(world.ask, place(world), vocabulary);

    expect(effectiveOf(trusted, { environment: 'production', leg: '' }).rollback.minAgeMs).toBe(10_800_000);
    expect(world.github.asked.at(-1)).toEqual({
      kind: 'foreign-file',
      repository: 'acme/platform',
      path: 'deploy/base.yml',
      sha: sha('a'),
    });
  });

  test.each([
    ['is not there, or not to be seen', undefined, /GitHub finds nothing there \(404\)/],
    [
      'is forbidden',
      { ...unknown('the token lacks `contents: read`', 'add it'), permission: 'contents: read' },
      /the token lacks/,
    ],
  ])('that %s is a Problem: what, where, and which token would do', async (_case, silent, words) => {
    const world = memoryWorld({ policy: own });
    if (silent !== undefined) world.github.silent.set('foreign-file', silent);

    const reading = trustedPolicy(world.ask, place(world), vocabulary);

    await expect(reading).rejects.toThrow(words);
    await expect(trustedPolicy(world.ask, place(world), vocabulary)).rejects.toMatchObject({
      parts: {
        where: `${path}:2:11`,
        reason: 'policy-base-unreadable',
        fix: expect.stringMatching(/a token with contents: read on acme\/platform\.$/),
      },
    });
  });

  const port = { vocabulary, sleep: () => new Promise<void>(() => undefined) };

  test('is no condition of a rollback: the file’s own traffic serves, and the report says so', async () => {
    const world = memoryWorld({ policy: own });
    world.github.silent.set('foreign-file', unknown('GitHub has trouble', 'wait'));

    const { trusted, because } = await emergencyPolicy(world.ask, { ...place(world), named: false }, port);

    expect(effectiveOf(trusted, { environment: 'production', leg: '' }).traffic?.router).toBe('command');
    expect(because.join()).toContain(
      `left out, its own traffic and rollback are used: The base ${short} cannot be read`,
    );
  });

  test('keeps nobody waiting in a rollback', async () => {
    const world = memoryWorld({ policy: own, run: { event: 'workflow_dispatch' } });
    world.github.workspace.set(path, own);
    const ask: typeof world.ask = (question) =>
      question.kind === 'foreign-file' ? new Promise(() => undefined) : world.ask(question);

    const { because } = await emergencyPolicy(
      ask,
      { ...place(world), named: true },
      { ...port, sleep: async () => undefined },
    );

    expect(because.join()).toContain('did not answer within 2 s');
  });

  test('with faults elsewhere still gives a rollback its traffic', async () => {
    const world = memoryWorld({ policy: `version: 1\nextends: ["${name}"]\nenvironments: {production: {}}\n` });
    world.github.foreign.set(
      name,
      'version: 1\nchecklst: []\ntraffic: {router: command, get: ./get.sh, set: ./set.sh}\n',
    );

    const { trusted, because } = await emergencyPolicy(world.ask, { ...place(world), named: false }, port);

    expect(effectiveOf(trusted, { environment: 'production', leg: '' }).traffic?.router).toBe('command');
    expect(because.join()).toContain('faults outside of what a rollback needs');
  });
});
