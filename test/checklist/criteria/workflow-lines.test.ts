// What the deploying workflow says of rights and order, and how long the checks took; files that are no workflow prove nothing.
import { describe, expect, test } from '@jest/globals';
import { readWorkflow } from '../../../src/checklist/report/workflow.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { hostile, tooLarge } from '../report/hostile.ts';
import { aCheck, deployStory, findingOf, minute, noon, sha } from '../story.ts';

const path = '.github/workflows/deploy.yml';
type Given = {
  readonly workflow?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly reviewers?: readonly string[];
};

function judged(line: string, { workflow, files = {}, reviewers = [] }: Given) {
  return findingOf(deployStory, line, {
    change: ({ github }) => {
      if (workflow !== undefined) github.files.set(path, workflow);
      for (const [name, text] of Object.entries(files)) github.files.set(name, text);
      github.reviewers.set('production', reviewers);
    },
  });
}

const word = (id: string) => ({ [`.github/attestations/${id}.yml`]: 'by: dave\nat: 2026-11-16' });

describe('least-privilege-deploy-account', () => {
  const id = 'least-privilege-deploy-account';
  const job = (text = '', head = '') =>
    `on: push\n${head}\njobs:\n  deploy:\n    runs-on: x\n    ${text}\n    steps: []\n`;

  test.each([
    ['permissions of the job', job('permissions: {contents: read}'), 'pass'],
    ['permissions of the file', job('', 'permissions: {contents: read}'), 'pass'],
    ['none at all', job('permissions: {}'), 'pass'],
    ['reads all', job('', 'permissions: read-all'), 'pass'],
    ['no permissions', job(), 'fail'],
    ['all permissions', job('permissions: write-all'), 'fail'],
    ['a key that never ends', job('permissions: {}\n    env: {K: "${{ secrets.AWS_SECRET_ACCESS_KEY }}"}'), 'fail'],
    ['the same in brackets', job('permissions: {}\n    env: {K: "${{ secrets[\'GCP_SA_KEY\'] }}"}'), 'fail'],
    ['the token of the run', job('permissions: {}\n    env: {T: "${{ secrets.GITHUB_TOKEN }}"}'), 'pass'],
    ['another secret', job('permissions: {}\n    env: {K: "${{ secrets.DEPLOY_HOOK }}"}'), 'unknown'],
    ['all secrets', job('permissions: {}\n    secrets: inherit'), 'unknown'],
    ['an identity', job('permissions: {id-token: write}'), 'unknown'],
    ['no workflow', 'hello', 'unknown'],
    ['not there', undefined, 'unknown'],
  ])('%s: %#', async (_what, workflow, outcome) => {
    expect((await judged(id, workflow === undefined ? {} : { workflow })).outcome).toBe(outcome);
  });

  test('what an account outside may do is attested, a fault of the workflow is not', async () => {
    const identity = job('permissions: {id-token: write}');

    const finding = await judged(id, { workflow: identity, files: word(id) });
    expect(finding.outcome).toBe('pass');
    expect(plain(finding.evidence)).toContain('dave');
    expect((await judged(id, { workflow: job(), files: word(id) })).outcome).toBe('fail');
  });

  test('a workflow of another repository is attested', async () => {
    expect((await judged(id, { files: word(id) })).outcome).toBe('pass');
  });

  test('reads the workflow that the policy names, and lets through the keys it names', async () => {
    const key = job('permissions: {}\n    env: {K: "${{ secrets.AWS_ACCESS_KEY_ID }}"}');
    const line = `{id: ${id}, with: {workflow: ops.yml, keys: [AWS_ACCESS_KEY_ID]}}`;

    expect((await judged(line, { files: { 'ops.yml': key, ...word(id) } })).outcome).toBe('pass');
  });
});

