// What follows a rollback: incidents, reasons of people, deployments under way that are stopped, the watch, kept logs, drills.
import { describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/rollback/rollback.ts';
import { commit, forward, halfWay, promoted, restoredSaid, rolledBack, turnedBack } from '../rollback/story.ts';
import { a, b, inputs, MemoryFlag, policyWith, press, town } from '../rollback/town.ts';

const queries = 'metrics: {sources: {main: {command: ./m.sh}}, queries: {error-rate: {value: x}}}\n';
const always = 'follow-up: {issue: {when: always}, postmortem: 48h, watch: 24h, block-redeploy: until-root-cause}';

describe('the incident', () => {
  test('says what, why, when and by whom, what is owed until when, and leaves room for the root cause', async () => {
    const world = town([a, b], { policy: policyWith(always) });

    const outcome = await step(world, inputs({ reason: 'checkout is broken @everyone', severity: 'P1' }));

    expect(outcome.outputs['incident-url']).toBe('https://github.example/octo-org/shop/issues/491');
    const [incident] = world.incidents;
    expect(incident).toMatchObject({ key: 'production 2', labels: ['incident'] });
    expect(incident?.title).toBe('Incident in production: vb rolled back to va');
    expect(incident?.body).toContain('P1');
    expect(incident?.body).toContain('checkout is broken');
    expect(incident?.body).not.toContain('@everyone');
    expect(incident?.body).toContain(commit('b'));
    expect(incident?.body).toContain('| Users exposed | not measured |');
    expect(incident?.body).toMatch(/Post-mortem due \| 2026-11-20T08:00:/);
    expect(incident?.body).toMatch(/Watched until \| 2026-11-19T08:00:/);
    expect(incident?.body).toContain('canary complete: green 100 %');
    expect(incident?.below).toContain('## Root cause');
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(world.github.story(made?.id ?? 0)).toContainEqual(
      expect.stringMatching(/^in_progress: watch until 2026-11-19T08:00:/),
    );
  });

  test('that breaks off with what nobody foresaw is a warning: users are back all the same', async () => {
    const memory = town([a, b], { policy: policyWith(always) });
    const world = { ...memory, incident: () => Promise.reject(new Error('EPIPE')) };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(outcome.warnings.join()).toContain('EPIPE');
  });

  const conditions: readonly (readonly [string, string, boolean])[] = [
    ['P0 or P1', 'P1', true],
    ['P0 or P1', 'P2', false],
    // What nobody rated counts as true: an issue too many is closed with a click.
    ['P0 or P1', '', true],
    ['users-exposed > 100 or P0', 'P3', true],
  ];

  test.each(conditions)('when %s, with severity "%s": %s', async (when, severity, wanted) => {
    const policy = policyWith(`follow-up: {issue: {when: "${when}"}}`);
    const world = town([a, b], { policy });

    await step(world, inputs({ severity }));

    expect(world.incidents).toHaveLength(wanted ? 1 : 0);
  });

  test('a canary that went back by itself gets its incident from the rollback job, under the same key', async () => {
    const canary = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });
    const world = town([a, canary], { policy: policyWith(always) });
    world.traffic.weights = { blue: 100, green: 0 };

    expect(await step(world, inputs())).toMatchObject({ verdict: 'already-there' });
    expect(world.incidents.map(({ key }) => key)).toEqual(['production 2']);
  });

  test.each([
    ['of the severity that is asked for', '{metric: error-rate, breach: "> 5 %", severity: P1, then: rollback}', 1],
    ['of a lesser one', '{metric: error-rate, breach: "> 5 %", severity: P2, then: rollback}', 0],
    [
      'one of two',
      '{metric: error-rate, breach: "> 5 %", severity: P2, then: rollback}, {metric: error-rate, breach: "> 9 %", severity: P0, then: rollback}',
      1,
    ],
    ['that the policy has no more', '', 1],
  ])('a canary that went back for a limit %s: when P0 or P1', async (_which, limits, count) => {
    const canary = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });
    const world = town([a, canary], {
      policy: policyWith('follow-up: {issue: {when: "P0 or P1"}}', `${queries}limits: [${limits}]`),
    });
    world.traffic.weights = { blue: 100, green: 0 };

    await step(world, inputs());

    expect(world.incidents).toHaveLength(count);
    if (limits.includes('P1')) expect(world.incidents[0]?.body).toContain('| Severity | P1 |');
  });

  const hour = 3_600_000;
  test.each([
    ['the same commit', 'an hour later', 'b', hour, 'production 2'],
    ['the same commit', 'a day less a millisecond later', 'b', 24 * hour - 1, 'production 2'],
    ['the same commit', 'a day later', 'b', 24 * hour, 'production 4'],
    ['another commit', 'an hour later', 'c', hour, 'production 4'],
  ])('%s that is deployed and left %s has its incident', async (_which, _when, letter, later, key) => {
    const said = [...promoted, ['failure', { kind: 'rolled-back', to: 'va', deploymentId: 3 }]] as const;
    const first = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said });
    const back = rolledBack({ id: 3, letter: 'a', from: { id: 2, letter: 'b' }, said: restoredSaid });
    const again = forward({ id: 4, letter, previous: { id: 3, letter: 'a' }, said: promoted });
    const createdAt = first.createdAt + later;
    const statuses = again.statuses.map((one) => ({ ...one, createdAt }));
    const world = town([a, first, back, { ...again, createdAt, statuses }], { policy: policyWith(always) });

    await step(world, inputs());

    expect(world.incidents.map((one) => one.key)).toEqual([key]);
    expect(world.incidents[0]?.body.includes('from Deployment 2 on')).toBe(key === 'production 2');
  });

  test('a second press tells of the same incident, which it leaves as it is', async () => {
    const world = town([a, b], { policy: policyWith(always) });
    await step(world, inputs());
    const second = town([], { run: { ...press.run, id: 501 }, after: world });

    expect(await step(second, inputs())).toMatchObject({ verdict: 'already-there' });
    const [first, again] = [world.incidents[0], second.incidents[0]];
    expect([first?.key, again?.key]).toEqual(['production 2', 'production 2']);
    expect([first?.once, again?.once]).toEqual([false, true]);
    expect(again?.title).toBe(first?.title);
  });

  test('trouble with it is a warning, not a verdict', async () => {
    const world = town([a, b], { policy: policyWith(always) });
    world.github.down = true;

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(outcome.warnings.join(' ')).toContain('no incident was opened');
  });

  test('logs of the bad version are saved by the command of the policy', async () => {
    const policy = policyWith('follow-up: {issue: {when: always}, logs: {command: ./ops/logs.sh}}');
    const command = () => ({ code: 0, stdout: 'saving\ns3://logs/vb.tgz\n', stderr: '', timedOut: false });
    const world = town([a, b], { policy, command });

    await step(world, inputs());

    expect(world.commands[0]).toMatchObject({ line: './ops/logs.sh', env: { SIDE: 'green', VERSION: 'vb' } });
    expect(world.incidents[0]?.body).toContain('s3://logs/vb.tgz');
  });
});

