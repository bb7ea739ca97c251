// The bundle of canary-step stopped at random moments, before three routers: its users are back on stable in time, or with the next call.
import { jest, test } from '@jest/globals';
import { haproxyAvailable } from '../world/haproxy.ts';
import { neighbour } from '../world/neighbour.ts';
import { nginxAvailable } from '../world/nginx.ts';
import type { StepHandle } from '../world/runner/types.ts';
import type { EntranceKind } from '../world/town/entrance.ts';
import type { SingleJob, Town } from '../world/town.ts';
import { expectAllOn, inTown, patient } from './courses.ts';
import { landed, wordsOf } from './ground.ts';

const times = process.env.BORING_LONG === '1' ? 30 : 6;
jest.setTimeout(patient * Math.ceil(times / 6));

const routers: readonly EntranceKind[] = ['toy', 'nginx', 'haproxy'];
/** A walk that is never through by itself: a third of the users soon, then half of them for long. */
const stages = [
  '{id: third, weight: 30 %, bake: 1s, max-bake: 90s}',
  '{id: half, weight: 50 %, bake: 2m}',
  '{id: full, weight: 100 %, bake: 2m}',
];
const limits = ['{metric: error-rate, continue: "< 50 %"}'];
/** Lines of the log behind which it is stopped, so that a slow machine is stopped at the same places. */
const places = [
  'Policy and record',
  'Sides',
  'Preflight',
  'Record',
  'Canary third',
  'green has 30 %',
  'Canary half',
  'green has 50 %',
];

/** What 10 s may become before the test fails: a machine that does other things as well is slow. ms */
const bound = 20_000;

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Ending = { readonly name: string; end(handle: StepHandle, job: SingleJob, town: Town): Promise<void> };

const signalled = (signal: 'SIGTERM' | 'SIGKILL'): Ending => ({
  name: signal,
  async end(handle, job) {
    process.kill((await handle.pid) ?? 0, signal);
    await handle.result;
    await job.finish();
  },
});

const endings: readonly Ending[] = [
  {
    name: 'SIGINT, as a cancelled run sends it',
    async end(handle, job) {
      await handle.cancel();
      await job.finish();
    },
  },
  signalled('SIGTERM'),
  signalled('SIGKILL'),
  {
    name: 'SIGKILL and no machine any more: with the next call',
    async end(handle, job, town) {
      await handle.kill();
      await job.finish();
      // The next deployment is not installed yet: this call frees the sides and goes no further.
      const next = town.job({ sha: landed(town).sha });
      await next.uses('canary-step', { with: { comment: 'false' } });
      await next.finish();
    },
  },
];

/** One walk stopped once; gives how long users still met the new version after that, ms. */
async function stopped(ending: Ending, seed: number): Promise<number> {
  const chance = chances(seed);
  const entrance = routers[seed % routers.length] ?? 'toy';
  const place = places[Math.floor(chance() * places.length)] ?? '';
  const delayMs = chance() * 600;
  return inTown({ entrance, stages, limits, compared: false, town: { users: 40 } }, async (town) => {
    const { sha } = landed(town);
    await town.service.green.deploy({ version: sha.slice(0, 7), sha });
    const job = town.job({ sha });
    const handle = job.start('canary-step', { with: { comment: 'false' } });
    await handle.sees(place);
    await new Promise((done) => setTimeout(done, delayMs));
    const at = Date.now();
    await ending.end(handle, job, town);

    const tookMs = Math.max(0, (town.traffic.counts.newestBySide.green ?? 0) - at);
    const where = `seed ${seed}, ${entrance}, ${Math.round(delayMs)} ms after “${place}”`;
    await expectAllOn(town, 'blue').catch((error: unknown) => {
      throw new Error(`${where}: users are still on the new version`, { cause: error });
    });
    if (tookMs > bound) throw new Error(`${where}: users met the new version for ${tookMs} ms more`);
    const words = wordsOf(town, town.deployments().find((one) => one.sha === sha)?.id);
    if (words.includes('shifting') && !words.includes('restored') && !ending.name.includes('next call'))
      throw new Error(`${where}: the record does not say that the traffic is back:\n${words}`);
    return tookMs;
  });
}

neighbour('nginx or haproxy', nginxAvailable() && haproxyAvailable())('canary-step stopped at any moment', () => {
  test.each(endings)('$name: users are back on stable', async (ending) => {
    const seeds = Array.from({ length: times }, (_, n) => 1_000 * endings.indexOf(ending) + n);
    const took = await Promise.all(seeds.map((seed) => stopped(ending, seed)));
    process.stderr.write(`${ending.name}: back after at most ${Math.max(...took)} ms in ${times} walks\n`);
  });
});
