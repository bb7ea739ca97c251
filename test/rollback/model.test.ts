// The target against an obviously correct, slow oracle: thousands of histories of deploys, failures, rollbacks, drills, flags and foreign entries.
import { expect, test } from '@jest/globals';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { readHistory } from '../../src/record/history.ts';
import { condemned, whatRuns } from '../../src/record/running.ts';
import { lastKnownGood } from '../../src/rollback/target.ts';
import { commit, forward, halfWay, promoted, restoredSaid, rolledBack, type Said, turnedBack } from './story.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 17, 8, 0, 0);

/** What really happened, told to the oracle beside what the record says. */
type Happened =
  | { readonly kind: 'deployed'; readonly id: number; readonly letter: string; readonly at: number }
  | { readonly kind: 'half-way'; readonly id: number; readonly letter: string }
  | { readonly kind: 'turned-back'; readonly letter: string }
  | {
      readonly kind: 'went-back';
      readonly id: number;
      readonly letter: string;
      readonly left: string;
      readonly at: number;
    }
  | { readonly kind: 'nothing' };

interface Story {
  readonly facts: readonly DeploymentFact[];
  readonly happened: readonly Happened[];
  readonly now: number;
}

/** Small numbers from a seed; the same seed tells the same story. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) ^ (state << 7)) >>> 0;
    return state % sides;
  };
}

/** Plays: at each step somebody deploys, fails, cancels, rolls back, drills, turns a flag off, or GitHub makes an entry of its own. */
function play(seed: number): Story {
  const roll = dice(seed);
  const facts: DeploymentFact[] = [];
  const happened: Happened[] = [];
  let running: { readonly id: number; readonly letter: string } | undefined;
  let at = 0;
  const steps = 1 + roll(9);
  for (let id = 1; id <= steps; id += 1) {
    at += roll(4) === 0 ? 0.1 : 3;
    const letter = 'abcdef'[roll(6)] ?? 'a';
    const past = { id, letter, at };
    const previous = running === undefined ? {} : { previous: running };
    const what = roll(10);
    if (what < 4) {
      facts.push(forward({ ...past, ...previous, said: promoted }));
      happened.push({ kind: 'deployed', id, letter, at: start + at * hour + 2 * 60_000 });
      running = { id, letter };
    } else if (what === 4 && running !== undefined) {
      facts.push(forward({ ...past, ...previous, said: turnedBack }));
      happened.push({ kind: 'turned-back', letter });
    } else if (what === 5 && running !== undefined && id === steps) {
      facts.push(forward({ ...past, ...previous, said: halfWay }));
      happened.push({ kind: 'half-way', id, letter });
    } else if (what === 6 || what === 7) {
      const target = known(readTarget({ facts, happened, now: start + at * hour }));
      if (target !== undefined && running !== undefined) {
        const from = running;
        facts.push(rolledBack({ ...past, letter: target, from, said: restoredSaid }));
        for (const one of facts.filter((fact) => fact.id === from.id)) leave(facts, one, at);
        happened.push({ kind: 'went-back', id, letter: target, left: from.letter, at: start + at * hour });
        running = { id, letter: target };
      }
    } else facts.push(noise(roll(4), past, running));
  }
  return { facts, happened, now: start + (at + roll(3)) * hour };
}

function leave(facts: DeploymentFact[], left: DeploymentFact, at: number): void {
  const said = {
    state: 'failure' as const,
    description: 'rolled back to v1',
    logUrl: '',
    creator: 'github-actions[bot]',
  };
  const createdAt = start + at * hour + 60_000;
  facts.splice(facts.indexOf(left), 1, { ...left, statuses: [...left.statuses, { ...said, createdAt }] });
}

