// The grace: how long users wait for GitHub where a person named the commit that a side proves to run, and what the record adds once it comes.
import type { Answers } from '../evidence/answer.ts';
import type { SideFact } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import type { History } from '../record/history.ts';
import { condemned } from '../record/running.ts';
import { leaving } from './decision.ts';
import { schemaGuard } from './guard.ts';
import { withNight } from './night.ts';
import type { PressInputs } from './past.ts';
import type { Clock } from './port.ts';
import { leftRollbacks, type Pressed } from './press.ts';
import type { Decision } from './situation.ts';
import { namedTarget } from './target.ts';
import { nameOf, runsTarget } from './way.ts';

/** So long users wait for the record that the guard reads, counted from when GitHub was asked (ADR 0007), ms. */
export const graceMs = 1_500;
/** Looked at in slices: what came while the process was busy with a router still counts. */
const sliceMs = 50;

type Move = Extract<Decision, { kind: 'go' }>;

/** Whether a person names the commit for a plain switch of traffic. A re-run waits: something newer may have been deployed since. */
export function isUrgent(
  { to, how, mode, ...inputs }: PressInputs & { readonly 'dry-run': boolean },
  run: Run,
): boolean {
  const isPlain = (how === 'auto' || how === 'traffic') && mode === 'execute' && !inputs['dry-run'];
  return isPlain && run.byPerson && run.attempt === 1 && /^[0-9a-f]{40}$/.test(to);
}

/** Whether a side proves to run the commit, by name: a version alone may be another build. */
export function isServed(to: string, sides: readonly SideFact[]): boolean {
  const target = { sha: to, version: '', artifact: [], deploymentId: undefined, side: '' };
  return sides.some((side) => runsTarget(side, target));
}

/** The answers, where they come within the grace; undefined when they are late. */
export async function inGrace(
  { answers, from }: { readonly answers: Promise<Answers>; readonly from: number },
  clock: Clock,
): Promise<Answers | undefined> {
  for (;;) {
    const left = from + graceMs - clock.now();
    const told = await Promise.race([answers, clock.sleep(Math.max(0, Math.min(sliceMs, left)))]);
    if (told !== undefined) return told;
    if (left <= 0) return undefined;
  }
}

/** The decision with what the record says after all, and what it would have said against it. */
export function caughtUp(
  decision: Move,
  history: History,
  { to, press }: { readonly to: string; readonly press: Pressed },
): { readonly decision: Move; readonly warnings: readonly string[] } {
  const target = namedTarget(history, to) ?? decision.target;
  const name = nameOf(target);
  const guard = schemaGuard(history, target.deploymentId);
  const notes = [
    `GitHub did not answer within ${graceMs / 1000} s: the named sha counted as a person’s word, the guard was asked after the switch`,
  ];
  const against = [
    ...(guard.kind === 'closed' ? [`contract-migration: ${name} cannot run on today's schema, ${guard.because}`] : []),
    ...(condemned(history).has(target.sha) ? [`condemned: ${name} was rolled back here itself`] : []),
  ];
  const warnings = against.map(
    (one) =>
      `Users are on ${name}, but the record that came after the switch speaks against it: ${one}. Look at its errors now; how=database prints the steps of the schema`,
  );
  const found = { target, from: leaving(history), left: leftRollbacks(history, press) };
  return { decision: withNight({ ...decision, ...found, notes }, history), warnings };
}