describe('the reason of a person', () => {
  const manual = 'manual: [{id: critical-bug, severity: P0, within: 15m}, {id: breach, severity: P1, by: security}]';

  test('gives its severity, and how soon it was decided', async () => {
    const world = town([a, b], { policy: policyWith(manual) });
    world.github.runs.set(500, {
      ...{ id: 500, attempt: 1, path: '', event: 'workflow_dispatch', headSha: commit('f'), headBranch: 'main' },
      status: 'in_progress',
      ...{ createdAt: world.clock.now() - 60_000, actor: 'alice', url: '' },
    });

    const outcome = await step(world, inputs({ reason: 'critical-bug: nobody can pay' }));

    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(made).toMatchObject({ payload: { severity: 'P0' } });
    expect(JSON.stringify(outcome.evidence?.details)).toMatch(/critical-bug, decided .* in time \(within 15\s?m/);
  });

  test('is refused where the policy gives it to others, and nothing is moved', async () => {
    const world = town([a, b], { policy: policyWith(manual) });

    const outcome = await step(world, inputs({ reason: 'breach' }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'not-yours' });
    expect(outcome.error).toContain('security');
    expect(world.traffic.log).toEqual([]);
  });

  test('own words need no role, and the report names the reasons that the policy knows', async () => {
    const world = town([a, b], { policy: policyWith(manual) });

    const outcome = await step(world, inputs({ reason: 'it smells' }));

    expect(outcome.verdict).toBe('restored');
    expect(JSON.stringify(outcome.evidence?.details)).toContain('critical-bug (P0), breach (P1)');
  });
});

describe('a deployment under way', () => {
  const canary = forward({ id: 2, letter: 'b', runId: 800, previous: { id: 1, letter: 'a' }, said: halfWay });
  const running = {
    ...{ id: 800, attempt: 1, path: '', event: 'push', headSha: commit('b'), headBranch: 'main' },
    ...{ createdAt: 0, actor: 'bob', url: '' },
    status: 'in_progress' as const,
  };

  test('is told through the record at once; its run is cancelled when it does not listen within 10 s', async () => {
    const world = town([a, canary]);
    world.traffic.weights = { blue: 90, green: 10 };
    world.github.runs.set(800, running);

    const outcome = await step(world, inputs());

    expect(outcome.verdict).toBe('restored');
    expect(world.github.story(2)).toContain('inactive: superseded by the rollback to va');
    expect(world.github.story(2).at(-1)).toMatch(/^failure: rolled back to va, deployment/);
    expect(world.runsCancelled).toEqual([800]);
    expect(JSON.stringify(outcome.evidence?.details)).toContain('did not listen within 10 s');
  });

  test('whose run is over is not cancelled', async () => {
    const world = town([a, canary]);
    world.traffic.weights = { blue: 90, green: 10 };
    world.github.runs.set(800, { ...running, status: 'completed', conclusion: 'cancelled' });

    await step(world, inputs());

    expect(world.runsCancelled).toEqual([]);
  });

  test('is still what runs when the switch fails, so that the next press goes back to the same version', async () => {
    const older = forward({ id: 1, letter: 'e', said: promoted });
    const before = forward({ id: 2, letter: 'a', previous: { id: 1, letter: 'e' }, said: promoted });
    const late = forward({ id: 3, letter: 'b', runId: 800, previous: { id: 2, letter: 'a' }, said: halfWay });
    const world = town([older, before, late]);
    world.traffic.weights = { blue: 90, green: 10 };
    world.github.runs.set(800, { ...running, status: 'completed', conclusion: 'failure' });
    world.traffic.refuses = true;
    expect(await step(world, inputs())).toMatchObject({ verdict: 'failed' });
    world.traffic.refuses = false;

    const next = town([], { after: world, run: { ...press.run, id: 501 } });

    expect(await step(next, inputs())).toMatchObject({ verdict: 'restored', version: 'va' });
  });

  test('that listens is not cancelled', async () => {
    const world = town([a, canary]);
    world.traffic.weights = { blue: 90, green: 10 };
    world.github.runs.set(800, running);
    const { say } = world.deployments;
    const listening = {
      ...world,
      deployments: {
        ...world.deployments,
        say: async (id: number, status: Parameters<typeof say>[1]) => {
          await say(id, status);
          if (id === 2 && status.description.startsWith('superseded by the rollback'))
            await say(id, { ...status, description: 'traffic restored: blue 100 %, rolled-back' });
        },
      },
    };

    await step(listening, inputs());

    expect(world.runsCancelled).toEqual([]);
  });
});

describe('mode: drill', () => {
  const drills = policyWith('drill: {every: 7d, environment: production}');

  test('goes there, proves it, comes back, and leaves nothing but its own record', async () => {
    const world = town([a, b], { policy: drills });

    const outcome = await step(world, inputs({ mode: 'drill' }));

    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'drill', exit: 0 });
    expect(world.traffic.log.map(({ weights }) => weights)).toEqual([
      { blue: 100, green: 0 },
      { blue: 0, green: 100 },
    ]);
    const [made, ...others] = world.github.deployments.filter(({ id }) => id > 2);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ task: 'deploy:drill', payload: { drill: true } });
    expect(world.github.story(made?.id ?? 0).at(-1)).toMatch(/^success: rollback: verified there in .* back on green/);
    expect(world.github.story(2)).toHaveLength(3);
    const measured = JSON.parse(outcome.outputs['phase-times'] ?? '{}');
    expect(Object.keys(measured)).toEqual(['queue', 'decide', 'switch', 'verify', 'record']);
    // A drill is no rollback: the next press still goes back one version.
    const next = town([], { after: world, run: { ...press.run, id: 501 } });
    expect(await step(next, inputs())).toMatchObject({ verdict: 'restored', version: 'va' });
  });

  test('is refused by flag, which nobody here could turn on again', async () => {
    const flagged = policyWith('drill: {every: 7d, environment: production}\nflag: new-checkout');
    const world = town([a, b], { policy: flagged, flag: () => new MemoryFlag() });

    const outcome = await step(world, inputs({ mode: 'drill', how: 'flag' }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'drill-by-flag', exit: 1 });
    expect(world.github.deployments.filter(({ id }) => id > 2)).toEqual([]);
  });

  test('comes back also when the target does not prove itself', async () => {
    const world = town([a, b], { policy: drills });
    world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
    world.traffic.router.sample = async () => ({ vb: 50 });

    const outcome = await step(world, inputs({ mode: 'drill' }));

    expect(outcome).toMatchObject({ verdict: 'failed', exit: 1 });
    expect(world.traffic.weights).toEqual({ blue: 0, green: 100 });
    const made = world.github.deployments.find(({ task }) => task === 'deploy:drill');
    expect(world.github.story(made?.id ?? 0).at(-1)).toContain('failure: rollback: failed');
  });

  test('post puts a killed drill back and ends its record', async () => {
    const world = town([a, b], { policy: drills });
    const killed = world.traffic.router.sample;
    world.traffic.router.sample = async () => {
      throw new Error('killed');
    };
    // The process is gone after the switch: nothing of its own cleaning runs either.
    const { set } = world.traffic.router;
    let sets = 0;
    world.traffic.router.set = async (weights) => {
      sets += 1;
      if (sets > 1) throw new Error('killed');
      return set(weights);
    };
    await expect(step(world, inputs({ mode: 'drill' }))).rejects.toThrow('killed');
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
    world.traffic.router.sample = killed;
    world.traffic.router.set = set;

    const outcome = await finish(world, inputs({ mode: 'drill' }));

    expect(outcome.reason).toBe('ended');
    expect(world.traffic.weights).toEqual({ blue: 0, green: 100 });
    const made = world.github.deployments.find(({ task }) => task === 'deploy:drill');
    expect(world.github.story(made?.id ?? 0).at(-1)).toBe('error: cancelled: killed; traffic is back on green');
  });

  test('waits for no turn that another has', async () => {
    const other = forward({
      id: 3,
      letter: 'd',
      runId: 800,
      previous: { id: 2, letter: 'b' },
      said: [['in_progress', { kind: 'begun', tier: 'medium', plan: 'canary' }]],
    });
    const world = town([a, b, other], { policy: drills });

    expect(await step(world, inputs({ mode: 'drill' }))).toMatchObject({ verdict: 'refused', reason: 'conflict' });
    expect(world.traffic.log).toEqual([]);
  });

  test('belongs to the environment that the policy names', async () => {
    const world = town([a, b], {
      policy: policyWith('drill: {every: 7d, environment: staging}', 'environments: {staging: {}, production: {}}'),
    });

    await expect(step(world, inputs({ mode: 'drill' }))).rejects.toThrow('the policy drills in staging');
    expect(world.traffic.log).toEqual([]);
  });
});

test('the budget of a phase that was overrun stands in the report', async () => {
  const world = town([a, b], { policy: policyWith('budget: {total: 5m, switch: 1s}') });
  const { set } = world.traffic.router;
  world.traffic.router.set = async (weights) => {
    await world.clock.sleep(3_000);
    return set(weights);
  };

  const outcome = await step(world, inputs());

  expect(outcome.verdict).toBe('restored');
  expect(JSON.stringify(outcome.evidence?.details)).toMatch(/Over its budget: switch took 3/);
});
