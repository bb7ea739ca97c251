// mode: hygiene through the procedure: one issue for each thing that is owed, updated, and closed when it is done.
import { describe, expect, test } from '@jest/globals';
import type { Inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aDeployment, aPull, aStatus, deployStory, minute, noon, sha } from '../checklist/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { given as someGiven } from './gate.ts';

const day = 24 * 60 * minute;

function given(some: Readonly<Record<string, string>> = {}): Inputs {
  return someGiven({ mode: 'hygiene', ...some });
}

/** A repository at its default branch, as a schedule sees it. */
function scheduled(policy: string, files: Readonly<Record<string, string>> = {}): MemoryWorld {
  const world = deployStory({ policy: `version: 1\n${policy}\n`, run: { event: 'schedule', sha: sha('f') } });
  world.github.deployments = [];
  for (const [path, text] of Object.entries(files)) world.github.files.set(path, text);
  return world;
}

/** Keys of the issues after a run, without the place in front. */
async function keysAfter(world: MemoryWorld): Promise<readonly string[]> {
  const outcome = await step(world, given());
  expect(outcome).toMatchObject({ verdict: 'reported', exit: 0 });
  return [...world.desk.kept.keys()].map((key) => key.replace(/^production {2}/, ''));
}

function incident(number: number, age: number, body = '') {
  return {
    ...{ number, title: 'Errors after v1.8.0', body, author: { login: 'alice', bot: false }, labels: ['incident'] },
    ...{ open: true, createdAt: noon - age, url: `https://github.example/octo-org/shop/issues/${number}` },
  };
}

describe('lines of moment: hygiene', () => {
  const line = 'checklist:\n  - {id: documents-reviewed, level: warn, moment: hygiene, every: 1 month}';
  const attested = (at: string) => ({ '.github/attestations/documents-reviewed.yml': `by: alice\nat: ${at}\n` });

  test('open an issue that says what makes it done', async () => {
    const world = scheduled(line);

    expect(await keysAfter(world)).toEqual(['line documents-reviewed']);
    const [issue] = world.desk.kept.values();
    expect(issue?.title).toContain('production: ');
    expect(issue?.lines.map(plain).join('\n')).toContain('.github/attestations/documents-reviewed.yml');
  });

  test.each([
    ['a day younger than `every`', '2026-10-19', []],
    ['older than `every`', '2026-10-16', ['line documents-reviewed']],
  ])('that somebody attested %s', async (_, at, keys) => {
    expect(await keysAfter(scheduled(line, attested(at)))).toEqual(keys);
  });

  test('close their issue when they are done, and open no second one meanwhile', async () => {
    const world = scheduled(line);
    await keysAfter(world);
    expect(await keysAfter(world)).toHaveLength(1);
    for (const [path, text] of Object.entries(attested('2026-11-16'))) world.github.files.set(path, text);

    const outcome = await step(world, given());

    expect(world.desk.kept.size).toBe(0);
    expect(plain(outcome.table?.sentence ?? '')).toContain('1 closed');
  });

  test('that only inform open none, and are listed', async () => {
    const world = scheduled(line.replace('level: warn', 'level: info'));

    expect(await keysAfter(world)).toEqual([]);
    expect((await step(world, given())).table?.title).toBe('Hygiene of production: 1 of 1 open');
  });

  test('leave the issues of another environment alone', async () => {
    const world = scheduled(line, attested('2026-11-16'));
    world.desk.kept.set('staging  line documents-reviewed', {
      key: 'staging  line documents-reviewed',
      title: '',
      lines: [],
    });

    await step(world, given());

    expect(world.desk.kept.size).toBe(1);
  });
});

describe('a line about flags that no provider can be asked for', () => {
  const line = 'checklist:\n  - {id: flag-removed-after-full, level: warn, moment: hygiene, every: 1 month}';

  test.each([
    ['no provider', line],
    ['no word how soon', `flags: {provider: file}\n${line}`],
  ])('is said by people: %s', async (_name, policy) => {
    expect(await keysAfter(scheduled(policy))).toEqual(['line flag-removed-after-full']);
  });

  test('is found at the provider as soon as it can be', async () => {
    const world = scheduled(`flags: {provider: file, remove-after-full: 14d}\n${line}`, { 'flags.yml': '' });

    expect(await keysAfter(world)).toEqual([]);
  });
});

