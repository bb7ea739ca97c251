// The state in a report's title: the latest thing that happened decides, among legs the worst.
import { alphabetically } from '../kit/alphabet.ts';
import { conclusionOf } from '../record/conclusion.ts';
import type { ActionName, Evidence } from '../record/evidence.ts';
import { type Attempt, unfinished } from '../record/history.ts';
import { switched, wasLeft, weightOf } from '../record/running.ts';
import { describeEntry } from '../record/words.ts';
import type { Kept, Scene } from './scene.ts';

export interface State {
  readonly icon: string;
  readonly word: string;
  readonly clause: string;
  /** The evidence that decided; undefined when a status did. */
  readonly lead: Kept | undefined;
  /** What the other legs of the same action found, worst first. */
  readonly legs: readonly Kept[];
}

type Spoken = Pick<State, 'icon' | 'word'>;

/** An action writes its last status a moment after it judged: within this time the evidence speaks for both. */
const sameMoment = 60_000;

/** Verdicts that have words of their own. All others are well and say how the Deployment stands. */
const spoken: Readonly<Record<ActionName, Readonly<Record<string, Spoken>>>> = {
  'pre-deploy-gate': {
    open: { icon: '✓', word: 'open' },
    closed: { icon: '✗', word: 'closed' },
    waiting: { icon: '⏳', word: 'waiting' },
    locked: { icon: '✗', word: 'locked' },
    unlocked: { icon: '✓', word: 'unlocked' },
    ailing: { icon: '✗', word: 'ailing' },
    healthy: { icon: '✓', word: 'healthy' },
    reported: { icon: '✓', word: 'reported' },
  },
  migrate: {
    clean: { icon: '✓', word: 'migrations clean' },
    rehearsed: { icon: '✓', word: 'migrations rehearsed' },
    failed: { icon: '✗', word: 'migration failed' },
    reverted: { icon: '↩', word: 'migration reverted' },
  },
  'canary-step': {
    hold: { icon: '⏸', word: 'holding' },
    rollback: { icon: '↩', word: 'rolled back' },
  },
  'smoke-test': {
    fail: { icon: '✗', word: 'smoke test failed' },
    inconclusive: { icon: '?', word: 'smoke test inconclusive' },
    unreachable: { icon: '?', word: 'smoke test unreachable' },
  },
  rollback: {
    restored: { icon: '↩', word: 'rolled back' },
    'already-there': { icon: '✓', word: 'already there' },
    planned: { icon: '–', word: 'rollback planned' },
    refused: { icon: '✗', word: 'not rolled back' },
    failed: { icon: '✗', word: 'rollback failed' },
    unverified: { icon: '?', word: 'rolled back, not verified' },
  },
};

/** Under `enforce: report` a verdict only says what it would have been. */
const softened: Readonly<Record<string, Spoken>> = {
  closed: { icon: '–', word: 'would be closed' },
  waiting: { icon: '–', word: 'would be waiting' },
  hold: { icon: '–', word: 'would hold' },
  rollback: { icon: '–', word: 'would be rolled back' },
  fail: { icon: '–', word: 'smoke test would fail' },
};

/** The state of a section. */
export function stateOf(scene: Scene): State {
  const pool = poolOf(scene);
  const [lead, ...legs] = [...pool].sort(
    (a, b) => gravity(b.evidence) - gravity(a.evidence) || alphabetically(a.evidence.leg, b.evidence.leg),
  );
  const told = scene.live ? lastTold(scene) : undefined;
  if (told !== undefined && told.at > (pool[0]?.evidence.at ?? 0) + sameMoment) {
    const clause = describeEntry(told.entry, told.leg === undefined ? {} : { leg: told.leg });
    return { ...standing(scene), clause, lead: undefined, legs: [] };
  }
  if (lead === undefined) return { icon: '–', word: 'nothing recorded yet', clause: '', lead, legs };
  return { ...wordsFor(lead.evidence, scene), clause: lead.evidence.title, lead, legs };
}

