// Smoke test: wait for the version that was deployed, ask what must work, and say it on the Deployment.
import { narrowing } from '../../src/record/tags.ts';
import { decisionOf, linesOf, outcomeOf } from '../../src/smoke/account.ts';
import { type AddressAsked, addressOf, isPublic, withBase } from '../../src/smoke/address.ts';
import { defaultSuite } from '../../src/smoke/default-suite.ts';
import { shownAddress } from '../../src/smoke/discretion.ts';
import type { Ending } from '../../src/smoke/ending.ts';
import { withReports } from '../../src/smoke/ingested-suite.ts';
import { writeResult } from '../../src/smoke/journal.ts';
import { junitOf } from '../../src/smoke/junit.ts';
import { comparedWithBefore } from '../../src/smoke/last-run.ts';
import { lintSuite } from '../../src/smoke/lint.ts';
import type { Address } from '../../src/smoke/outgoing.ts';
import { readScene, type Scene } from '../../src/smoke/scene.ts';
import { standingOf } from '../../src/smoke/standing.ts';
import { loadedSuite, type Suite } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { Outcome, SmokeSight } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Runs the suite against the environment, or against the side that `connect-to` picks. Only looks, and writes what it found on the Deployment. */
export async function step(world: SmokeSight, inputs: Inputs): Promise<Outcome> {
  const began = world.clock.now();
  const scene = await world.log.beat('Policy, record and suite', () =>
    readScene(world.ask, world.run, inputs, vocabulary),
  );
  const asked = { baseUrl: inputs['base-url'], connectTo: inputs['connect-to'] };
  const { text, path } = scene.suite;
  const written = text === undefined ? undefined : await loadedSuite(text, path);
  const place = withBase(scene.policy, written);
  const address = addressOf(asked, place, world.env);
  const suite = withReports(written ?? defaultSuite(address.baseUrl), inputs.ingest);
  const standing = standingOf({ ...scene, leg: inputs.leg, atEntrance: isPublic(asked, place, world.env) });
  const walked =
    standing.mixed && asked.connectTo === ''
      ? undefined
      : await world.log.beat(`Smoke: ${suite.checks.length} checks`, () =>
          walk(world, inputs, { scene, suite, address }),
        );
  const ending: Ending = {
    scene,
    standing,
    walked,
    where: placeOf(address, asked),
    onUnreachable: inputs['on-unreachable'],
    began,
    now: world.clock.now(),
    dryRun: inputs['dry-run'],
    warnings: [],
    hints: written === undefined ? [] : hintsOf(written, scene),
    changes: walked === undefined ? undefined : await comparedWithBefore(world.ask, scene, walked),
  };
  const silent = inputs['dry-run'] || scene.moment === 'review' || walked === undefined;
  const warnings = silent ? [] : await world.log.beat('Record', () => record(world, ending, address));
  return outcomeOf({ ...ending, warnings });
}

/** Of the two budgets, that of the policy and that of the suite, the shorter one ends the run. */
function hintsOf(suite: Suite, { policy, trusted }: Scene): Ending['hints'] {
  const budget = Math.min(policy.smoke.budgetMs, suite.budget?.suite ?? policy.smoke.budgetMs);
  return lintSuite({ ...suite, budget: { suite: budget } }, Object.keys(trusted.policy.shape.environments));
}

interface Route {
  readonly scene: Scene;
  readonly suite: Suite;
  readonly address: Address;
}

async function walk(world: SmokeSight, inputs: Inputs, { scene, suite, address }: Route): Promise<Ending['walked']> {
  const { attempt, policy, run, sha, version } = scene;
  for (const secret of suite.secrets.map(world.env)) if (secret) world.log.mask(secret);
  const began = world.clock.now();
  const result = await runSuite(world, suite, {
    address,
    expected: { version, sha },
    answer: attempt === undefined ? undefined : policy.traffic?.version,
    environment: policy.environment,
    tags: inputs.tags,
    budgetMs: policy.smoke.budgetMs,
    env: world.env,
    runId: `${run.id}-${run.attempt}`,
    runBegan: run.startedAt,
    review: scene.moment === 'review',
    mask: world.log.mask,
  });
  for (const line of linesOf(result)) world.log.info(line);
  const heading = { name: `${suite.name} ${policy.environment}`, path: suite.path, began };
  // A job may have several smoke tests, each with a report of its own.
  const junit = await world.files.write(`smoke-junit-${run.id}-${run.attempt}-${began}.xml`, junitOf(heading, result));
  const tags = narrowing(inputs.tags);
  return { suite, result, junit, ...(tags === undefined ? {} : { tags }) };
}

function record(world: SmokeSight, ending: Ending, address: Address): Promise<readonly string[]> {
  const { scene, standing, walked } = ending;
  return writeResult(world.deployments, {
    scene,
    standing,
    verdict: decisionOf(ending).verdict,
    passed: walked?.result.passed ?? 0,
    total: walked?.result.total ?? 0,
    ...(walked?.tags === undefined ? {} : { tags: walked.tags }),
    environmentUrl: standing.exposed ? shownAddress(address.baseUrl) : '',
  });
}

function placeOf({ baseUrl, connectTo }: Address, asked: AddressAsked): string {
  const url = shownAddress(baseUrl);
  if (connectTo === undefined) return url;
  return `${url} by way of ${connectTo}${asked.connectTo === connectTo ? '' : ` (${asked.connectTo})`}`;
}
