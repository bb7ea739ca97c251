// The bundle of canary-step with a real HAProxy, with clusters behind the real kubectl, and with routers that do not do what they say.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { haproxyAvailable } from '../world/haproxy.ts';
import { kubectlAvailable } from '../world/kubernetes/cluster.ts';
import { neighbour } from '../world/neighbour.ts';
import { nginxAvailable } from '../world/nginx.ts';
import { prometheusAvailable, startPrometheus } from '../world/prometheus.ts';
import type { EntranceKind } from '../world/town/entrance.ts';
import type { Town } from '../world/town.ts';
import { type Course, expectAllOn, inTown, patient, until, walked } from './courses.ts';
import { errorsOf, stateOf, warningsOf, wordsOf } from './ground.ts';

jest.setTimeout(patient);

const third = '{id: third, weight: 30 %, bake: 2s, max-bake: 90s}';
const full = '{id: full, weight: 100 %, bake: 1s, max-bake: 90s}';
const thirdShort = '{id: third, weight: 30 %, bake: 4s, max-bake: 6s}';

const behind = (entrance: EntranceKind, body: (town: Town) => Promise<void>, course: Partial<Course> = {}) =>
  inTown({ entrance, stages: [third, full], plan: ['inconclusive: restore'], ...course }, body);

const behaviour = (how: object) => ({ 'services/shop/behaviour.json': JSON.stringify(how) });

async function good(town: Town): Promise<void> {
  const { step, id } = await walked(town);

  expect(errorsOf(step)).toEqual([]);
  expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([0, 'promote', 'completed']);
  expect(stateOf(town, id)).toBe('success');
  await expectAllOn(town, 'green');
}

async function worse(town: Town): Promise<void> {
  const { step, id } = await walked(town, behaviour({ failEvery: 4 }));

  expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'rollback', 'true']);
  expect(stateOf(town, id)).toBe('failure');
  await expectAllOn(town, 'blue');
}

neighbour('haproxy', haproxyAvailable())('with HAProxy, canary-step', () => {
  test.concurrent('carries a good version to all users', () => behind('haproxy', good));

  test.concurrent('turns back a worse one', () => behind('haproxy', worse));

  test.concurrent('holds one that dies', () =>
    behind(
      'haproxy',
      async (town) => {
        const { step } = await walked(town, {}, { sees: 'green has 30 %', act: () => town.service.green.down() });

        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([
          1,
          'hold',
          expect.stringMatching(/^(canary-silent|no-data)$/),
        ]);
        await expectAllOn(town, 'blue');
      },
      { stages: [thirdShort, full] },
    ));

  test.concurrent('holds when somebody reloads it in between, and the weight is forgotten', () =>
    behind(
      'haproxy',
      async (town) => {
        const { step, id } = await walked(town, {}, { sees: 'green has 30 %', act: () => town.entrance.reload() });

        expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'hold']);
        expect(step.outputs.reason).toMatch(/^(contested|canary-silent)$/);
        expect(wordsOf(town, id)).toContain('traffic restored: blue 100 %');
        await expectAllOn(town, 'blue');
      },
      { stages: [thirdShort, full] },
    ));
});

neighbour('haproxy or prometheus', haproxyAvailable() && prometheusAvailable())('with HAProxy and Prometheus', () => {
  test('canary-step turns back a worse version by what was scraped', async () => {
    const by = await startPrometheus({ targets: [], intervalMs: 500 });
    try {
      await inTown({ entrance: 'haproxy', by, stages: [third, full], plan: ['inconclusive: restore'] }, worse);
    } finally {
      await by.stop();
    }
  });
});

