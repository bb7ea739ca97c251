import { describe, expect, test } from '@jest/globals';
import { startOf } from '../../src/canary/sides.ts';
import { known, unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact, SideFact } from '../../src/evidence/fact.ts';
import type { Entry } from '../../src/record/entry.ts';
import { readHistory } from '../../src/record/history.ts';
import { describeEntry } from '../../src/record/words.ts';

const sha = (letter: string) => letter.repeat(40);
const sides: Entry = { kind: 'sides', stable: 'blue', canary: 'green' };
const shift = (weight: number, verdict: 'shifting' | 'promote' | 'rollback' = 'shifting'): Entry => ({
  kind: 'stage',
  stage: `s${weight}`,
  weight,
  verdict,
  reason: '',
});
const completed = (side: string): Entry => ({ kind: 'completed', side });
const restored = (side: string): Entry => ({ kind: 'restored', side, because: '' });

interface Told {
  readonly id: number;
  readonly entries: readonly Entry[];
  readonly state?: 'in_progress' | 'success' | 'failure' | 'inactive';
  readonly leg?: string;
}

function aDeployment({ id, entries, state = 'in_progress', leg = '' }: Told): DeploymentFact {
  const at = id * 1000;
  return {
    id,
    sha: sha('a'),
    ref: '',
    task: 'deploy',
    environment: 'production',
    description: '',
    payload: {
      ...{
        marker: 'boring-deploys',
        schema: 1,
        kind: 'deploy',
        environment: 'production',
        unit: '',
        version: `v${id}`,
      },
      run: { id, attempt: 1, url: '' },
      ...{ artifact: [], sha: sha('a'), legs: [], tree: '', pulls: [], tier: 'low', type: 'standard', plan: 'canary' },
      policy: { path: '', sha: '', digest: '', name: '' },
      previous: null,
      migrations: [],
    },
    creator: '',
    createdAt: at,
    statuses: entries.map((entry, index) => ({
      state: index === entries.length - 1 ? state : 'in_progress',
      description: describeEntry(entry, { leg }),
      createdAt: at + index,
      logUrl: '',
      creator: '',
    })),
  };
}

function side(name: string, answers: boolean, url = `http://${name}`): SideFact {
  return { side: name, answers, version: '', sha: '', because: answers ? '' : 'connection refused', url };
}

function start(from: {
  readonly blue: number;
  readonly told?: readonly Told[];
  /** Id of the Deployment that is walked. */
  readonly own?: number;
  readonly answers?: readonly SideFact[];
  readonly leg?: string;
}) {
  const history = readHistory((from.told ?? []).map(aDeployment), { environment: 'production', unit: '' });
  return startOf({
    weights: known({ blue: from.blue, green: 100 - from.blue }),
    names: ['blue', 'green'],
    answers: from.answers ?? [side('blue', true), side('green', true)],
    history,
    attempt: history.attempts.find(({ id }) => id === from.own),
    leg: from.leg ?? '',
  });
}

const blueIsStable = { kind: 'ready', sides: { stable: 'blue', canary: 'green' }, weight: 0 };
const greenIsStable = { kind: 'ready', sides: { stable: 'green', canary: 'blue' }, weight: 0 };

describe('which side is stable', () => {
  test('is read from the router when nothing is recorded', () => {
    expect(start({ blue: 100 })).toEqual(blueIsStable);
    expect(start({ blue: 0 })).toEqual(greenIsStable);
  });

  test('follows the router when the record agrees: after a swap, after a restore, after a rollback', () => {
    const swapped = { id: 1, entries: [sides, shift(100), completed('green')], state: 'success' } as const;
    const back = {
      id: 2,
      entries: [{ kind: 'sides', stable: 'green', canary: 'blue' }, shift(10), restored('green')],
    } as const;

    expect(start({ blue: 0, told: [swapped] })).toEqual(greenIsStable);
    expect(start({ blue: 0, told: [swapped, back] })).toEqual(greenIsStable);
  });

  test('follows the router to where a rollback says it switched', () => {
    const swapped = { id: 1, entries: [sides, shift(100), completed('green')], state: 'success' } as const;
    const rollback: Entry = { kind: 'rollback', phase: 'switched', detail: 'to blue' };

    expect(start({ blue: 100, told: [swapped, { id: 2, entries: [rollback] }] })).toEqual(blueIsStable);
  });

  test('is unknown when router and record are at odds', () => {
    const swapped = { id: 1, entries: [sides, shift(100), completed('green')], state: 'success' } as const;

    expect(start({ blue: 100, told: [swapped] })).toMatchObject({ kind: 'hold', reason: 'unknown-start' });
  });

  test('is unknown when nobody recorded the split', () => {
    const found = start({ blue: 70 });

    expect(found).toMatchObject({ kind: 'hold', reason: 'unknown-start' });
    expect(found).toHaveProperty(
      'because',
      'the router splits the traffic (blue 70 %, green 30 %) and no record says why',
    );
  });

  test('is not asked of a router that does not answer', () => {
    const found = startOf({
      weights: unknown('connection refused', 'open the port'),
      names: ['blue', 'green'],
      answers: [],
      history: { attempts: [], foreign: 0, malformed: 0, unsigned: [] },
      attempt: undefined,
      leg: '',
    });

    expect(found).toMatchObject({ kind: 'hold', reason: 'router-unreachable', remedy: 'open the port' });
  });
});

