// The gate's bundle on pull requests: what it writes and what it never writes, what does not open it, and what it says to bad input.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Pull } from '../world/github/fake.ts';
import type { StepOptions, StepResult } from '../world/runner/types.ts';
import { type JobAsked, shopPolicy, type Town } from '../world/town.ts';
import { errorsOf, shownBy, townOfBundles, warningsOf } from './ground.ts';

let town: Town;
let count = 0;

beforeAll(async () => {
  town = await townOfBundles({
    policy: shopPolicy().replace(
      '  - ci-all-green\n',
      `  - ci-all-green
  - {id: coverage-minimum, with: {at-least: 80 %, report: coverage/lcov.info}, when: {area: payment}}
  - {id: rollback-plan-read, title: Rollback plan read, sign-off: maintainer, when: {area: payment}}
`,
    ),
  });
});
afterAll(() => town.stop());

const gatePermissions = {
  contents: 'read',
  actions: 'read',
  checks: 'write',
  deployments: 'read',
  'pull-requests': 'write',
  statuses: 'read',
} as const;

/** Line coverage of two files: `hit` of 100 lines in one, all 100 of the other. */
function lcov(hit: number): string {
  const lines = (of: number) => Array.from({ length: 100 }, (_, n) => `DA:${n + 1},${n < of ? 1 : 0}`).join('\n');
  return `SF:services/shop/pay/refund.ts\n${lines(hit)}\nend_of_record\nSF:services/shop/tea.ts\n${lines(100)}\nend_of_record\n`;
}

/** A pull request as a careful author leaves it: changelog written, CI green, reviewed. */
function proposed(
  files: Readonly<Record<string, string>> = {},
  { body = '## Rollback\nBack to the version before.', ci = true } = {},
): Pull {
  count += 1;
  const pull = town.pullRequest({
    title: `Change ${count}`,
    body,
    files: {
      [`services/shop/change-${count}.ts`]: 'export {};\n',
      'CHANGELOG.md': `# Changelog\n- ${count}\n`,
      ...files,
    },
  });
  if (ci) town.ci(pull.headSha);
  town.approve(pull);
  return pull;
}

async function gate(
  pull: Pull,
  given: StepOptions['with'] = { comment: 'false' },
  asked: Partial<JobAsked> & { readonly before?: string } = {},
): Promise<StepResult> {
  const { before, ...more } = asked;
  const job = town.job({
    occasion: town.occasions.pullChanged(pull),
    path: '.github/workflows/gate.yml',
    name: 'gate',
    permissions: gatePermissions,
    ...more,
  });
  if (before !== undefined) await job.run(before);
  const step = await job.uses('pre-deploy-gate', { with: given });
  await job.finish();
  return step;
}

const records = (sha: string) => town.repo.checkRunsOf(sha).filter(({ name }) => name.startsWith('boring-deploys / '));
const open = (step: StepResult): readonly string[] =>
  (JSON.parse(step.outputs['open-findings'] ?? '[]') as { id: string }[]).map(({ id }) => id);