describe('phased-execution-order', () => {
  const line = (more = '') =>
    `{id: phased-execution-order, with: {phases: [infrastructure, database, application, validation], approval-after: [infrastructure]${more}}}`;
  const jobs = (given: Readonly<Record<string, string>> = {}) =>
    `jobs:\n${Object.entries({
      infrastructure: '',
      database: 'needs: infrastructure, environment: production',
      application: 'needs: [database]',
      validation: 'needs: application',
      ...given,
    })
      .filter(([, text]) => text !== 'none')
      .map(([id, text]) => `  ${id}: {${text}}`)
      .join('\n')}\n`;

  test.each([
    ['in order, approved', jobs(), ['bob'], 'pass'],
    ['nobody approves', jobs(), [], 'fail'],
    ['no environment', jobs({ database: 'needs: infrastructure' }), ['bob'], 'fail'],
    [
      'an environment by expression',
      jobs({ database: 'needs: infrastructure, environment: "${{ inputs.e }}"' }),
      ['bob'],
      'unknown',
    ],
    [
      'an environment with its address',
      jobs({ database: 'needs: infrastructure, environment: {name: production, url: x}' }),
      ['bob'],
      'pass',
    ],
    ['not needed', jobs({ application: '' }), ['bob'], 'fail'],
    ['needed by another way', jobs({ between: 'needs: database', application: 'needs: between' }), ['bob'], 'pass'],
    ['in a circle', jobs({ application: 'needs: validation', validation: 'needs: application' }), ['bob'], 'fail'],
    ['even when it failed', jobs({ application: 'needs: database, if: "always()"' }), ['bob'], 'fail'],
    ['one phase missing', jobs({ validation: 'none' }), ['bob'], 'unknown'],
    ['no workflow', 'jobs: []', ['bob'], 'unknown'],
  ])('%s: %#', async (_what, workflow, reviewers, outcome) => {
    expect((await judged(line(), { workflow, reviewers })).outcome).toBe(outcome);
  });

  test('finds jobs by their names, or as the policy names them; what is done elsewhere is attested', async () => {
    const own = jobs({
      infrastructure: 'name: Apply the infrastructure',
      validation: 'none',
      check: 'needs: application',
    });
    const mapped = line(', jobs: {validation: check}');

    expect((await judged(mapped, { workflow: own, reviewers: ['bob'] })).outcome).toBe('pass');
    expect((await judged(line(), { workflow: own, files: word('phased-execution-order') })).outcome).toBe('pass');
  });
});

describe('ci-pipeline-stage-time', () => {
  const line = '{id: ci-pipeline-stage-time, with: {at-least: 10m, at-most: 30m}}';
  const ran = (seconds: number) => [
    aCheck({ id: 1, name: 'a', startedAt: noon - 60 * minute, completedAt: noon - 59 * minute }),
    aCheck({ id: 2, name: 'b', startedAt: noon - 58 * minute, completedAt: noon - 60 * minute + seconds * 1000 }),
    aCheck({ id: 3, name: 'c', runId: 101, workflow: 'other.yml', startedAt: noon - 9 * minute, completedAt: noon }),
  ];
  const of = (checks: ReturnType<typeof ran>) =>
    findingOf(deployStory, line, { change: ({ github }) => void github.ci.set(sha('c'), checks) });

  test.each([
    [599, 'fail'],
    [600, 'pass'],
    [1800, 'pass'],
    [1801, 'fail'],
  ])('%i seconds: %s', async (seconds, outcome) => {
    expect((await of(ran(seconds))).outcome).toBe(outcome);
  });

  test('waits for what still runs, and is unknown where no workflow ran', async () => {
    expect((await of([...ran(900), aCheck({ id: 4, name: 'd', status: 'in_progress' })])).outcome).toBe('waiting');
    expect((await of([])).outcome).toBe('unknown');
  });
});

describe('readWorkflow', () => {
  test.each([...hostile, ['too large', tooLarge] as const, ['no jobs', 'jobs: {}'] as const])(
    '%s is unreadable',
    (_what, text) => {
      expect(readWorkflow(text).kind).toBe('unreadable');
    },
  );
});
