// Kill -9 at every step of a rollback: whatever the bundle had done by then, a re-run or a new press ends on the same version with one record of it.
import { describe, expect, test } from '@jest/globals';
import type { SeenRequest } from '../world/github/faults.ts';
import type { WorkflowRun } from '../world/github/records.ts';
import type { StepHandle, StepResult } from '../world/runner/types.ts';
import type { Town } from '../world/town.ts';
import { errorsOf, townOfBundles } from './ground.ts';
import { type Ground, prepared, press } from './rollback-ground.ts';

const places = Array.from({ length: 30 }, (_, n) => `place-${n}`);
const policy = `version: 1
env: [SHOP_URL, ROUTER_URL, BLUE_URL, GREEN_URL]
environments:
${places.map((place) => `  ${place}: {url: "\${SHOP_URL}"}\n`).join('')}traffic:
  router: http
  url: "\${ROUTER_URL}/weights"
  sides: [blue, green]
  at: {blue: "\${BLUE_URL}", green: "\${GREEN_URL}"}
  version: {path: /version, field: version}
rollback: {min-age: 0s, verify: [version], follow-up: {issue: {when: always}}}
`;
/** Lets a press run until `strikes`, takes the machine away there, and ends its run as GitHub does. */
async function killed(town: Town, ground: Ground, strikes: (request: SeenRequest) => boolean): Promise<WorkflowRun> {
  let begun: StepHandle | undefined;
  let isOver = false;
  let dead: Promise<StepResult> | undefined;
  const match = (request: SeenRequest) => {
    if (isOver || !strikes(request)) return false;
    isOver = true;
    dead = begun?.kill();
    return true;
  };
  town.github.faults.add({ match, reset: true });
  const { job, step } = press(town, ground);
  begun = step;
  await step.result;
  await dead;
  await job.finish();
  town.github.faults.clear();
  expect(isOver).toBe(true);
  return job.record;
}

/** Users are back, one rollback of theirs stands, and the version that was left says so. */
async function isWhole(town: Town, { place, good, bad }: Ground, last: StepResult): Promise<void> {
  expect(errorsOf(last)).toEqual([]);
  expect(['restored', 'already-there']).toContain(last.outputs.verdict);
  expect(last.outputs['target-sha']).toBe(good);
  expect(town.router.weights).toEqual({ blue: 100, green: 0 });
  const here = town.deployments().filter(({ environment }) => environment === place);
  const states = here.filter(({ task }) => task === 'deploy:rollback').map(({ statuses }) => statuses.at(-1)?.state);
  expect(states.filter((state) => state === 'success')).toHaveLength(1);
  expect(states.filter((state) => state !== 'success' && state !== 'error')).toEqual([]);
  const words = bad.statuses.map(({ description }) => description).filter((one) => one.startsWith('rolled back to'));
  expect(words).toHaveLength(1);
  expect(bad.statuses.at(-1)?.state).toBe('failure');
  const incidents = [...town.repo.issues.values()].filter(({ title }) => title.includes(`${place}:`));
  expect(incidents).toHaveLength(1);
}

async function inTown(tell: (town: Town) => Promise<void>): Promise<void> {
  const town = await townOfBundles({ policy, running: false });
  try {
    await tell(town);
  } finally {
    await town.stop();
  }
}

const isWrite = ({ method, path }: SeenRequest) => method !== 'GET' && !path.endsWith('/graphql');
const patience = 240_000;

describe('a rollback whose machine dies', () => {
  // Between two reads nothing changes, so that reads count once, unless the long form is asked for.
  const isStep = process.env.BORING_LONG === '1' ? () => true : isWrite;

  test.concurrent.each(['re-run', 'pressed anew'])(
    'before any of its calls, %s, ends whole',
    (how) =>
      inTown(async (town) => {
        const usual = await prepared(town, places[0] ?? '');
        const from = town.github.log.length;
        const { job, step } = press(town, usual);
        await isWhole(town, usual, await step.result);
        await job.finish();
        const count = town.github.log.slice(from).filter(isStep).length;
        expect(count).toBeGreaterThanOrEqual(6);

        for (let nth = 1; nth <= count; nth += 1) {
          const ground = await prepared(town, places[nth] ?? '');
          let seen = 0;
          const run = await killed(town, ground, (request) => {
            if (isStep(request)) seen += 1;
            return seen === nth;
          });
          const last = press(town, ground, how === 're-run' ? run : undefined);
          await isWhole(town, ground, await last.step.result);
          await last.job.finish();
        }
        town.github.assertClean();
      }),
    patience,
  );

  test.concurrent(
    'between the switch and the first word about it ends whole',
    () =>
      inTown(async (town) => {
        const ground = await prepared(town, places[0] ?? '');
        const moved = ({ method, path }: SeenRequest) =>
          method === 'POST' && path.endsWith('/statuses') && town.router.log.length > 1;
        const run = await killed(town, ground, moved);
        expect(town.router.weights).toEqual({ blue: 100, green: 0 });
        expect(ground.bad.statuses.at(-1)?.state).toBe('success');

        const last = press(town, ground, run);
        await isWhole(town, ground, await last.step.result);
        await last.job.finish();
      }),
    patience,
  );
});

describe('two bundles that are pressed at once', () => {
  test.concurrent(
    'leave one rollback: one acts, the other says who; or, where lists lag, both go to the same version',
    () =>
      inTown(async (town) => {
        const ground = await prepared(town, places[0] ?? '');
        // Both have begun theirs before either may look who else did.
        town.github.faults.add({ match: 'POST /repos/octo-org/shop/deployments', times: 2, latencyMs: 1_000 });

        const pressed = [press(town, ground), press(town, ground)];
        const steps = await Promise.all(pressed.map(({ step }) => step.result));
        for (const { job } of pressed) await job.finish();

        const verdicts = steps.map(({ outputs }) => outputs.verdict).sort();
        expect([
          ['refused', 'restored'],
          ['already-there', 'restored'],
        ]).toContainEqual(verdicts);
        const refused = steps.find(({ outputs }) => outputs.verdict === 'refused');
        if (refused !== undefined)
          expect(errorsOf(refused).join()).toMatch(/ada pressed in the same moment|is under way/);
        expect(town.router.weights).toEqual({ blue: 100, green: 0 });
        expect(town.router.log.at(-1)?.to).toEqual({ blue: 100, green: 0 });
        const states = town.deployments('deploy:rollback').map(({ statuses }) => statuses.at(-1)?.state);
        expect(states.filter((state) => state === 'success')).toHaveLength(1);
        expect(states.filter((state) => state === 'in_progress' || state === undefined)).toEqual([]);
        const again = press(town, ground);
        expect((await again.step.result).outputs).toMatchObject({
          verdict: 'already-there',
          'target-sha': ground.good,
        });
        await again.job.finish();
        town.github.assertClean();
      }),
    patience,
  );
});
