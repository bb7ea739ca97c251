// The proof of a rollback: what really runs for users after the switch, from router, side and samples.
import type { Known, Unknown } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Target } from './target.ts';
import { nameOf, runsTarget } from './way.ts';

export interface Seen {
  readonly side: string;
  readonly target: Target;
  readonly weights: Known<Readonly<Record<string, number>>> | Unknown;
  readonly answer: SideFact;
  /** Answers at the public entrance by version; undefined where the policy names none. */
  readonly sample: Readonly<Record<string, number>> | undefined;
}

export interface Proof {
  readonly ok: boolean;
  readonly words: string;
}

/** Proven when the router sends everybody to the side, the side runs the target, and no sample says otherwise. */
export function proofOf(seen: Seen): Proof {
  if (seen.weights.kind === 'unknown')
    return { ok: false, words: `The router does not say its weights: ${seen.weights.because}` };
  if (seen.side === '') return { ok: false, words: `No side has everybody: ${sharesOf(seen.weights.value)}` };
  const share = seen.weights.value[seen.side] ?? 0;
  if (share < 99.5) return { ok: false, words: `The router sends ${share} % to ${seen.side}, not everybody` };
  if (!seen.answer.answers) return { ok: false, words: `${seen.side} does not answer: ${seen.answer.because}` };
  if (!runsTarget(seen.answer, seen.target))
    return { ok: false, words: `${seen.side} runs ${seen.answer.version}, not ${nameOf(seen.target)}` };
  if (seen.sample === undefined)
    return { ok: true, words: `The router says 100 %, ${seen.side} answers as ${seen.answer.version}` };
  const all = Object.values(seen.sample).reduce((sum, count) => sum + count, 0);
  const right = seen.sample[seen.answer.version] ?? 0;
  if (all === 0 || right < all)
    return { ok: false, words: `${right} of ${all} samples at the entrance are ${seen.answer.version}` };
  return { ok: true, words: `${right} of ${all} samples at the entrance are ${seen.answer.version}` };
}

function sharesOf(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([side, share]) => `${side} ${share} %`)
    .join(', ');
}

/** The side that has everybody; empty when none has, or nobody can tell. */
export function fullSide(weights: Seen['weights']): string {
  const shares = weights.kind === 'known' ? Object.entries(weights.value) : [];
  return shares.find(([, share]) => share >= 99.5)?.[0] ?? '';
}

/** What proving needs of the world; the router's port has this shape. */
export interface Looking {
  readonly router: {
    get(): Promise<Seen['weights']>;
    side(side: string): Promise<SideFact>;
    sample(times: number): Promise<Seen['sample']>;
  };
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  readonly cancelled: AbortSignal;
  readonly withinMs: number;
}

/** Longest wait for routers to reload and sides to warm up, ms: seconds where it goes well (reference: nginx 150 ms, flags 15 s). */
const patienceMs = 30_000;
const pauseMs = 500;

/** Adds what the smoke suite says: the proof holds only when it passed, or when there is none. */
export function withSuite(proof: Proof, suite: Proof): Proof {
  if (!suite.ok) return { ok: false, words: suite.words };
  return { ok: proof.ok, words: [proof.words, suite.words].filter((words) => words !== '').join('; ') };
}

/** Looks until it is proven, or until 30 s or the budget are over. */
export async function prove(of: { readonly side: string; readonly target: Target }, looking: Looking): Promise<Proof> {
  const { router, clock, cancelled } = looking;
  const deadline = clock.now() + Math.min(patienceMs, looking.withinMs);
  for (;;) {
    const [weights, answer, sample] = await Promise.all([router.get(), router.side(of.side), router.sample(50)]);
    const proof = proofOf({ ...of, weights, answer, sample });
    if (proof.ok || cancelled.aborted || clock.now() >= deadline) return proof;
    await clock.sleep(pauseMs, cancelled);
  }
}
