// Bad input of a rollback: each ends refused or failed with what to do now in the first line, and the state is untouched.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { WorkflowRunFact } from '../../src/evidence/fact.ts';
import { commit, forward, migrated, promoted, rolledBack } from '../rollback/story.ts';
import { a, b, inputs, policyWith, press, town } from '../rollback/town.ts';
import type { MemoryOptions, MemoryWorld } from '../world/memory/world.ts';

interface Bad {
  readonly name: string;
  readonly world: () => MemoryWorld;
  readonly words?: Readonly<Record<string, string>>;
  readonly reason: string;
  /** The first line: what happened, then what to do. */
  readonly says: RegExp;
}

const redeployed = policyWith('redeploy: {kubectl: {deployments: {blue: shop-blue, green: shop-green}}}');
const liveRun = (id: number, createdAt: number): WorkflowRunFact => ({
  ...{ id, attempt: 1, path: '.github/workflows/rollback.yml', event: 'workflow_dispatch', actor: 'grace' },
  ...{ headSha: commit('f'), headBranch: 'main', status: 'in_progress', createdAt, url: 'https://github.example/r' },
});

/** No side runs the target any more, and kubectl answers so. */
function workload(words: string, fix: string, more: MemoryOptions = {}): MemoryWorld {
  const redeployer = () => ({
    bring: async () => ({ ok: false, words, fix, notes: [] }),
    runs: async () => ({ ok: false, words }),
  });
  const world = town([a, b], { policy: redeployed, redeployer, ...more });
  world.traffic.sides.blue = { version: 'vx', sha: commit('e'), answers: true };
  return world;
}

function changed(change: (world: MemoryWorld) => void, facts = [a, b], options: MemoryOptions = {}): MemoryWorld {
  const world = town(facts, options);
  change(world);
  return world;
}

function goDown({ github }: MemoryWorld): void {
  for (const kind of ['deployments', 'run', 'default-branch'])
    github.silent.set(kind, unknown('GitHub does not answer', 'wait'));
  github.down = true;
  github.workspace.set('.github/deploy-policy.yml', policyWith());
}

