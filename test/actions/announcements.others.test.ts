// What canary-step and rollback tell people: promotions as they come, progress between them, and how it ended.
import { describe, expect, test } from '@jest/globals';
import { step as canaryStep } from '../../actions/canary-step/canary-step.ts';
import { inputs as rollbackInputs } from '../../actions/rollback/inputs.ts';
import { step as rollback } from '../../actions/rollback/rollback.ts';
import { announcementOf } from '../../src/report/announcement.ts';
import type { Announcing } from '../../src/world.ts';
import { aWorld, began, given, policy, Users } from '../canary/story.ts';
import { commit, forward, promoted } from '../rollback/story.ts';
import { memoryWorld } from '../world/memory/world.ts';

const hook = 'webhook: "https://hooks.example/x"';
const announce = (line: string) => `announce: [{id: team, ${line}, ${hook}}]\n`;
const told = (events: readonly Announcing[] | undefined) => (events ?? []).map(({ key }) => key);

describe('canary-step', () => {
  const all = `${policy}${announce('when: [held, asked, promoted, done, rolled-back], heartbeat: 20s')}`;

  test('tells each promotion when it comes, progress in between, and the end once', async () => {
    const world = aWorld({}, all);
    new Users(world);
    const id = await began(world);

    const outcome = await canaryStep(world, given());

    const events = world.announced.map(({ event }) => event);
    expect(events.filter((event) => event === 'promoted')).toHaveLength(2);
    // A minute a stage and a word every 20 s: two within each, the third is the verdict's.
    expect(events.filter((event) => event === 'progress').length).toBeGreaterThanOrEqual(6);
    expect(world.announced.find(({ event }) => event === 'promoted')?.key).toBe(`promoted production ${id} ten`);
    expect(told(outcome.announcements)).toEqual([`done production ${id}`]);
    const progress = world.announced.find(({ event }) => event === 'progress');
    expect(progress && announcementOf(progress).fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Version', 'Strategy', 'Expected duration', 'Progress', 'Way back']),
    );
  });

  test('tells a rollback with what users met, and nothing more of progress', async () => {
    const world = aWorld({}, all);
    const users = new Users(world);
    users.failing.green = 0.2;
    const id = await began(world);

    const outcome = await canaryStep(world, given());

    expect(told(outcome.announcements)).toEqual([`rolled-back production ${id}`]);
    const [event] = outcome.announcements ?? [];
    expect(event && announcementOf(event).title).toMatch(/^Production: v2 rolled back to v1\.0\.0 in /);
  });

  test('tells a hold with its stage and reason, so that the same one is no news and another is', async () => {
    const world = aWorld({}, all);
    new Users(world);
    const id = await began(world);
    world.traffic.sides.green = { version: 'v2', sha: '', answers: false };

    const outcome = await canaryStep(world, given());

    expect(outcome.verdict).toBe('hold');
    expect(told(outcome.announcements)).toEqual([
      expect.stringMatching(new RegExp(`^held production ${id} .*${outcome.reason}$`)),
    ]);
  });

  test.each([
    ['users-exposed > 0', 1],
    ['users-exposed > 1000000', 0],
    ['P3', 1],
  ])('with `if: %s` tells it where so many were counted, or nobody rated it', async (condition, count) => {
    const world = aWorld({}, `${policy}${announce(`when: [rolled-back], if: "${condition}"`)}`);
    new Users(world).failing.green = 0.2;
    await began(world);

    expect((await canaryStep(world, given())).announcements).toHaveLength(count);
  });

  test('tells nothing without a line, and moves as it always did', async () => {
    const world = aWorld();
    new Users(world);
    await began(world);

    const outcome = await canaryStep(world, given());

    expect(outcome).toMatchObject({ verdict: 'promote', announcements: [] });
    expect(world.announced).toEqual([]);
  });
});

describe('rollback', () => {
  const text = `
version: 1
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback: {min-age: 0s, redeploy: {command: ./ops/redeploy.sh}}
${announce('when: [rolled-back, refused]')}`;
  const blank = Object.fromEntries(Object.keys(rollbackInputs.shape).map((name) => [name, '']));
  const inputs = (words: Readonly<Record<string, string>> = {}) => rollbackInputs.parse({ ...blank, ...words });
  const a = forward({ id: 1, letter: 'a', said: promoted });
  const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });

  function town(facts = [a, b]) {
    const world = memoryWorld({
      policy: text,
      run: { event: 'workflow_dispatch', byPerson: true, id: 500 },
      now: Date.UTC(2026, 10, 18, 8, 0, 0),
    });
    world.github.deployments = [...facts];
    world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
    world.traffic.sides.green = { version: 'vb', sha: commit('b'), answers: true };
    world.traffic.weights = { blue: 0, green: 100 };
    return world;
  }

  test('tells what was left, what users are back on, and under the key that its canary would have used', async () => {
    const outcome = await rollback(town(), inputs({ reason: 'checkout is broken' }));
    const [event] = outcome.announcements ?? [];

    expect(outcome.verdict).toBe('restored');
    expect(told(outcome.announcements)).toEqual(['rolled-back production 2']);
    expect(event && announcementOf(event).title).toContain('vb rolled back');
    expect(event?.progress).toBe('back on va');
  });

  test('tells a refusal', async () => {
    const outcome = await rollback(town([b]), inputs());

    expect(outcome.verdict).toBe('refused');
    expect(outcome.announcements?.map(({ event }) => event)).toEqual(['refused']);
  });

  test.each([[{ mode: 'plan' }], [{ mode: 'execute', 'dry-run': 'true' }]])('told %j tells nobody', async (words) => {
    const { announcements = [] } = await rollback(town(), inputs(words));

    expect(announcements.filter(({ silent }) => !silent)).toEqual([]);
  });
});