neighbour('kubectl', kubectlAvailable())('through kubectl, canary-step', () => {
  const tenth = '{id: third, weight: 30 %, bake: 2s, max-bake: 90s}';

  test.concurrent.each(['kubernetes-replicas', 'gateway-api'] as const)(
    '%s: carries a good version to all users',
    (kind) => behind(kind, good, { stages: [tenth, full] }),
  );

  test.concurrent.each(['istio', 'ingress-nginx'] as const)('%s: carries a good version to all users', (kind) =>
    behind(kind, good, { stages: [tenth, full] }),
  );

  // Its arms are old and new pods, which the toy's numbers do not know by these names.
  const byRollout = {
    plan: ['by: rollout', 'inconclusive: restore'],
    counted: 'green',
    compared: false,
    limits: ['{metric: error-rate, continue: "< 5 %"}', '{metric: error-rate, breach: "> 10 %", then: rollback}'],
  } as const;

  test.concurrent('by the rollout of the platform: carries a good version to all pods', () =>
    behind('kubernetes-rollout', good, byRollout));

  test.concurrent('by the rollout of the platform: a worse one is back on the image before', () =>
    behind('kubernetes-rollout', worse, byRollout));

  test.concurrent.each(['kubernetes-replicas', 'gateway-api'] as const)('%s: turns back a worse one', (kind) =>
    behind(kind, worse, { stages: [tenth, full] }),
  );
});

describe('by a flag of Unleash, canary-step', () => {
  // The real one is 185 MB from npm: it is met in the long run, its stand-in always.
  const kind = process.env.BORING_LONG === '1' ? 'unleash-itself' : 'unleash';

  test.concurrent('carries a good version to all users', () => behind(kind, good));

  test.concurrent('turns back a worse one', () => behind(kind, worse));

  const byFlag = { plan: ['by: flag', 'inconclusive: restore'] };

  test.concurrent('in a plan by flag: carries the new code to all users', () => behind(kind, good, byFlag));

  test.concurrent('in a plan by flag: turns worse code back', () => behind(kind, worse, byFlag));
});

neighbour('nginx', nginxAvailable())('with an nginx that does not do what its file says, canary-step', () => {
  /** nginx as called by hand, but deaf to a reload, though it says that all is well: at once, or once `turnDeaf` was called. */
  function deafNginx(town: Town): { readonly NGINX_COMMAND: string; turnDeaf(): void } {
    const { NGINX_COMMAND = '', NGINX_CONFIG = '' } = town.entrance.env;
    const home = join(NGINX_CONFIG, '..', '..');
    const [script, deaf] = [join(home, 'deaf.sh'), join(home, 'deaf')];
    writeFileSync(
      script,
      `#!/bin/sh\ncase "$*" in *reload*) test -e ${deaf} && exit 0;; esac\nexec ${NGINX_COMMAND} "$@"\n`,
      { mode: 0o755 },
    );
    return { NGINX_COMMAND: script, turnDeaf: () => writeFileSync(deaf, '') };
  }

  test.concurrent('holds a canary that the file promises users and nobody sends any', () =>
    behind(
      'nginx',
      async (town) => {
        const { turnDeaf, ...env } = deafNginx(town);
        turnDeaf();
        const { step } = await walked(town, {}, undefined, env);

        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([
          1,
          'hold',
          expect.stringMatching(/^(canary-silent|no-data)$/),
        ]);
        await expectAllOn(town, 'blue');
      },
      { stages: [thirdShort, full] },
    ));

  test.concurrent('says loudly that users are not back when only the file says so', () =>
    behind('nginx', async (town) => {
      const { turnDeaf, ...env } = deafNginx(town);
      const bad = behaviour({ failEvery: 4 });
      const { step } = await walked(town, bad, { sees: 'green has 30 %', act: turnDeaf }, env);

      expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'rollback']);
      expect(warningsOf(step)).toContainEqual(expect.stringMatching(/^NOT ALL USERS ARE BACK: .* \d+ of 20 answers/));
      // It is as it says: nginx still has the weights from before.
      town.traffic.reset();
      await until(() => (town.traffic.counts.bySide.green ?? 0) > 5);
    }));
});
