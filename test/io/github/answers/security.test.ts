// Open alerts of GitHub's scanners and attestations: told, off, never looked, out of the token's reach.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlertSource, AlertsFact } from '../../../../src/evidence/alert.ts';
import type { NewToken } from '../../../world/github/fake.ts';
import { begin, everything, type Ground, openGround } from '../ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const main = 'refs/heads/main';

function asked(source: AlertSource, token: NewToken = everything) {
  return ground.github({}, token).ask({ kind: 'alerts', source, ref: source === 'code-scanning' ? main : '' });
}

async function told(source: AlertSource): Promise<AlertsFact> {
  const answer = await asked(source);
  if (answer.kind === 'unknown') throw new Error(answer.because);
  return answer.value;
}

describe('code scanning', () => {
  test('tells the open alerts of the ref, worst first, and the looks at it, newest first', async () => {
    const { security } = ground.repo;
    const sha = ground.repo.head();
    security.analysis({ sha: 'a'.repeat(40), at: '2026-11-20T12:00:00Z' });
    security.analysis({ sha, at: '2026-11-20T13:00:00Z', error: 'out of memory' });
    security.analysis({ sha, ref: 'refs/pull/1/merge' });
    security.codeAlert({ severity: 'low' });
    security.codeAlert({ severity: 'critical', rule: 'js/sql-injection' });
    security.codeAlert({ severity: null, level: 'error' });
    security.codeAlert({ severity: null, level: 'none' });
    security.codeAlert({ severity: 'critical', state: 'dismissed' });
    security.codeAlert({ severity: 'critical', ref: 'refs/heads/other' });

    const { open, analyses, url } = await told('code-scanning');

    expect(open.map(({ severity }) => severity)).toEqual(['critical', 'high', 'low', 'none']);
    expect(open[0]).toEqual({
      number: 2,
      severity: 'critical',
      what: 'CodeQL: js/sql-injection',
      createdAt: Date.parse(begin),
      url: 'https://github.com/octo-org/shop/security/code-scanning/2',
    });
    expect(analyses).toEqual([
      { tool: 'CodeQL', sha, at: Date.parse('2026-11-20T13:00:00Z'), error: 'out of memory' },
      { tool: 'CodeQL', sha: 'a'.repeat(40), at: Date.parse('2026-11-20T12:00:00Z'), error: '' },
    ]);
    expect(url).toBe('https://github.com/octo-org/shop/security/code-scanning');
    ground.fake.assertClean();
  });

  test('that never looked is unknown, not clean', async () => {
    ground.repo.security.codeScanning.state = 'on';

    expect(await asked('code-scanning')).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('no analysis found'),
    });
    ground.fake.assertClean();
  });
});

test('Dependabot tells open alerts over all pages, which have no numbers', async () => {
  for (let number = 1; number <= 205; number += 1) ground.repo.security.dependencyAlert({ severity: 'medium' });
  ground.repo.security.dependencyAlert({ severity: 'critical', package: 'lodash' });
  ground.repo.security.dependencyAlert({ severity: 'critical', state: 'fixed' });

  const { open, analyses } = await told('dependabot');

  expect(open).toHaveLength(206);
  expect(open[0]).toMatchObject({ severity: 'critical', what: 'lodash: lodash may be made to stop' });
  expect(analyses).toEqual([]);
  ground.fake.assertClean();
});

test('secret scanning tells of what kind the secret is, and the secret itself is not even sent', async () => {
  ground.repo.security.secretAlert({ kind: 'Slack API Token' });
  ground.repo.security.secretAlert({ kind: 'Stripe Key', state: 'resolved' });

  const answer = await asked('secret-scanning');

  expect(answer).toMatchObject({ value: { open: [{ severity: 'critical', what: 'Slack API Token' }] } });
  expect(ground.fake.log.at(-1)).toMatchObject({ status: 200 });
  ground.fake.assertClean();
});

