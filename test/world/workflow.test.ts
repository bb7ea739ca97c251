// Workflow files through the harness: what our reusable deploy.yml and a user's rollback.yml lean on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Json } from './runner/runner.ts';
import { type Progress, startWorkflow, type WorkflowOptions } from './runner/workflow.ts';
import { combinations } from './runner/workflow-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'boring-workflow-test-'));
const root = join(folder, 'repository');
let runs = 0;
/** An expression as a workflow writes it. */
const read = (expression: string): string => `\${{ ${expression} }}`;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Runs a workflow text on a push, or as asked. */
function start(text: string, more: Partial<WorkflowOptions> & { readonly event?: string } = {}) {
  runs += 1;
  const file = `.github/workflows/${runs}.yml`;
  put(`repository/${file}`, text);
  return startWorkflow({
    root,
    file,
    workspaces: join(folder, `run-${runs}`),
    runner: {
      repository: 'octo-org/shop',
      github: {
        apiUrl: 'http://127.0.0.1:1',
        serverUrl: 'http://127.0.0.1:1',
        graphqlUrl: 'http://127.0.0.1:1/graphql',
      },
      actions: join(folder, 'actions'),
      waits: { interrupt: 2_000, terminate: 1_000, streams: 1_000 },
    },
    run: {
      event: { name: more.event ?? 'push', payload: {} },
      sha: 'e'.repeat(40),
      ref: 'refs/heads/main',
      runId: 1000 + runs,
    },
    ...more,
  });
}

