// What people are told, and when: notice and start by the gate, done by whoever finishes, held, rolled back and refused by the others.
import { describe, expect, test } from '@jest/globals';
import { type Inputs as GateInputs, inputs as gateInputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step as gate } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { announcementOf } from '../../src/report/announcement.ts';
import type { Announcing } from '../../src/world.ts';
import { aCheck, aCommit, aPull, deployStory, minute, noon, policyText, reviewStory, sha } from '../checklist/story.ts';

const hour = 60 * minute;
const lines = (text: string) => `${policyText}announce: ${text}\n`;
const hook = 'webhook: "https://hooks.example/x"';

function given(some: Readonly<Record<string, string>> = {}): GateInputs {
  const empty = Object.fromEntries(Object.keys(gateInputs.shape).map((name) => [name, '']));
  return gateInputs.parse({ ...empty, ...some });
}

const told = (events: readonly Announcing[] | undefined) => (events ?? []).map(({ key }) => key);

describe('the gate', () => {
  const start = lines(`[{id: team, when: [start, notice], ${hook}}]`);

  test('tells the start of the Deployment that it began, with the fields the processes ask', async () => {
    const outcome = await gate(deployStory({ policy: start }), given({ version: 'v1.8.0' }));
    const [event] = outcome.announcements ?? [];

    expect(told(outcome.announcements)).toEqual(['start production 9001']);
    expect(event?.silent).toBe(false);
    const message = event === undefined ? undefined : announcementOf(event);
    expect(message?.title).toContain('Production: v1.8.0 started');
    const fields = new Map(message?.fields.map(({ name, value }) => [name, value]));
    expect(fields.get('Version')).toBe('v1.7.4 → v1.8.0');
    expect(fields.get('Strategy')).toMatch(/^canary: .*100 %$/);
    expect(fields.get('Expected duration')).toMatch(/min|h/);
    expect(fields.get('Risk')).toBe('medium');
    expect(fields.get('Who')).not.toBe('');
    expect(message?.links.map(({ text }) => text)).toEqual(['Run']);
  });

  test.each([
    ['of another event', `[{id: team, when: [done], ${hook}}]`],
    ['that is not connected', '[{id: team, when: [start]}]'],
  ])('tells nothing on a line %s', async (_, announce) => {
    expect(told((await gate(deployStory({ policy: lines(announce) }), given())).announcements)).toEqual([]);
  });

  test('tells no start of a gate that is closed', async () => {
    const world = deployStory({ policy: start });
    world.github.ci.clear();

    expect(told((await gate(world, given())).announcements)).toEqual([]);
  });

  test('under dry-run shows what it would tell', async () => {
    const [event] = (await gate(deployStory({ policy: start }), given({ 'dry-run': 'true' }))).announcements ?? [];

    expect(event).toMatchObject({ event: 'start', silent: true });
  });

  test.each([
    ['48h', '', 'in time'],
    ['24h', 'told later than promised', 'late'],
  ])('gives a notice %s before the planned start: %j', async (before, progress) => {
    const planned = noon + Number.parseInt(before, 10) * hour;
    const policy = lines(`[{id: team, when: [notice], ahead: 36h, ${hook}}]`);
    const outcome = await gate(reviewStory({ policy }), given({ 'planned-start': new Date(planned).toISOString() }));
    const [event] = outcome.announcements ?? [];

    expect(event).toMatchObject({ event: 'notice', plannedAt: planned, progress });
    expect(event?.key).toContain('notice production #482');
  });

  test('gives no notice of a start that is now, nor of what fails', async () => {
    const planned = { 'planned-start': new Date(noon + 48 * hour).toISOString() };
    const failing = reviewStory({ policy: start });
    failing.github.ci.set(sha('a'), [aCheck({ conclusion: 'failure' })]);
    const closed = await gate(failing, given(planned));

    expect(told((await gate(reviewStory({ policy: start }), given())).announcements)).toEqual([]);
    expect(closed.verdict).toBe('closed');
    expect(told(closed.announcements)).toEqual([]);
  });

  test('a push tells no second time, another time does: the notice belongs to the pull request and the time', async () => {
    const at = (start: number) => given({ 'planned-start': new Date(noon + start * hour).toISOString() });
    const first = await gate(reviewStory({ policy: start }), at(48));
    const again = reviewStory({ policy: start, pulls: [aPull({ number: 482, headSha: sha('d') })] });
    again.github.commits.set(sha('d'), aCommit({ sha: sha('d') }));
    const pushed = await gate(again, at(48));
    const moved = await gate(reviewStory({ policy: start }), at(72));

    expect(told(pushed.announcements)).toEqual(told(first.announcements));
    expect(told(moved.announcements)).not.toEqual(told(first.announcements));
  });

  test('under enforce: report says what the verdict would have been, but the start as it is', async () => {
    const world = deployStory({ policy: `${start}enforce: report\n` });
    const [event] = (await gate(world, given())).announcements ?? [];

    expect(event).toMatchObject({ event: 'start', would: true });
    expect(event === undefined ? '' : announcementOf(event).title).not.toContain('would');
  });

  test('finish tells that it is done, once', async () => {
    const policy = lines(`[{when: [start, done], ${hook}}]`);
    const world = deployStory({ policy });
    await gate(world, given());

    const first = await gate(world, given({ mode: 'finish' }));
    const again = await gate(world, given({ mode: 'finish' }));

    expect(told(first.announcements)).toEqual(['done production 9001']);
    expect(told(again.announcements)).toEqual([]);
  });
});

describe('the words', () => {
  const event: Announcing = {
    ...{
      event: 'held',
      key: 'held production 9001',
      environment: 'production',
      unit: 'shop',
      leg: 'eu',
      sha: sha('c'),
      shas: [sha('c')],
    },
    ...{
      version: 'v1.8.0',
      from: 'v1.7.4',
      title: 'errors',
      sentence: [{ code: 'x' }, ' failed'],
      strategy: '',
      expectedMs: 0,
    },
    ...{
      risk: '',
      progress: '',
      migration: '',
      wayBack: '',
      who: '',
      pulls: [],
      deploymentId: 9001,
      runUrl: 'https://github.example/run',
    },
    ...{ reportUrl: 'https://github.example/pull/482', at: noon, would: true, silent: false, turn: 0, lines: [] },
  };

  test('name place, unit and leg, and say would under enforce: report', () => {
    const message = announcementOf(event);

    expect(message.title).toBe('Production, shop (eu): v1.8.0 would be held: errors');
    expect(message.links.map(({ text }) => text)).toEqual(['Report', 'Run']);
    expect(message).toMatchObject({ standing: 'trouble', severity: 'warning', subject: 'production shop' });
  });

  test('leave out fields that nobody knows, and cut what is long', () => {
    expect(announcementOf(event).fields).toEqual([{ name: 'Version', value: 'v1.7.4 → v1.8.0' }]);
    expect(announcementOf({ ...event, progress: 'x'.repeat(5000) }).fields[1]?.value).toHaveLength(900);
    expect(plain(event.sentence)).toBe('x failed');
  });
});