describe('a gate at review', () => {
  test('that is green begins no Deployment, and writes one check run on the head and one comment', async () => {
    const pull = proposed();
    const occasion = town.occasions.pullChanged(pull);

    const step = await gate(pull, {}, { occasion });
    const again = await gate(pull, {}, { occasion });

    expect(errorsOf(step)).toEqual([]);
    expect([step.exitCode, step.outputs.verdict]).toEqual([0, 'open']);
    expect(occasion.sha).not.toBe(pull.headSha);
    expect(records(occasion.sha)).toEqual([]);
    expect(records(pull.headSha).map(({ name, conclusion }) => [name, conclusion])[0]).toEqual([
      'boring-deploys / pre-deploy-gate / production / shop',
      'success',
    ]);
    expect(again.outputs.verdict).toBe('open');
    expect(town.comments(pull)).toHaveLength(1);
    expect(town.comments(pull)[0]).toContain('### ✓ Production');
    expect(town.comments(pull)[0]).toContain('**Way back**');
    expect(step.outputs['report-url']).toContain(`/pull/${pull.number}#issuecomment-`);
    expect(step.summary).toContain('### ✓ Production');
    expect(town.deployments()).toEqual([]);
    town.github.assertClean();
  });

  test('names what is open: changelog, coverage with its uncovered file, and the words of the missing sign-off', async () => {
    const pull = proposed({
      'services/shop/pay/refund.ts': 'export {};\n',
      'CHANGELOG.md': '# Changelog\n\n## Unreleased\n',
    });
    const before = `mkdir -p coverage && cat > coverage/lcov.info <<'END'\n${lcov(41)}END`;

    const step = await gate(pull, { comment: 'false' }, { before });

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'closed']);
    expect(open(step)).toEqual(expect.arrayContaining(['changelog-updated', 'coverage-minimum', 'rollback-plan-read']));
    expect(step.outputs.tier).toBe('high');
    expect(step.summary).toContain('70.5 %, needs 80 %');
    expect(step.summary).toContain('`services/shop/pay/refund.ts` has 41 %: 59 lines uncovered');
    expect(step.summary).toContain('`/signoff rollback-plan-read`');
    expect(errorsOf(step)).toHaveLength(1);
    town.github.assertClean();
  });

  test('waits for the sign-off alone, passes meanwhile, and opens with the line in a review', async () => {
    const pull = proposed({ 'services/shop/pay/refund.ts': `export const n = ${count};\n` });
    const before = `mkdir -p coverage && cat > coverage/lcov.info <<'END'\n${lcov(60)}END`;
    const waiting = await gate(pull, { comment: 'false' }, { before });
    const strict = await gate(pull, { comment: 'false', 'if-waiting': 'fail' }, { before });
    // A word of somebody without the role, and one in the description, count for nothing.
    town.approve(pull, 'linus', '/signoff rollback-plan-read');
    const powerless = await gate(pull, { comment: 'false' }, { before });
    town.approve(pull, 'grace', 'Read it.\n\n/signoff rollback-plan-read');

    const signed = await gate(pull, { comment: 'false' }, { before });

    expect([waiting.exitCode, waiting.outputs.verdict]).toEqual([0, 'waiting']);
    expect([strict.exitCode, strict.outputs.verdict]).toEqual([1, 'waiting']);
    expect(powerless.outputs.verdict).toBe('waiting');
    expect(records(pull.headSha).map(({ conclusion }) => conclusion)).toContain('action_required');
    expect([signed.exitCode, signed.outputs.verdict]).toEqual([0, 'open']);
    town.github.assertClean();
  });

  test('of a fork writes nothing: the verdict stands in summary, outputs and exit code', async () => {
    const fork = town.repo.fork(`mallory${count}`);
    fork.branch('tea');
    fork.commit({
      branch: 'tea',
      files: { 'services/shop/iced.ts': 'export {};\n', 'CHANGELOG.md': '# Changelog\n- iced\n' },
    });
    const pull = town.repo.openPull({
      title: 'Iced tea',
      branch: 'tea',
      from: fork,
      author: `mallory${count}`,
      body: '## Rollback\nRevert.',
    });
    town.ci(pull.headSha);
    const written = () => town.github.log.filter(({ method, path }) => method !== 'GET' && path !== '/graphql').length;
    const before = written();

    const unreviewed = await gate(pull, {}, { fork: true });
    town.approve(pull);
    const reviewed = await gate(pull, {}, { fork: true });

    expect(written()).toBe(before);
    expect(open(unreviewed)).toContain('code-review-approved');
    expect([unreviewed.exitCode, unreviewed.outputs.verdict]).toEqual([0, 'waiting']);
    expect([reviewed.exitCode, reviewed.outputs.verdict]).toEqual([0, 'open']);
    expect(reviewed.summary).toContain('### ✓ Production');
    expect(town.comments(pull)).toEqual([]);
    expect(records(pull.headSha)).toEqual([]);
    town.github.assertClean();
  });
});

describe('what does not open a gate', () => {
  test('a marker, a record and a sign-off that a user pasted', async () => {
    const pull = proposed(
      { 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n' },
      { body: '/signoff rollback-plan-read' },
    );
    const marker = `<!-- boring-deploys v1 octo-org/shop#${pull.number} -->`;
    const pasted = town.repo.comment(pull, 'mallory', `${marker}\n### ✓ Production: open. 26 of 26 criteria met`);

    const step = await gate(pull, {});

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'closed']);
    expect(pasted.body).toContain('26 of 26');
    const [, ours, ...more] = town.repo.commentsOf(pull);
    expect(more).toEqual([]);
    expect(ours?.user.login).toBe('github-actions[bot]');
    expect(ours?.body.startsWith(marker)).toBe(true);
    expect(ours?.body).toContain('✗');
    expect(warningsOf(step).join()).toContain('a comment of mallory bears our marker and was left alone');
    town.github.assertClean();
  });

  test('the check run of its own job', async () => {
    const pull = proposed({}, { ci: false });

    const step = await gate(pull, { comment: 'false', wait: '1s' });

    expect(step.outputs.verdict).not.toBe('open');
    expect(open(step)).toContain('ci-all-green');
    town.github.assertClean();
  });

  test('a green test in one workflow beside a red test of the same name in another', async () => {
    const pull = proposed();
    town.repo.workflowRun({
      path: '.github/workflows/nightly.yml',
      headSha: pull.headSha,
      event: 'pull_request',
      conclusion: 'failure',
      jobs: [{ name: 'test', conclusion: 'failure' }],
    });
    town.ci(pull.headSha);

    const step = await gate(pull);

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'closed']);
    expect(open(step)).toContain('ci-all-green');
    expect(step.summary).toContain('nightly.yml');
    town.github.assertClean();
  });

  test('the policy of the pull request itself', async () => {
    const pull = proposed({
      '.github/deploy-policy.yml': 'version: 1\nenvironments: {production: {}}\nchecklist: []\n',
      'CHANGELOG.md': '# Changelog\n\n## Unreleased\n',
    });

    const step = await gate(pull);
    const asked = await gate(pull, { comment: 'false', 'policy-source': 'workspace' });

    expect(step.outputs.verdict).toBe('closed');
    expect(open(step)).toContain('changelog-updated');
    expect(asked.exitCode).toBe(1);
    expect(errorsOf(asked)).toHaveLength(1);
    expect(errorsOf(asked)[0]).toContain('policy-source');
    town.github.assertClean();
  });
});