/** The newest evidence of each leg of the action that decides. */
function poolOf(scene: Scene): readonly Kept[] {
  const newest = scene.kept[0];
  if (newest === undefined) return [];
  const atReview = newest.evidence.moment === 'review';
  const decisive = atReview ? reviewLead(scene.kept, newest) : newest;
  const among = atReview || !scene.current.includes(decisive) ? [decisive] : scene.current;
  const same = among.filter(
    ({ evidence }) =>
      evidence.action === decisive.evidence.action && evidence.deploymentId === decisive.evidence.deploymentId,
  );
  return newestPerLeg(same);
}

/** Before a merge the gate has the word; another action only when it failed since, or judged a newer commit. */
function reviewLead(kept: readonly Kept[], newest: Kept): Kept {
  const review = kept.filter(({ evidence }) => evidence.moment === 'review');
  const gate = review.find(({ evidence }) => evidence.action === 'pre-deploy-gate');
  if (gate === undefined || gate.evidence.sha !== newest.evidence.sha) return newest;
  const since = review.slice(0, review.indexOf(gate));
  return since.find(({ evidence }) => conclusionOf(evidence) === 'failure') ?? gate;
}

function newestPerLeg(newestFirst: readonly Kept[]): readonly Kept[] {
  const legs = new Map<string, Kept>();
  for (const kept of newestFirst) if (!legs.has(kept.evidence.leg)) legs.set(kept.evidence.leg, kept);
  return [...legs.values()];
}

function gravity(evidence: Evidence): number {
  const conclusion = conclusionOf(evidence);
  return ['success', 'neutral', 'action_required', 'failure'].indexOf(conclusion);
}

function wordsFor(evidence: Evidence, scene: Scene): Spoken {
  const soft = evidence.reportOnly && conclusionOf(evidence) === 'success' ? softened[evidence.verdict] : undefined;
  if (soft !== undefined) return soft;
  const own = spoken[evidence.action][evidence.verdict];
  if (own !== undefined) return own;
  if (scene.forward !== undefined || scene.back !== undefined) return standing(scene);
  return evidence.action === 'canary-step' && evidence.reason !== 'completed'
    ? { icon: '▶', word: 'rolling out' }
    : { icon: '✓', word: evidence.verdict };
}

/** How the Deployment stands by its statuses. */
function standing({ forward, back }: Scene): Spoken {
  if (back !== undefined) return standingBack(back);
  if (forward === undefined) return { icon: '–', word: 'nothing recorded yet' };
  if (unfinished(forward)) return standingUnfinished(forward);
  if (wasLeft(forward)) return { icon: '↩', word: 'rolled back' };
  if (forward.state === 'success') return { icon: '✓', word: 'done' };
  if (forward.state === 'inactive') {
    return forward.succeededAt === undefined ? { icon: '–', word: 'superseded' } : { icon: '✓', word: 'done' };
  }
  return forward.state === 'failure' ? { icon: '✗', word: 'failed' } : { icon: '✗', word: 'stopped' };
}

function standingBack(back: Attempt): Spoken {
  if (back.succeededAt !== undefined) return { icon: '↩', word: 'rolled back' };
  if (unfinished(back)) return { icon: '↩', word: 'rolling back' };
  return switched(back) ? { icon: '?', word: 'rolled back, not verified' } : { icon: '✗', word: 'not rolled back' };
}

function standingUnfinished(forward: Attempt): Spoken {
  const entry = forward.happened.findLast(({ entry: told }) => told.kind !== 'other')?.entry;
  if (entry?.kind === 'restored') return { icon: '↩', word: 'traffic restored' };
  if (entry?.kind === 'stage' && entry.verdict === 'hold') return { icon: '⏸', word: 'holding' };
  if (wasLeft(forward)) return { icon: '↩', word: 'rolling back' };
  return weightOf(forward) > 0 ? { icon: '▶', word: 'rolling out' } : { icon: '▶', word: 'begun' };
}

function lastTold({ forward, back }: Scene) {
  const told = [forward, back].flatMap((attempt) => attempt?.happened.at(-1) ?? []);
  return told.sort((a, b) => b.at - a.at)[0];
}
