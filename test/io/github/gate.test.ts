// A whole gate over HTTP while GitHub has trouble half-way: what is retried comes through, what stays away is named and keeps the gate shut.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inquire } from '../../../src/checklist/inquiry.ts';
import { judge } from '../../../src/checklist/judge.ts';
import { scopeOf } from '../../../src/checklist/scope.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { effectiveOf, trustedPolicy } from '../../../src/policy/trusted.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import type { Run } from '../../../src/world.ts';
import type { NewToken, Pull } from '../../world/github/fake.ts';
import { memoryWorld } from '../../world/memory/world.ts';
import { everything, type Ground, openGround } from './ground.ts';

let ground: Ground;
let pull: Pull;
beforeEach(async () => {
  ground = await openGround();
  const { repo } = ground;
  const policy = `version: 1
checklist:
  - ci-all-green
  - {id: code-review-approved, with: {count: 1}}
  - {id: coverage-minimum, with: {from: {artifact: coverage, workflow: ci.yml}}}
  - {id: security-scan-clean, with: {from: [code-scanning, dependabot]}}
  - {id: runbook, title: Runbook, file: {path: docs/runbook.md}}
plans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}
`;
  repo.commit({ files: { '.github/deploy-policy.yml': policy } });
  const head = repo.commit({ branch: 'topic', files: { 'src/a.ts': 'a\n', 'docs/runbook.md': '# Run\n' } });
  pull = repo.openPull({ branch: 'topic', title: 'Add a', author: 'alice' });
  repo.review(pull, { user: 'bob' });
  repo.collaborator('bob', 'write');
  const jobs = [{ name: 'test', conclusion: 'success' }] as const;
  const run = repo.workflowRun({
    path: '.github/workflows/ci.yml',
    headSha: head.sha,
    event: 'pull_request',
    conclusion: 'success',
    jobs,
  });
  repo.artifact({ run, name: 'coverage', files: { 'lcov.info': 'SF:a.ts\nDA:1,1\nLF:1\nLH:1\nend_of_record\n' } });
  repo.security.analysis({ sha: head.sha, ref: `refs/pull/${pull.number}/merge` });
  repo.security.dependabot.state = 'on';
});
afterEach(async () => {
  await ground.close();
});

/** The verdict, and the words of each line that is not met. */
async function gate(token: NewToken = everything): Promise<{ readonly verdict: string; readonly open: string }> {
  const { headSha, baseSha, number } = pull;
  const run: Run = {
    ...memoryWorld().run,
    ...{
      event: 'pull_request',
      ref: `refs/pull/${number}/merge`,
      sha: headSha,
      id: 7,
      job: 'gate',
      serverUrl: 'https://github.com',
    },
    pull: { number, headSha, baseSha, fork: false, labels: [] },
  };
  const { ask } = ground.github({ run }, token);
  const place = { path: '.github/deploy-policy.yml', source: 'trusted', run } as const;
  const policy = effectiveOf(await trustedPolicy(ask, place, vocabulary), { environment: 'production', leg: '' });
  const seen = await inquire(ask, {
    policy,
    scope: scopeOf(run, { moment: '', expectedSha: '' }, policy),
    run,
    override: { ids: [], reason: '' },
    type: '',
    artifact: [],
    now: ground.clock.now(),
    plannedStart: undefined,
    guard: () => ({ kind: 'holds' }),
  });
  const open = seen.findings.filter(
    ({ outcome }) => outcome === 'fail' || outcome === 'unknown' || outcome === 'waiting',
  );
  const words = open.map(({ id, outcome, evidence, todo }) => `${id} ${outcome}: ${plain(evidence)}; ${plain(todo)}`);
  return { verdict: judge(seen.findings).verdict, open: words.join('\n') };
}

test('opens when all is well', async () => {
  expect(await gate()).toEqual({ verdict: 'open', open: '' });
  ground.fake.assertClean();
});

const shop = '/repos/octo-org/shop';
const routes = [
  `GET ${shop}/commits/*/check-runs`,
  `GET ${shop}/commits/*/statuses`,
  `GET ${shop}/actions/runs`,
  `GET ${shop}/actions/workflows/*/runs`,
  `GET ${shop}/actions/runs/*/artifacts`,
  `GET ${shop}/actions/artifacts/*/zip`,
  `GET ${shop}/compare/**`,
  `GET ${shop}/collaborators/*/permission`,
  `GET ${shop}/code-scanning/alerts`,
  `GET ${shop}/code-scanning/analyses`,
  `GET ${shop}/dependabot/alerts`,
];

describe.each(routes)('trouble at %s', (match) => {
  test.each([
    ['a 500', { status: 500 }],
    ['a 502 twice', { status: 502, times: 2 }],
    ['a broken connection', { reset: true }],
    ['an answer that broke off', { status: 200, body: '[{"id":' }],
    ['a secondary limit', { status: 403, retryAfter: 2 }],
  ])('that passes (%s) does not show', async (_what, fault) => {
    ground.fake.faults.add({ match, ...fault });

    expect(await gate()).toEqual({ verdict: 'open', open: '' });
  });

  test.each([
    ['is broken', { status: 503 }, 'trouble of its own (503)'],
    ['is silent', { reset: true }, 'connection to GitHub broke'],
    ['has enough of us', { status: 429, retryAfter: 3600 }, 'rate limit is spent'],
  ])('that stays (%s) is named, and nothing passes by it', async (_what, fault, words) => {
    ground.fake.faults.add({ match, times: 99, ...fault });

    const { verdict, open } = await gate();

    expect(verdict).toBe('closed');
    expect(open).toContain(words);
  });
});

test('GraphQL that is down altogether does not show: each fact has its way over REST', async () => {
  ground.fake.faults.add({ match: 'POST /graphql', times: 999, status: 502 });

  expect(await gate()).toEqual({ verdict: 'open', open: '' });
});

test.each(['checks', 'statuses', 'actions', 'pull-requests', 'security-events', 'vulnerability-alerts'])(
  'a token without %s closes the gate and says which line is missing',
  async (missing) => {
    const all = [
      'contents',
      'checks',
      'statuses',
      'actions',
      'pull-requests',
      'deployments',
      'security-events',
      'vulnerability-alerts',
    ];
    const permissions = Object.fromEntries(
      all.filter((name) => name !== missing).map((name) => [name, 'read' as const]),
    );

    const { verdict, open } = await gate({ permissions });

    expect(verdict).toBe('closed');
    expect(open).toContain(`${missing}: read`);
  },
);