const cases: readonly Bad[] = [
  {
    name: 'no earlier good deployment',
    world: () => town([a]),
    reason: 'no-target',
    says: /^Rollback refused: There is no last known good version: .*\. Name a version that ran here: gh workflow run rollback\.yml -f to=<full sha>/,
  },
  {
    name: 'a target that never ran here',
    world: () => town([a, b]),
    words: { to: commit('d') },
    reason: 'no-target',
    says: /^Rollback refused: ddddddd never succeeded here, so nothing proves it good\. Name a version/,
  },
  {
    name: 'a target whose image is gone',
    world: () =>
      workload(
        'deployment/shop-blue did not finish its rollout: pod p: ImagePullBackOff of shop:va',
        'It was put back to shop:vx. Build and push that image again.',
      ),
    reason: 'redeploy-failed',
    says: /^Rollback failed: Deployment\/shop-blue .*ImagePullBackOff of shop:va\. Traffic was not moved\. It was put back to shop:vx\./,
  },
  {
    name: 'a paused workload',
    world: () =>
      workload(
        'deployment/shop-blue is paused: nothing it is told would roll out',
        'kubectl rollout resume deployment/shop-blue, then press again.',
      ),
    reason: 'redeploy-failed',
    says: /^Rollback failed: Deployment\/shop-blue is paused.*kubectl rollout resume deployment\/shop-blue, then press again\.$/,
  },
  {
    name: 'a pending release',
    world: () =>
      workload(
        'release shop is pending-upgrade (revision 7): another helm is at work, or died',
        'When none is: helm rollback shop <revision> by hand, then press again.',
      ),
    reason: 'redeploy-failed',
    says: /^Rollback failed: Release shop is pending-upgrade.*helm rollback shop <revision> by hand, then press again\.$/,
  },
  {
    name: 'nothing can redeploy what no side runs',
    world: () => changed((world) => (world.traffic.sides.blue = { version: 'vx', sha: commit('e'), answers: true })),
    reason: 'no-way',
    says: /^Rollback refused: No side is known to run va \(.*\), and the policy does not say how to redeploy\. Add rollback\.redeploy/,
  },
  {
    name: 'a malformed record of the version before',
    world: () => town([{ ...a, payload: { marker: 'boring-deploys', schema: 1, kind: 'deploy' } }, b]),
    reason: 'no-target',
    says: /^Rollback refused: .* gh workflow run rollback\.yml -f to=<full sha>/,
  },
  {
    name: 'a record that was copied to another commit',
    world: () =>
      town([
        { ...a, sha: commit('c') },
        { ...b, sha: commit('d') },
      ]),
    reason: 'no-target',
    says: /^Rollback refused: There is no last known good version/,
  },
  {
    name: 'another rollback under way',
    world: () =>
      changed(
        (world) => world.github.runs.set(88, liveRun(88, world.clock.now())),
        [a, b, rolledBack({ id: 3, letter: 'a', runId: 88, from: { id: 2, letter: 'b' }, said: [] })],
      ),
    reason: 'conflict',
    says: /^Rollback refused: Rollback 3 of another run is under way: .*\. Wait for it to end, or cancel its run, then press again: gh workflow run rollback\.yml\.$/,
  },
  {
    name: 'a late re-run of an old rollback run',
    world: () => town([a, b], { run: { ...press.run, id: 1, attempt: 2 } }),
    reason: 'stale-run',
    says: /^Rollback refused: Something newer was deployed after this run began: vb \(Deployment 2\)\. Start a new run: gh workflow run rollback\.yml\.$/,
  },
  {
    name: 'a version that was rolled back itself',
    world: () =>
      changed(
        (world) => {
          world.traffic.sides.green = { version: 'vc', sha: commit('c'), answers: true };
          world.traffic.sides.blue = { version: 'vb', sha: commit('b'), answers: true };
        },
        [
          a,
          b,
          rolledBack({
            id: 3,
            letter: 'a',
            from: { id: 2, letter: 'b' },
            said: [['success', { kind: 'rollback', phase: 'verified', detail: '' }]],
          }),
          forward({ id: 4, letter: 'c', previous: { id: 3, letter: 'a' }, said: promoted }),
        ],
      ),
    words: { to: commit('b') },
    reason: 'condemned',
    says: /^Rollback refused: vb was rolled back here itself\. Deploy it again through the gate, or go back to it anyway: gh workflow run/,
  },
  {
    name: 'the stable side dead too',
    world: () => changed((world) => (world.traffic.sides.blue = { version: '', sha: '', answers: false })),
    reason: 'no-way',
    says: /^Rollback refused: No side is known to run va \(blue does not answer .*; green runs vb .*\)/,
  },
  {
    name: 'a schema that the target cannot live with',
    world: () =>
      town([
        a,
        b,
        migrated({
          id: 9,
          letter: 'b',
          parent: 2,
          compatibility: 'contract',
          said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
        }),
      ]),
    reason: 'contract-migration',
    says: /^Rollback refused: va cannot run on today's schema: .*\. Fix forward, or go back anyway with -f override=contract-migration -f override-reason=…\.$/,
  },
  {
    name: 'GitHub down and no target named',
    world: () => changed(goDown),
    reason: 'no-records',
    says: /^Rollback refused: blue runs va .*; green runs vb .*Name the version yourself: gh workflow run rollback\.yml -f to=<full sha>/,
  },
  {
    name: 'GitHub down and a Deployment id',
    world: () => changed(goDown),
    words: { to: '1' },
    reason: 'id-unreadable',
    says: /^Rollback refused: Deployment 1 cannot be read: .*Give the sha: gh workflow run rollback\.yml -f to=<full sha>/,
  },
  {
    name: 'a router that says nothing',
    world: () =>
      changed(
        (world) => {
          const { router } = world.traffic;
          Object.assign(router, {
            get: async () => unknown('the router does not answer', 'Look at it.'),
            set: () => Promise.reject(new Error('connection refused')),
          });
          world.traffic.sides.blue = { version: 'vx', sha: commit('e'), answers: true };
        },
        [a, b],
        { policy: policyWith('redeploy: {command: ./ops/redeploy.sh}') },
      ),
    reason: 'router-unreachable',
    says: /^Rollback refused: The router does not answer\. Look at it\.$/,
  },
];

describe('bad input', () => {
  test.each(cases)('$name', async ({ world: build, words = {}, reason, says }) => {
    const world = build();
    const weights = { ...world.traffic.weights };

    const outcome = await step(world, inputs(words));

    expect(outcome).toMatchObject({ reason, exit: 1 });
    expect(['refused', 'failed']).toContain(outcome.verdict);
    expect(outcome.error).toMatch(says);
    expect(outcome.error).not.toContain('\n');
    expect(outcome.error).not.toMatch(/\.\.|undefined|\[object|\s{2}/);
    expect(world.traffic.weights).toEqual(weights);
    expect(world.traffic.log).toEqual([]);
    // Nobody is said to have left what runs.
    const left = world.github.deployments
      .flatMap(({ id }) => world.github.story(id))
      .filter((line) => line.startsWith('failure: rolled back'));
    expect(left).toEqual([]);
  });
});
