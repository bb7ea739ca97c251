// Deployments in a row on the same two sides, the way back from the last of them, and two legs of which one turns back: bundles before HAProxy.
import { expect, jest, test } from '@jest/globals';
import { haproxyAvailable } from '../world/haproxy.ts';
import { neighbour } from '../world/neighbour.ts';
import type { StepResult } from '../world/runner/types.ts';
import { startRouter } from '../world/service/router.ts';
import { startService } from '../world/service/service.ts';
import { startTraffic } from '../world/service/traffic.ts';
import type { Service, Side, Traffic } from '../world/service/types.ts';
import { type Entrance, startEntrance } from '../world/town/entrance.ts';
import type { Town } from '../world/town.ts';
import { expectAllOn, inTown, patient, walked } from './courses.ts';
import { errorsOf, landed, stateOf, wordsOf } from './ground.ts';

jest.setTimeout(patient);

const limits = [
  '{metric: error-rate, continue: "< 5 %"}',
  '{metric: error-rate, breach: "> 20 %", severity: P1, then: rollback}',
];
const full = '{id: full, weight: 100 %, bake: 1s, max-bake: 90s}';
const stages = ['{id: third, weight: 30 %, bake: 2s, max-bake: 90s}', full];

/** A second place in which the shop runs: sides, HAProxy and users of its own. */
interface Leg {
  readonly service: Service;
  readonly entrance: Entrance;
  readonly traffic: Traffic;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

async function startLeg(town: Town): Promise<Leg> {
  const { running } = town.service.blue;
  if (running === undefined) throw new Error('nothing runs on blue');
  const service = await startService();
  await service.blue.deploy(running);
  const router = await startRouter({ upstreams: { blue: service.blue.url, green: service.green.url } });
  const entrance = await startEntrance('haproxy', { service, router });
  const traffic = startTraffic({ url: entrance.url, rate: 50, forSeconds: 600 });
  const { HAPROXY_SOCKET = '' } = entrance.env;
  const env = {
    US_SOCKET: HAPROXY_SOCKET,
    US_BLUE: service.blue.url,
    US_GREEN: service.green.url,
    US_STATS: `${service.adminUrl}/stats`,
    US_URL: entrance.url,
  };
  return {
    ...{ service, entrance, traffic, env },
    async stop() {
      await traffic.stop();
      await entrance.stop();
      await router.stop();
      await service.stop();
    },
  };
}

const us = `us: {url: "\${US_URL}", traffic: {socket: "\${US_SOCKET}", at: {blue: "\${US_BLUE}", green: "\${US_GREEN}"}}, metrics: {sources: {stats: {json: "\${US_STATS}"}}}}`;

/** A town whose shop runs in a second place as well; a version is installed in both, and misbehaves over there as told. */
async function inTwoLegs(
  order: string,
  body: (at: {
    readonly town: Town;
    readonly leg: Leg;
    walk(leg: 'eu' | 'us'): Promise<StepResult>;
    readonly id: string;
  }) => Promise<void>,
): Promise<void> {
  const environment = `, order: ${order}, legs: {eu: {}, ${us}}`;
  const third = `{id: third, weight: 30 %, bake: ${order === 'together' ? '80s' : '2s'}, max-bake: 90s}`;
  const course = { entrance: 'haproxy', stages: [third, full], limits, compared: false, environment } as const;
  const variables = ['US_SOCKET', 'US_BLUE', 'US_GREEN', 'US_STATS', 'US_URL'];
  await inTown({ ...course, variables }, async (town) => {
    const leg = await startLeg(town);
    try {
      const { sha } = landed(town);
      const lead = town.job({ sha, name: 'gate', env: leg.env });
      const gate = await lead.uses('pre-deploy-gate', { with: { comment: 'false' } });
      expect([gate.outputs.verdict, errorsOf(gate)]).toEqual(['open', []]);
      const version = { version: sha.slice(0, 7), sha };
      await town.service.green.deploy(version);
      await leg.service.green.deploy(version, { failEvery: 2 });
      const walk = async (name: 'eu' | 'us') => {
        const job = town.job({ sha, beside: lead.record, matrix: { leg: name }, env: leg.env });
        const step = await job.uses('canary-step', { with: { comment: 'false', leg: name } });
        await job.finish();
        return step;
      };
      await body({ town, leg, walk, id: gate.outputs['deployment-id'] ?? '' });
      await lead.finish();
    } finally {
      await leg.stop();
    }
  });
}

neighbour('haproxy', haproxyAvailable())('on the same two sides', () => {
  test.concurrent('three deployments in a row change sides each time, and the rollback goes one version back', () =>
    inTown({ entrance: 'haproxy', stages, limits, compared: false }, async (town) => {
      const versions: string[] = [];
      for (const side of ['green', 'blue', 'green'] as readonly Side[]) {
        const { step, id, sha } = await walked(town);
        expect([step.outputs.reason, errorsOf(step), stateOf(town, id)]).toEqual(['completed', [], 'success']);
        versions.push(sha.slice(0, 7));
        await expectAllOn(town, side);
      }

      const back = await town.rollback({}, { by: 'ada' });

      const step = back.steps.find(({ outputs }) => outputs['target-sha'] !== undefined);
      expect([back.conclusion, step?.outputs.verdict]).toEqual(['success', 'restored']);
      await expectAllOn(town, 'blue');
      expect(Object.keys(town.traffic.counts.byVersion)).toEqual([versions[1]]);
    }));

  test.concurrent('two legs at once: where one turns back, the other does too', () =>
    inTwoLegs('together', async ({ town, leg, walk, id }) => {
      const [eu, other] = await Promise.all([walk('eu'), walk('us')]);

      expect([other.outputs.verdict, other.outputs.reason]).toEqual(['rollback', 'limit:error-rate']);
      expect([eu.outputs.verdict, eu.outputs.reason]).toEqual(['rollback', 'leg-rolled-back']);
      expect(stateOf(town, id)).toBe('failure');
      await expectAllOn(town, 'blue');
      await expectAllOn({ ...town, traffic: leg.traffic }, 'blue');
    }));

  test.concurrent('two legs one by one: when the second turns back, the rollback takes the completed first one along', () =>
    inTwoLegs('one-by-one', async ({ town, leg, walk, id }) => {
      const [eu, other] = await Promise.all([walk('eu'), walk('us')]);
      expect([eu.outputs.verdict, eu.outputs.reason, errorsOf(eu)]).toEqual(['promote', 'completed', []]);
      expect([other.outputs.verdict, other.outputs.rollback]).toEqual(['rollback', 'true']);
      await expectAllOn(town, 'green');
      await expectAllOn({ ...town, traffic: leg.traffic }, 'blue');
      const lines = Object.entries(leg.env).map(([name, value]) => `${name}=${value}\n`);
      const secrets = { ...town.secrets, DEPLOY_ENV: `${town.secrets.DEPLOY_ENV}${lines.join('')}` };

      const back = await town.rollback({}, { by: 'ada', secrets });

      const step = back.steps.find(({ outputs }) => outputs['target-sha'] !== undefined);
      expect([back.conclusion, step?.outputs.verdict]).toEqual(['success', 'restored']);
      expect(wordsOf(town, id)).toContain('canary third 30 %: rollback, limit:error-rate');
      await expectAllOn(town, 'blue');
      await expectAllOn({ ...town, traffic: leg.traffic }, 'blue');
    }));
});
