// The trial of a policy under `enforce: report`: since when, and how many deployments it would have closed, from our own Deployments.
import { forwards, type History } from './history.ts';

export interface Trial {
  /** When the first of these deployments began, ms since the epoch. */
  readonly since: number;
  /** How many deployments were judged, and how many of them would have been closed. */
  readonly judged: number;
  readonly closed: number;
}

/** The deployments since the last one that the gate could have stopped; undefined when the newest was such a one, or there is none. */
export function trialOf(history: History): Trial | undefined {
  const begun = forwards(history).flatMap(({ happened, beganAt }) => {
    const entry = happened.find((one) => one.entry.kind === 'begun')?.entry;
    return entry?.kind === 'begun' ? [{ trial: entry.trial, beganAt }] : [];
  });
  const end = begun.findIndex(({ trial }) => trial === undefined);
  const trials = end < 0 ? begun : begun.slice(0, end);
  const first = trials.at(-1);
  if (first === undefined) return undefined;
  const closed = trials.filter(({ trial }) => trial === 'closed').length;
  return { since: first.beganAt, judged: trials.length, closed };
}

/** With one more deployment that is judged now. */
export function trialWith(trial: Trial | undefined, now: number, closes: boolean): Trial {
  const { since, judged, closed } = trial ?? { since: now, judged: 0, closed: 0 };
  return { since, judged: judged + 1, closed: closed + (closes ? 1 : 0) };
}

const dayMs = 24 * 60 * 60 * 1000;

/** `since 12 days: would have closed 3 of 41`; `since today` within the first day. */
export function trialWords({ since, judged, closed }: Trial, now: number): string {
  const days = Math.floor((now - since) / dayMs);
  const age = days < 1 ? 'today' : days === 1 ? '1 day' : `${days} days`;
  return `since ${age}: would have closed ${closed} of ${judged}`;
}