describe('a first deployment', () => {
  test('goes straight to 100 % where only the idle side answers', () => {
    const answers = [side('blue', false), side('green', true)];

    expect(start({ blue: 100, answers })).toEqual({ kind: 'first', sides: { stable: '', canary: 'green' }, weight: 0 });
  });

  test.each([
    ['both were asked', side('green', false), 'green at http://green (connection refused)'],
    [
      'one has no address',
      { ...side('green', false, ''), because: 'the policy names no traffic.at.green' },
      'green (the policy names no traffic.at.green)',
    ],
  ])('holds where neither side answers, and says what each said: %s', (_name, green, said) => {
    expect(start({ blue: 100, answers: [side('blue', false), green] })).toEqual({
      kind: 'hold',
      reason: 'preflight',
      because: `nothing was deployed here before, and neither side answers: blue at http://blue (connection refused), ${said}`,
      remedy: expect.stringContaining('Deploy the new version to blue or green'),
    });
  });

  test('is none when a version had users before: then stable is down, and that is a hold', () => {
    const before = { id: 1, entries: [sides, shift(100), completed('blue')], state: 'success' } as const;

    expect(start({ blue: 100, told: [before], answers: [side('blue', false), side('green', true)] })).toMatchObject({
      kind: 'hold',
      reason: 'stable-silent',
    });
  });

  test('stays one for a leg while another leg of the same Deployment has users already', () => {
    const own = { id: 1, entries: [shift(100), completed('green')], leg: 'eu' };
    const answers = [side('blue', false), side('green', true)];

    expect(start({ blue: 100, told: [own], own: 1, leg: 'us', answers })).toMatchObject({ kind: 'first', weight: 0 });
  });

  test('is none when the sides have no address: the router is believed', () => {
    expect(start({ blue: 100, answers: [side('blue', false, ''), side('green', false, '')] })).toEqual(blueIsStable);
  });
});

describe('a walk that goes on', () => {
  test.each([
    ['at the recorded weight', [sides, shift(10)], 90, 10],
    ['at the weight before, killed between record and router', [sides, shift(10, 'promote'), shift(50)], 90, 10],
    ['from stable, killed before the first shift reached the router', [sides, shift(10)], 100, 0],
    ['at 100 %, with the last stage still baking', [sides, shift(100)], 0, 100],
  ])('starts %s', (_name, entries, blue, weight) => {
    expect(start({ blue, told: [{ id: 1, entries }], own: 1 })).toEqual({ ...blueIsStable, weight });
  });

  test('is held at a share that none of its stages has', () => {
    expect(start({ blue: 67, told: [{ id: 1, entries: [sides, shift(10)] }], own: 1 })).toMatchObject({
      reason: 'unknown-start',
    });
  });
});

describe("another deployment's split", () => {
  test('is recognised as its own', () => {
    const other = { id: 1, entries: [sides, shift(10, 'promote'), shift(50)] };

    expect(start({ blue: 50, told: [other] })).toMatchObject({ kind: 'occupied', by: { id: 1 } });
  });

  test.each([
    ['of another weight', [sides, shift(10)]],
    ['that was restored since', [sides, shift(50), restored('blue')]],
  ])('is nobody’s when the record speaks %s', (_name, entries) => {
    expect(start({ blue: 50, told: [{ id: 1, entries }] })).toMatchObject({ reason: 'unknown-start' });
  });
});
