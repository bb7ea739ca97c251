// How the environment is deployed, by its Deployments: with a log, by workflows, and by everyone.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../../src/evidence/fact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { aDeployment, aStatus, deployStory, findingOf, minute, noon, sha } from '../story.ts';

const day = 24 * 60 * minute;
const ours = aDeployment({ id: 8001, sha: sha('b') });

function foreign(given: Partial<DeploymentFact> = {}): DeploymentFact {
  const logUrl = 'https://github.example/octo-org/shop/actions/runs/1/job/2';
  const status = { ...aStatus('success', ''), logUrl };
  return { ...ours, id: 8002, payload: {}, creator: 'dave', createdAt: noon - day, statuses: [status], ...given };
}

function judged(line: string, deployments: readonly DeploymentFact[]) {
  const change = ({ github }: ReturnType<typeof deployStory>) => {
    github.deployments = [...deployments];
  };
  return findingOf(deployStory, line, { change });
}

const elsewhere = [{ ...aStatus('success', ''), logUrl: 'https://ci.example/build/7' }];
const old = noon - 91 * day;

test.each([
  ['ours', [ours], 'pass', 'pass'],
  ['of another workflow', [ours, foreign()], 'pass', 'pass'],
  ['with a log elsewhere', [ours, foreign({ statuses: elsewhere })], 'pass', 'fail'],
  ['without a log', [ours, foreign({ statuses: [{ ...aStatus('success', ''), logUrl: '' }] })], 'fail', 'fail'],
  ['without a status', [ours, foreign({ statuses: [] })], 'fail', 'fail'],
  ['without one, long ago', [ours, foreign({ statuses: [], createdAt: old })], 'pass', 'pass'],
  ['a lock', [ours, foreign({ task: 'deploy:lock', statuses: [] })], 'pass', 'pass'],
  ['none', [], 'not-applicable', 'not-applicable'],
])('deployments %s: %#', async (_what, deployments, logged, automated) => {
  expect((await judged('audit-logging', deployments)).outcome).toBe(logged);
  expect((await judged('deployment-steps-automated', deployments)).outcome).toBe(automated);
});

test('a deployment by hand is named with its maker', async () => {
  const finding = await judged('deployment-steps-automated', [foreign({ statuses: [] })]);

  expect(plain(finding.evidence)).toBe('made by no workflow: deployment 8002 by dave');
});

test.each(['audit-logging', 'deployment-steps-automated'])('%s is unknown where nobody tells', async (id) => {
  const change = ({ github }: ReturnType<typeof deployStory>) =>
    void github.silent.set('deployments', unknown('GitHub is down', 'wait'));

  expect((await findingOf(deployStory, id, { change })).outcome).toBe('unknown');
});

describe('knowledge-everyone-can-deploy', () => {
  const line = '{id: knowledge-everyone-can-deploy, with: {role: sre}}';
  const by = (actors: readonly string[], createdAt = noon - day, own = line) =>
    findingOf(deployStory, own, {
      change: ({ github }) => {
        github.deployments = actors.map((_actor, index) =>
          aDeployment({
            id: 8001 + index,
            sha: sha('b'),
            createdAt,
            payload: { run: { id: 6001 + index, attempt: 1, url: 'https://github.example/r' } },
          }),
        );
        for (const [index, actor] of actors.entries())
          github.runs.set(6001 + index, {
            id: 6001 + index,
            attempt: 1,
            path: '.github/workflows/deploy.yml',
            event: 'push',
            headSha: sha('b'),
            headBranch: 'main',
            status: 'completed',
            createdAt,
            actor,
            url: '',
          });
      },
    });

  test.each([
    [['dave', 'Erin'], 'pass'],
    [['dave', 'dave'], 'fail'],
    [['alice'], 'fail'],
    [[], 'fail'],
  ])('%j: %s', async (actors, outcome) => {
    expect((await by(actors)).outcome).toBe(outcome);
  });

  test('names who is missing, and forgets after the time of the policy', async () => {
    expect(plain((await by(['dave'])).evidence)).toBe('not within 90 d: erin');
    expect((await by(['dave', 'erin'], noon - 89 * day)).outcome).toBe('pass');
    expect((await by(['dave', 'erin'], old)).outcome).toBe('fail');
    const within = '{id: knowledge-everyone-can-deploy, with: {role: sre, within: 7d}}';
    expect((await by(['dave', 'erin'], noon - 8 * day, within)).outcome).toBe('fail');
  });

  test('without a role somebody’s word counts, a role that nobody holds is unknown', async () => {
    const bare = 'knowledge-everyone-can-deploy';

    expect((await by(['dave'], noon - day, bare)).outcome).toBe('unknown');
    expect((await by(['dave'], noon - day, `{id: ${bare}, with: {role: nobody}}`)).outcome).toBe('unknown');
  });
});