beforeAll(() => {
  put(
    'actions/gate/action.yml',
    `inputs: {environment: {default: production}, token: {default: "${read('github.token')}"}}\nruns: {using: node24, main: main.mjs}\n`,
  );
  put(
    'actions/gate/main.mjs',
    `import { appendFileSync } from 'node:fs';
     console.log('gate', process.env.INPUT_ENVIRONMENT, process.env.GITHUB_JOB, process.env.GITHUB_WORKFLOW);
     appendFileSync(process.env.GITHUB_OUTPUT, 'verdict=open\\ntoken=' + process.env.INPUT_TOKEN.length + '\\n');`,
  );
  put(
    'actions/bake/action.yml',
    `inputs: {how: {default: "${read('job.status')}"}}\nruns: {using: node24, main: main.mjs, post: post.mjs}\n`,
  );
  put(
    'actions/bake/main.mjs',
    `process.on('SIGINT', () => process.exit(1)); console.log('baking'); setInterval(() => {}, 1000);`,
  );
  put('actions/bake/post.mjs', `console.log('post hears', process.env.INPUT_HOW);`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gate = 'octo-org/boring-deploys/actions/gate@v1';
const bake = 'octo-org/boring-deploys/actions/bake@v1';

describe('a workflow', () => {
  test('runs its jobs by needs and hands outputs from step to job to job', async () => {
    const done = await start(`
name: Deploy
on: push
env: {REGION: eu}
jobs:
  second:
    needs: first
    runs-on: ubuntu-latest
    if: needs.first.outputs.verdict == 'open'
    steps:
      - run: echo "got $SEEN in $REGION and $JOB"
        env: {SEEN: "\${{ needs.first.outputs.verdict }}", JOB: "\${{ github.job }}"}
  first:
    runs-on: ubuntu-latest
    outputs: {verdict: "\${{ steps.gate.outputs.verdict }}"}
    steps:
      - uses: actions/checkout@v5
      - id: gate
        uses: ${gate}
        with: {environment: staging}
`).result;

    expect(done.conclusion).toBe('success');
    expect(done.jobs.map((job) => [job.name, job.result])).toEqual([
      ['first', 'success'],
      ['second', 'success'],
    ]);
    expect(done.steps.flatMap((step) => step.log)).toEqual(['gate staging first Deploy', 'got open in eu and second']);
  });

  test('skips what needs a failed job, runs what asks for failure, and stops at the first failing step', async () => {
    const done = await start(`
on: [push]
jobs:
  fails:
    steps: [{run: exit 3}, {run: echo never}, {run: echo cleanup, if: always()}]
  after: {needs: [fails], steps: [{run: echo no}]}
  later: {needs: after, if: failure(), steps: [{run: echo rollback}]}
`).result;

    expect(done.conclusion).toBe('failure');
    expect(Object.fromEntries(done.jobs.map((job) => [job.name, job.result]))).toEqual({
      fails: 'failure',
      after: 'skipped',
      later: 'success',
    });
    expect(done.steps.map((step) => step.outcome)).toEqual(['failure', 'skipped', 'success', 'success']);
  });

  test('gives each job a token by its permissions and hides it', async () => {
    const asked: Json[] = [];
    const done = await start(
      `
on: push
permissions: {contents: read}
jobs:
  a: {steps: [{id: g, uses: '${gate}'}, {run: 'echo "token \${{ github.token }} of \${{ steps.g.outputs.token }}"'}]}
  b: {needs: a, permissions: {deployments: write}, steps: [{run: echo}]}
`,
      {
        tokenFor: (permissions, job) => {
          asked.push([job, permissions as Json]);
          return 'ghs_0123456789';
        },
      },
    ).result;

    expect(asked).toEqual([
      ['a', { contents: 'read' }],
      ['b', { deployments: 'write' }],
    ]);
    expect(done.steps[1]?.log).toEqual(['token *** of 14']);
  });

  test('runs the legs of a matrix, one failure ending the others', async () => {
    const done = await start(`
on: push
jobs:
  legs:
    strategy: {matrix: {leg: [eu, us]}}
    steps:
      - if: matrix.leg == 'us'
        run: exit 1
      - uses: ${bake}
`).result;

    expect(Object.fromEntries(done.jobs.map((job) => [job.name, job.result]))).toEqual({
      'legs (us)': 'failure',
      'legs (eu)': 'cancelled',
    });
    expect(done.steps.flatMap((step) => step.log)).toContain('post hears cancelled');
  });

  test('refuses what it cannot do rather than doing something else', async () => {
    await expect(start('on: push\njobs: {a: {container: node, steps: []}}').result).rejects.toThrow("'container'");
    await expect(start('on: push\njobs: {a: {steps: [{uses: other/action@v1}]}}').result).rejects.toThrow(
      'other/action@v1',
    );
    await expect(start('on: push\njobs: {a: {needs: b, steps: []}}').result).rejects.toThrow('needs b');
    await expect(start('on: pull_request\njobs: {a: {steps: []}}').result).rejects.toThrow('not started by push');
  });
});

describe('cancelling a run', () => {
  test('signals the step under way, skips the rest and tells post', async () => {
    const progress: string[] = [];
    const run = start(
      `
on: push
jobs:
  deploy: {steps: [{name: Bake, uses: '${bake}'}, {name: Next, run: echo no}, {name: Last, run: echo last, if: cancelled()}]}
  after: {needs: deploy, steps: [{run: echo no}]}
`,
      {
        onStep: (told: Progress) => {
          progress.push(`${told.kind} ${told.step}`);
          if (told.kind === 'begins' && told.step === 'Bake') void told.handle.sees('baking').then(() => run.cancel());
        },
      },
    );

    const done = await run.result;

    expect(done.conclusion).toBe('cancelled');
    expect(done.jobs.map((job) => [job.name, job.result])).toEqual([
      ['deploy', 'cancelled'],
      ['after', 'skipped'],
    ]);
    expect(done.steps.map((step) => step.outcome)).toEqual(['cancelled', 'skipped', 'success', 'success']);
    expect(done.steps.at(-1)?.log).toEqual(['post hears cancelled']);
    expect(progress.at(0)).toBe('begins Bake');
    expect(progress.at(-1)).toBe('ended Bake');
  });

  test('by taking the machine away runs no post', async () => {
    const run = start(`on: push\njobs: {deploy: {steps: [{uses: '${bake}'}, {run: echo, if: always()}]}}`, {
      onStep: (told) => {
        if (told.kind === 'begins') void told.handle.sees('baking').then(() => run.kill());
      },
    });

    const done = await run.result;

    expect(done.steps.map((step) => step.diedOf)).toEqual(['SIGKILL']);
  });
});

describe('a called workflow', () => {
  const called = `
on:
  workflow_call:
    inputs: {environment: {type: string, default: production}, quick: {type: boolean}}
    secrets: {database-url: {required: true}, record-key: {}}
    outputs: {verdict: {value: "\${{ jobs.gate.outputs.verdict }}"}}
jobs:
  gate:
    permissions: {deployments: write}
    outputs: {verdict: "\${{ steps.g.outputs.verdict }}"}
    steps:
      - {id: g, uses: '${gate}', with: {environment: "\${{ inputs.environment }}"}}
      - {if: inputs.quick, run: echo quick}
      - {run: 'echo "$URL"', env: {URL: "\${{ secrets.database-url }}"}}
`;
  const caller = (job: string) => `
name: Ours
on: push
jobs:
  deploy:
    uses: octo-org/boring-deploys/.github/workflows/deploy.yml@v1
    ${job}
  after: {needs: deploy, steps: [{run: 'echo "\${{ needs.deploy.outputs.verdict }}"'}]}
`;
  const ofOthers = { called: () => called };

  test('gets inputs and secrets and gives outputs', async () => {
    const job = `permissions: {deployments: write}\n    with: {environment: staging, quick: true}\n    secrets: {database-url: "${read('secrets.DB')}"}`;

    const done = await start(caller(job), { ...ofOthers, secrets: { DB: 'postgres://user:pass@db' } }).result;

    expect(done.jobs.map((one) => [one.name, one.result])).toEqual([
      ['deploy / gate', 'success'],
      ['after', 'success'],
    ]);
    expect(done.steps.flatMap((step) => step.log)).toEqual(['gate staging gate Ours', 'quick', '***', 'open']);
  });

  test.each([
    ['a missing secret', 'with: {}', "secret 'database-url' is required"],
    ['an unknown input', 'with: {env: x}\n    secrets: inherit', "no input 'env'"],
    ['an unknown secret', 'secrets: {database-url: x, key: y}', "no secret 'key'"],
    [
      'more permissions than the caller has',
      'permissions: {contents: read}\n    secrets: {database-url: x}',
      "'deployments: write', but is only allowed 'deployments: none'",
    ],
  ])('is refused with %s', async (_name, job, message) => {
    await expect(start(caller(job), ofOthers).result).rejects.toThrow(message);
  });
});

describe('a dispatch', () => {
  const text = `
on:
  workflow_dispatch:
    inputs: {to: {description: where to, default: last-known-good}, severity: {type: choice, options: [P0, P1], default: P1}}
jobs: {rollback: {steps: [{run: 'echo "\${{ inputs.to }} \${{ inputs.severity }}"'}]}}
`;

  test('without inputs takes the defaults', async () => {
    const done = await start(text, { event: 'workflow_dispatch' }).result;

    expect(done.steps[0]?.log).toEqual(['last-known-good P1']);
  });

  test('is refused with a value that is no choice', async () => {
    const run = start(text, { event: 'workflow_dispatch', inputs: { severity: 'P9' } });

    await expect(run.result).rejects.toThrow("'P9', not one of P0, P1");
  });
});

describe('a matrix', () => {
  test.each<[string, Json, Json]>([
    [
      'of two lists',
      { a: [1, 2], b: ['x'] },
      [
        { a: 1, b: 'x' },
        { a: 2, b: 'x' },
      ],
    ],
    ['with exclude', { a: [1, 2], exclude: [{ a: 1 }] }, [{ a: 2 }]],
    ['with an addition', { a: [1, 2], include: [{ a: 2, c: 3 }] }, [{ a: 1 }, { a: 2, c: 3 }]],
    ['with one more', { a: [1], include: [{ a: 9 }] }, [{ a: 1 }, { a: 9 }]],
    ['of includes alone', { include: [{ leg: 'eu' }, { leg: 'us' }] }, [{ leg: 'eu' }, { leg: 'us' }]],
  ])('%s gives its combinations', (_name, matrix, all) => {
    expect(combinations(matrix)).toEqual(all);
  });
});
