// Builders for the gate's tests: commits, pull requests, reviews, checks, Deployments, and a whole small repository in memory.
import type { Finding } from '../../src/checklist/finding.ts';
import { inquire } from '../../src/checklist/inquiry.ts';
import { scopeOf } from '../../src/checklist/scope.ts';
import type {
  ChangedFile,
  CiFact,
  CommitFact,
  Comparison,
  DeploymentFact,
  PullFact,
  ReviewFact,
  StatusFact,
} from '../../src/evidence/fact.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import type { ForwardPayload, RollbackPayload } from '../../src/record/payload.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld, sha } from '../world/memory/world.ts';

export { sha } from '../world/memory/world.ts';

/** Tuesday 2026-11-17 10:00 UTC, where the clock of a memory begins. */
export const noon = Date.UTC(2026, 10, 17, 10, 0, 0);
export const minute = 60_000;

const site = 'https://github.example/octo-org/shop';

export function aCommit(given: Partial<CommitFact> & { readonly sha: string }): CommitFact {
  return { tree: sha('7'), parents: [], committedAt: noon - 60 * minute, message: 'a change', ...given };
}

export function aPull(given: Partial<PullFact> & { readonly number: number }): PullFact {
  return {
    title: `Change ${given.number}`,
    author: { login: 'alice', bot: false },
    headSha: sha('a'),
    headRef: `change-${given.number}`,
    baseRef: 'main',
    baseSha: sha('b'),
    fork: false,
    labels: [],
    body: '## Rollback\n\nby traffic',
    url: `${site}/pull/${given.number}`,
    ...given,
  };
}

export function aReview(given: Partial<ReviewFact> = {}): ReviewFact {
  return {
    id: 1,
    author: { login: 'bob', bot: false },
    state: 'approved',
    sha: sha('a'),
    body: '',
    submittedAt: noon - 30 * minute,
    edited: 'never',
    url: `${site}/pull/1#review`,
    ...given,
  };
}

export function aCheck(given: Partial<CiFact> = {}): CiFact {
  return {
    kind: 'check-run',
    id: 1,
    name: 'test',
    app: 'github-actions',
    status: 'completed',
    conclusion: 'success',
    workflow: '.github/workflows/ci.yml',
    runId: 100,
    startedAt: noon - 20 * minute,
    completedAt: noon - 15 * minute,
    url: `${site}/runs/1`,
    ...given,
  };
}

export function files(...paths: readonly string[]): readonly ChangedFile[] {
  return paths.map((path) => ({ path, status: 'modified' }));
}

export function aComparison(given: Partial<Comparison> = {}): Comparison {
  const base = given.base ?? sha('b');
  const head = given.head ?? sha('c');
  return {
    base,
    head,
    mergeBase: base,
    status: 'ahead',
    files: files('src/shop.ts'),
    commits: [aCommit({ sha: head, parents: [base] })],
    complete: true,
    url: `${site}/compare/${base}...${head}`,
    ...given,
  };
}

export function aStatus(state: StatusFact['state'], description: string, createdAt = noon - 90 * minute): StatusFact {
  return { state, description, createdAt, logUrl: `${site}/actions/runs/6001`, creator: 'github-actions[bot]' };
}

export interface DeploymentGiven {
  readonly id: number;
  readonly sha: string;
  readonly environment?: string;
  readonly task?: string;
  readonly statuses?: readonly StatusFact[];
  readonly createdAt?: number;
  readonly payload?: Partial<ForwardPayload>;
}

/** A Deployment of ours that went forward and ended with success, unless said otherwise. */
export function aDeployment(given: DeploymentGiven): DeploymentFact {
  const environment = given.environment ?? 'production';
  const payload: ForwardPayload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'deploy',
    run: { id: 6001, attempt: 1, url: `${site}/actions/runs/6001` },
    environment,
    unit: '',
    version: 'v1.7.4',
    artifact: [],
    sha: given.sha,
    legs: [],
    tree: sha('7'),
    pulls: [470],
    tier: 'medium',
    type: 'standard',
    plan: 'canary',
    policy: { path: '.github/deploy-policy.yml', sha: sha('f'), digest: '0123456789ab', name: 'policy' },
    previous: null,
    migrations: [],
    ...given.payload,
  };
  return {
    id: given.id,
    sha: given.sha,
    ref: given.sha,
    task: given.task ?? 'deploy',
    environment,
    description: '',
    payload,
    creator: 'github-actions[bot]',
    createdAt: given.createdAt ?? noon - 120 * minute,
    statuses: given.statuses ?? [
      aStatus('in_progress', 'gate open: tier medium, plan canary', noon - 120 * minute),
      aStatus('success', 'canary complete: blue 100 %'),
    ],
  };
}