describe.each([
  ['code-scanning', 'Code scanning is not enabled', 'security-events: read'],
  ['dependabot', 'Dependabot alerts are disabled', 'vulnerability-alerts: read'],
  ['secret-scanning', 'Secret scanning is disabled', undefined],
] as const)('%s', (source, words, permission) => {
  test('that is off is unknown, with where to turn it on', async () => {
    expect(await asked(source)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining(words),
      remedy: expect.stringContaining('Code security'),
    });
    ground.fake.assertClean();
  });

  test('out of the token’s reach is unknown, with what would reach it', async () => {
    const answer = await asked(source, { permissions: { contents: 'read' } });

    if (permission !== undefined) expect(answer).toMatchObject({ kind: 'unknown', permission });
    else expect(answer).toMatchObject({ kind: 'unknown', remedy: expect.stringContaining('`github.token` can not') });
    expect('permission' in answer).toBe(permission !== undefined);
    ground.fake.assertClean();
  });

  test.each([{ status: 502 }, { reset: true }, { status: 429, retryAfter: 1 }])(
    'is told after trouble (%j)',
    async (fault) => {
      ground.repo.security.analysis({ sha: ground.repo.head() });
      ground.repo.security.dependabot.state = 'on';
      ground.repo.security.secretScanning.state = 'on';
      ground.fake.faults.add({ match: `GET /repos/*/*/${source}/alerts`, ...fault });

      expect(await told(source)).toMatchObject({ open: [] });
    },
  );
});

describe('attestations', () => {
  const digest = `sha256:${'d'.repeat(64)}`;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ name: 'ghcr.io/acme/shop', digest: { sha256: 'd'.repeat(64) } }],
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: { ref: main, repository: 'https://github.com/octo-org/shop', path: '.github/workflows/build.yml' },
        },
        resolvedDependencies: [
          { uri: 'git+https://github.com/octo-org/shop@refs/heads/main', digest: { gitCommit: 'c'.repeat(40) } },
        ],
      },
      runDetails: {},
    },
  };
  const silent = { predicate: '', subjects: [], repository: '', workflow: '', ref: '', sha: '' };

  test('are read as they say of themselves', async () => {
    ground.repo.security.attest(digest, statement);

    expect(await ground.github().ask({ kind: 'attestations', digest })).toEqual({
      kind: 'known',
      value: [
        {
          predicate: 'https://slsa.dev/provenance/v1',
          subjects: [digest],
          repository: 'https://github.com/octo-org/shop',
          workflow: '.github/workflows/build.yml',
          ref: main,
          sha: 'c'.repeat(40),
        },
      ],
    });
    ground.fake.assertClean();
  });

  test.each([
    ['no JSON', 'hello', silent],
    ['a list', [], silent],
    [
      'another kind of statement',
      { predicateType: 'https://spdx.dev/Document', subject: [], predicate: {} },
      { ...silent, predicate: 'https://spdx.dev/Document' },
    ],
    [
      'a harmful one',
      {
        predicateType: 7,
        subject: 'x',
        predicate: { buildDefinition: { externalParameters: 1, resolvedDependencies: 2 } },
      },
      silent,
    ],
  ])('that hold %s say nothing', async (_what, held, fact) => {
    ground.repo.security.attest(digest, held);

    expect(await ground.github().ask({ kind: 'attestations', digest })).toEqual({ kind: 'known', value: [fact] });
  });

  test('that are not there are known to be none', async () => {
    expect(await ground.github().ask({ kind: 'attestations', digest })).toEqual({ kind: 'known', value: [] });
    ground.fake.assertClean();
  });

  test('out of reach name the permission', async () => {
    const { ask } = ground.github({}, { permissions: { contents: 'read' } });

    expect(await ask({ kind: 'attestations', digest })).toMatchObject({
      kind: 'unknown',
      permission: 'attestations: read',
    });
  });
});
