// The suite as it is written, before its defaults: the keys it has, where they stand, and which right word a wrong one most likely meant.
import { nearest } from '../kit/spelling.ts';
import { type Fault, mostFaults } from '../policy/fault.ts';
import type { Json } from '../policy/parts.ts';
import type { Traced } from '../policy/traced.ts';

export interface Written {
  readonly value: Json;
  /** With the place of everything; asked for only when something is wrong. */
  readonly tree: () => Traced;
}

/** The keys of the map that is found over these. */
export function keysAt(value: Json, ...path: readonly (string | number)[]): readonly string[] {
  let here: unknown = value;
  for (const step of path)
    here = typeof here === 'object' && here !== null ? Object.getOwnPropertyDescriptor(here, step)?.value : undefined;
  return typeof here === 'object' && here !== null ? Object.keys(here) : [];
}

/** What to write instead of a word that is not known here. */
export function suggest(wrong: string, known: readonly string[]): string {
  const close = nearest(wrong, known);
  if (close !== undefined) return `Did you mean “${close}”?`;
  return known.length === 0 ? 'Remove it' : `Known here: ${known.slice(0, 20).join(', ')}`;
}

/** A fault; its fix may be a look at every known word, which is left for when somebody reads it. */
export type Found = Omit<Fault, 'fix'> & { readonly fix: string | (() => string) };

/** The faults in the order of the file, each place and sentence once; with their own fix those that are shown. */
export function faultsOf(found: readonly Found[]): readonly Fault[] {
  const once = new Map(found.map((one) => [`${one.line}:${one.column}: ${one.what}`, one]));
  const sorted = [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  return sorted.map(({ fix, ...fault }, at) => ({
    ...fault,
    fix: typeof fix === 'string' ? fix : at < mostFaults ? fix() : 'Correct it as those before it',
  }));
}