/** A rollback's Deployment to b, or with `drill: true` a drill's, that ended well unless said otherwise. */
export function aRollback(
  given: Omit<DeploymentGiven, 'payload' | 'sha'> & { readonly payload?: Partial<RollbackPayload> },
): DeploymentFact {
  const payload: RollbackPayload = {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'rollback',
    drill: false,
    leg: '',
    from: null,
    to: null,
    how: 'traffic',
    reason: '',
    severity: '',
    run: { id: 6009, attempt: 1, url: '' },
    environment: 'production',
    unit: '',
    version: 'v1.7.4',
    artifact: [],
    sha: sha('b'),
    pulls: [],
    ...given.payload,
  };
  const task = payload.drill ? 'deploy:drill' : 'deploy:rollback';
  const statuses = given.statuses ?? [aStatus('success', 'rollback: verified')];
  const { payload: _, ...rest } = given;
  return { ...aDeployment({ task, ...rest, sha: payload.sha, statuses }), payload };
}

/** The policy of the stories: the standard lines, nothing that needs a router. */
export const policyText = `version: 1
extends: starter@1
checklist:
  - ci-all-green
  - {id: code-review-approved, with: {count: 1}}
  - {id: coverage-minimum, level: info}
`;

export interface Story extends MemoryOptions {
  readonly pulls?: readonly PullFact[];
  readonly comparison?: Partial<Comparison>;
}

/** A repository at the deploy moment: commit c is to follow b, which runs; pull request 482 brought it, bob approved it, CI is green. */
export function deployStory(given: Story = {}): MemoryWorld {
  const world = memoryWorld({ now: noon, policy: policyText, ...given });
  const { github } = world;
  const pull = given.pulls?.[0] ?? aPull({ number: 482, mergedAt: noon - 25 * minute, mergeSha: sha('c') });
  const comparison = aComparison(given.comparison);
  github.deployments = [aDeployment({ id: 8001, sha: sha('b'), payload: { tree: sha('6') } })];
  github.comparisons.set(`${sha('b')}...${sha('c')}`, comparison);
  for (const commit of [...comparison.commits, aCommit({ sha: sha('c') }), aCommit({ sha: sha('a') })]) {
    github.commits.set(commit.sha, commit);
  }
  github.pullsOf.set(sha('c'), [pull]);
  github.pulls.set(pull.number, pull);
  github.pullFiles.set(pull.number, aComparison({ head: pull.headSha, files: comparison.files }));
  github.reviews.set(pull.number, [aReview({ sha: pull.headSha })]);
  github.permissions.set('bob', 'write');
  github.ci.set(sha('c'), [aCheck()]);
  return world;
}

/** The same repository while pull request 482 is open, its head is a. */
export function reviewStory(given: Story = {}): MemoryWorld {
  const pull = given.pulls?.[0] ?? aPull({ number: 482 });
  const world = deployStory({
    ...given,
    pulls: [pull],
    run: {
      event: 'pull_request',
      ref: 'refs/pull/482/merge',
      sha: sha('9'),
      job: 'gate',
      pull: {
        number: pull.number,
        headSha: pull.headSha,
        baseSha: pull.baseSha,
        fork: pull.fork,
        labels: pull.labels,
      },
      ...given.run,
    },
  });
  world.github.ci.set(pull.headSha, [aCheck()]);
  return world;
}

/** One line of the checklist, judged in a story whose checklist has that line alone. */
export async function findingOf(
  story: (given: Story) => MemoryWorld,
  line: string,
  given: Story & {
    readonly id?: string;
    readonly change?: (world: MemoryWorld) => void;
    readonly artifact?: readonly string[];
    /** Instead of the one plan that is direct. */
    readonly plans?: string;
  } = {},
): Promise<Finding> {
  const policy = `version: 1\nroles: {dba: [carol], sre: [dave, erin], nobody: []}\n${given.policy ?? ''}\nplans: ${given.plans ?? '{direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}'}\nchecklist:\n  - ${line}\n`;
  const world = story({ ...given, policy });
  given.change?.(world);
  const place = { path: '.github/deploy-policy.yml', source: 'trusted', run: world.run } as const;
  const trusted = await trustedPolicy(world.ask, place, vocabulary);
  const effective = effectiveOf(trusted, { environment: 'production', leg: '' });
  const { findings } = await inquire(world.ask, {
    policy: effective,
    scope: scopeOf(world.run, { moment: '', expectedSha: '' }, effective),
    run: world.run,
    override: { ids: [], reason: '' },
    guard: () => ({ kind: 'holds' }),
    type: '',
    artifact: given.artifact ?? [],
    now: world.clock.now(),
    plannedStart: undefined,
  });
  const id = given.id ?? /id: ([a-z-]+)/.exec(line)?.[1] ?? line;
  const finding = findings.find((one) => one.id === id);
  if (finding === undefined) throw new Error(`No finding ${id} among ${findings.map((one) => one.id).join(', ')}`);
  return finding;
}