describe('stale flags', () => {
  const flags = 'flags: {provider: file, max-age: 3 months, remove-after-full: 14d}';
  const file = (text: string) => ({ 'flags.yml': text });
  const dated = (days: number) => new Date(noon - days * day).toISOString().slice(0, 10);

  test.each([
    [89, []],
    [92, ['flag new-checkout']],
  ])('made %i days ago', async (days, keys) => {
    expect(await keysAfter(scheduled(flags, file(`new-checkout: {enabled: true, created: ${dated(days)}}`)))).toEqual(
      keys,
    );
  });

  test.each([
    [13, []],
    [15, ['flag new-checkout']],
  ])('whose deployment succeeded %i days ago', async (days, keys) => {
    const world = scheduled(flags, file('new-checkout: {enabled: true}'));
    const at = noon - days * day;
    world.github.pulls.set(470, aPull({ number: 470, body: 'Flag: new-checkout' }));
    world.github.deployments = [
      aDeployment({
        id: 8001,
        sha: sha('b'),
        createdAt: at,
        statuses: [aStatus('success', 'canary complete: blue 100 %', at)],
      }),
    ];

    expect(await keysAfter(world)).toEqual(keys);
  });

  test('that nobody can date are asked for their date, archived ones are gone', async () => {
    const world = scheduled(flags, file('young: {enabled: true}\nold: {archived: true, created: 2020-01-01}'));

    expect(await keysAfter(world)).toEqual(['flag young']);
  });

  test('of a provider that does not answer leave their issue open', async () => {
    const world = scheduled(
      'flags: {provider: unleash, url: "https://flags.example", token: "${TOKEN}", max-age: 3 months}\nenv: [TOKEN]\nrollback: {flag: new-checkout}',
    );
    const key = 'production  flag new-checkout';
    world.desk.kept.set(key, { key, title: '', lines: [] });
    world.github.silent.set('flag', { kind: 'unknown', because: 'unleash does not answer', remedy: 'wait' });

    await step(world, given());

    expect([...world.desk.kept.keys()]).toEqual([key]);
  });
});

describe('upkeep', () => {
  const rollback = 'rollback: {follow-up: {postmortem: 48h}}';

  test.each([
    ['due', incident(491, 47 * 60 * minute), []],
    ['overdue', incident(491, 49 * 60 * minute), ['post-mortem 491']],
    ['written', incident(491, 49 * 60 * minute, '## Root cause\n\nA missing index.'), []],
    [
      'an empty section',
      incident(491, 49 * 60 * minute, '## Root cause\n<!-- what happened -->\n'),
      ['post-mortem 491'],
    ],
  ])('a post-mortem that is %s', async (_, issue, keys) => {
    const world = scheduled(rollback);
    world.github.issues = [issue];

    expect(await keysAfter(world)).toEqual(keys);
  });

  test('issues that cannot be read close no post-mortem', async () => {
    const world = scheduled(rollback);
    world.desk.kept.set('production  post-mortem 491', { key: 'production  post-mortem 491', title: '', lines: [] });
    world.github.silent.set('issues', { kind: 'unknown', because: 'the token lacks `issues: read`', remedy: 'add it' });

    expect(await keysAfter(world)).toEqual(['post-mortem 491']);
  });

  test.each([
    ['2026-11-18', []],
    ['2026-11-16', ['attestation kill-switches']],
  ])('an attestation that expires on %s', async (expires, keys) => {
    const text = `by: alice\nat: 2026-08-01\nexpires: ${expires}\n`;

    expect(await keysAfter(scheduled('', { '.github/attestations/kill-switches.yml': text }))).toEqual(keys);
  });

  test.each([
    [59, []],
    [61, ['caretaker']],
  ])('a caretaker that came %i minutes ago', async (minutes, keys) => {
    const world = scheduled('caretaker: {workflow: caretaker.yml, every: 5m}');
    const run = {
      id: 1,
      attempt: 1,
      path: '.github/workflows/caretaker.yml',
      event: 'schedule',
      headSha: sha('f'),
      headBranch: 'main',
    };
    world.github.workflowRuns.set('caretaker.yml', [
      {
        ...run,
        status: 'completed',
        createdAt: noon - minutes * minute,
        actor: 'bot',
        url: 'https://github.example/run',
      },
    ]);

    expect(await keysAfter(world)).toEqual(keys);
  });
});

describe('what a deployment owes', () => {
  test('opens an issue when it is overdue', async () => {
    const world = scheduled('checklist:\n  - {id: retrospective, moment: after, within: 7d}');
    const at = noon - 8 * day;
    world.github.pulls.set(470, aPull({ number: 470 }));
    world.github.deployments = [
      aDeployment({
        id: 8001,
        sha: sha('f'),
        createdAt: at,
        statuses: [aStatus('success', 'canary complete: blue 100 %', at)],
      }),
    ];

    expect(await keysAfter(world)).toEqual(['owed-8001-retrospective']);
  });
});

describe('what hygiene may write', () => {
  const line = 'checklist:\n  - {id: documents-reviewed, level: warn, moment: hygiene, every: 1 month}';

  test('dry-run lists and writes nothing', async () => {
    const world = scheduled(line);

    const outcome = await step(world, given({ 'dry-run': 'true' }));

    expect(world.desk.kept.size).toBe(0);
    expect(plain(outcome.table?.sentence ?? '')).toContain('Nothing was written');
    expect(outcome.table?.rows[0]?.[0]).toBe('✗ open');
  });

  test('a token that may not is told the permission, and the verdict stays', async () => {
    const world = scheduled(line);
    world.desk.refuses = 'the token lacks `issues: write`';

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'reported', exit: 0 });
    expect(outcome.warnings.join(' ')).toContain('issues: write');
  });
});