/** What must change nothing: failures before any user, cancels, drills, flags, and Deployments of a job's `environment:`. */
function noise(
  which: number,
  past: { readonly id: number; readonly letter: string; readonly at: number },
  running: { readonly id: number; readonly letter: string } | undefined,
): DeploymentFact {
  const failed: readonly Said[] = [
    ['in_progress', { kind: 'begun', tier: 'medium', plan: 'canary' }],
    ['failure', { kind: 'smoke', verdict: 'fail', passed: 1, total: 2 }],
  ];
  const cancelled: readonly Said[] = [['error', { kind: 'ended', how: 'cancelled', detail: 'by bob' }]];
  if (which === 0) return forward({ ...past, said: failed });
  if (which === 1) return forward({ ...past, said: cancelled });
  if (which === 2) return { ...forward({ ...past, said: promoted }), payload: {}, creator: 'somebody' };
  const from = running ?? { id: past.id, letter: past.letter };
  const drill = rolledBack({ ...past, from, said: restoredSaid });
  const payload = typeof drill.payload === 'object' ? { ...drill.payload, drill: true } : {};
  return { ...drill, task: 'deploy:drill', payload };
}

/** The oracle: replays what happened, one thing after the other, and keeps in mind what an operator would. */
function oracle({ happened, now }: Story, minAge: number): string | undefined {
  let condemnedLetters: readonly string[] = [];
  let carried: { readonly letter: string; readonly from: number; to: number }[] = [];
  let underWay: string | undefined;
  for (const one of happened) {
    if (one.kind === 'turned-back') condemnedLetters = [...condemnedLetters, one.letter];
    if (one.kind === 'half-way') underWay = one.letter;
    if (one.kind !== 'deployed' && one.kind !== 'went-back') continue;
    const beganAt = one.at;
    for (const before of carried.filter(({ to }) => to > beganAt)) before.to = beganAt;
    carried = [...carried, { letter: one.letter, from: one.at, to: Number.POSITIVE_INFINITY }];
    if (one.kind === 'deployed') condemnedLetters = condemnedLetters.filter((letter) => letter !== one.letter);
    else if (one.left !== one.letter) condemnedLetters = [...condemnedLetters, one.left];
  }
  const current = carried.at(-1);
  if (current === undefined) return undefined;
  if (underWay !== undefined) return current.letter;
  const good = carried.filter(
    ({ letter, from, to }) =>
      letter !== current.letter && !condemnedLetters.includes(letter) && Math.min(to, now) - from >= minAge,
  );
  return good.at(-1)?.letter;
}

function readTarget(story: Story, minAgeMs = 0) {
  const history = readHistory(story.facts, { environment: 'production', unit: '' });
  return lastKnownGood(history, { now: story.now, minAgeMs, leg: '' });
}

function known(read: ReturnType<typeof readTarget>): string | undefined {
  return read.kind === 'target' ? read.target.version.slice(1) || undefined : undefined;
}

const stories = process.env.BORING_LONG === '1' ? 50_000 : 4_000;

test.each([0, hour])(`${stories} histories have the target that an operator would name, with min-age %i`, (minAge) => {
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= stories; seed += 1) {
    const story = play(seed);
    const expected = oracle(story, minAge);
    const found = known(readTarget(story, minAge));
    const told = JSON.stringify({ seed, happened: story.happened });
    expect({ told, target: found }).toEqual({ told, target: expected });
    seen.set(expected ?? 'none', (seen.get(expected ?? 'none') ?? 0) + 1);
  }
  // The stories are worth telling: every version is a target somewhere, and some have none.
  expect([...seen.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'none']);
});

test('what is condemned is never what the target is, and what runs is never its own way back', () => {
  for (let seed = 1; seed <= stories; seed += 1) {
    const story = play(seed);
    const history = readHistory(story.facts, { environment: 'production', unit: '' });
    const target = known(readTarget(story));
    const running = whatRuns(history);
    if (target === undefined || running?.succeededAt === undefined) continue;
    expect(condemned(history).has(commit(target))).toBe(false);
    expect(running.sha).not.toBe(commit(target));
  }
});
