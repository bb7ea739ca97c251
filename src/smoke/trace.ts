// The trace of an exchange: who was asked, and where the time went, for a check that failed and for the slowest one.
import { formatDuration } from '../kit/duration.ts';
import type { HttpPhases, Traced } from './port.ts';

/** An exchange as it went, answered or not (ms). */
export interface Trace extends Traced {
  readonly totalMs: number;
}

/** The trace that an answer, or its absence, brought along. */
export function traceOf({ peer, phases, durationMs }: Traced & { readonly durationMs: number }): Trace {
  return {
    ...(peer === undefined ? {} : { peer }),
    ...(phases === undefined ? {} : { phases }),
    totalMs: durationMs,
  };
}

/** The longest trace of several attempts, as part of the one they make together. */
export function slowest(attempts: readonly { readonly trace?: Trace }[]): { readonly trace?: Trace } {
  return attempts.reduce(
    (worst, { trace }) => (trace === undefined || trace.totalMs < (worst.trace?.totalMs ?? 0) ? worst : { trace }),
    {},
  );
}

const names: readonly (readonly [keyof HttpPhases, string])[] = [
  ['dnsMs', 'DNS'],
  ['connectMs', 'connect'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'first byte'],
];

/** `203.0.113.7, DNS 2 ms, connect 11 ms, TLS 25 ms, first byte 180 ms, total 231 ms`; a phase that did not come to its end is left out. */
export function traceText({ peer, phases = {}, totalMs }: Trace): string {
  const taken = names.flatMap(([key, word]) => {
    const ms = phases[key];
    return ms === undefined ? [] : [`${word} ${formatDuration(ms)}`];
  });
  const kept = taken.length > 0 && phases.connectMs === undefined ? ['connection kept from before'] : [];
  return [...(peer === undefined ? [] : [peer]), ...kept, ...taken, `total ${formatDuration(totalMs)}`].join(', ');
}

/** `asked GET https://shop.example/ at 203.0.113.7, total 231 ms`: as much of it as is known; empty where nothing is. */
export function askedText({ asked, trace }: { readonly asked?: string; readonly trace?: Trace }): string {
  if (asked === undefined) return trace === undefined ? '' : `asked ${traceText(trace)}`;
  if (trace === undefined) return `asked ${asked}`;
  return `asked ${asked}${trace.peer === undefined ? ', ' : ' at '}${traceText(trace)}`;
}

/** Heads of `traceCells`. */
export const traceHeads = ['Peer', 'DNS', 'Connect', 'TLS', 'First byte', 'Total'] as const;

/** The same as cells of a table. */
export function traceCells({ peer, phases = {}, totalMs }: Trace): readonly string[] {
  const cells = names.map(([key]) => {
    const ms = phases[key];
    return ms === undefined ? '–' : formatDuration(ms);
  });
  return [peer ?? '–', ...cells, formatDuration(totalMs)];
}

/** The check that passed whose last exchange took longest; undefined where nothing was exchanged. */
export function slowestOf<T extends { readonly outcome: string; readonly trace?: Trace }>(
  checks: readonly T[],
): (T & { readonly trace: Trace }) | undefined {
  let found: (T & { readonly trace: Trace }) | undefined;
  for (const check of checks) {
    const { trace, outcome } = check;
    if (trace === undefined || outcome !== 'pass') continue;
    if (found === undefined || trace.totalMs > found.trace.totalMs) found = { ...check, trace };
  }
  return found;
}