describe('a token that may not', () => {
  test.each([
    ['checks', 'checks: write', 'false'],
    ['pull-requests', 'pull-requests: write', 'auto'],
  ])('write %s: the warning names the line, and the verdict is the same', async (scope, line, comment) => {
    const pull = proposed();

    const step = await gate(pull, { comment }, { permissions: { ...gatePermissions, [scope]: 'read' } });

    expect([step.exitCode, step.outputs.verdict]).toEqual([0, 'open']);
    expect(warningsOf(step).join('\n')).toContain(`\`${line}\``);
    expect(errorsOf(step)).toEqual([]);
    expect(step.summary).toContain('### ✓ Production');
    town.github.assertClean();
  });

  test('read checks and statuses: missing evidence is never a pass, and every missing line is named', async () => {
    const pull = proposed();

    const step = await gate(
      pull,
      { comment: 'false' },
      {
        permissions: { contents: 'read', actions: 'read', 'pull-requests': 'write', deployments: 'read' },
      },
    );

    expect(step.exitCode).toBe(1);
    expect(step.outputs.verdict).toBe('closed');
    expect(open(step)).toContain('ci-all-green');
    expect(step.summary).toContain('`checks: read`');
    expect(step.summary).toContain('`statuses: read`');
    town.github.assertClean();
  });
});

describe('bad input', () => {
  test('a policy with faults: every fault at once with its line and column, and nothing is written', async () => {
    const pull = proposed();
    const good = town.repo.filesAt()['.github/deploy-policy.yml'] ?? '';
    const bad =
      'version: 1\nenviroments: {production: {}}\nplans:\n  canary: {stages: [{id: ten, weight: 10 parts, bake: soon}]}\n';
    town.repo.commit({ files: { '.github/deploy-policy.yml': bad } });

    const step = await gate(pull, {});
    town.repo.commit({ files: { '.github/deploy-policy.yml': good } });

    const marks = step.annotations.filter(({ file }) => file !== undefined);
    const messages = marks.map(({ message }) => message).join('\n');
    expect(step.exitCode).toBe(1);
    expect(marks.map(({ level }) => level)).toEqual(['error', 'warning', 'warning', 'warning']);
    expect(errorsOf(step)).toHaveLength(1);
    expect(marks.map(({ file, line }) => [file, line])).toEqual([
      ['.github/deploy-policy.yml', 2],
      ...[4, 4, 4].map((line) => ['.github/deploy-policy.yml', line]),
    ]);
    expect(messages).toMatch(/deploy-policy\.yml:2:1.*environments/);
    expect(messages).toMatch(/deploy-policy\.yml:4:\d+.*10 parts/);
    expect(messages).toMatch(/deploy-policy\.yml:4:\d+.*soon/);
    for (const { message } of marks.slice(1)) expect(step.summary).toContain(message.slice(0, 40));
    expect(step.summary).toContain('deploy-policy.yml:2:1');
    expect(shownBy(step)).not.toContain('    at ');
    expect(records(pull.headSha)).toEqual([]);
    expect(town.comments(pull)).toEqual([]);
    town.github.assertClean();
  });

  test('an environment that the policy does not have: the message names those it has', async () => {
    const step = await gate(proposed(), { environment: 'prodution' });

    expect(step.exitCode).toBe(1);
    expect(errorsOf(step)).toHaveLength(1);
    expect(errorsOf(step)[0]).toContain('prodution');
    expect(errorsOf(step)[0]).toContain('production');
  });

  test('a commit that the event is not about', async () => {
    const step = await gate(proposed(), { 'expected-sha': 'b'.repeat(40) });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.reason).toBe('sha-mismatch');
    expect(errorsOf(step)).toEqual([expect.stringContaining('input expected-sha')]);
  });
});
