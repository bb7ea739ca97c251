// Licences of the dependencies, from license-checker's JSON.
import { z } from 'zod';
import { matches } from '../../kit/glob.ts';
import { type Read, read, readJson, unreadable } from './reading.ts';

export interface Licensed {
  readonly name: string;
  /** SPDX expressions; a list means that all of them apply. */
  readonly licences: readonly string[];
}

const packages = z.record(
  z.string().min(1),
  z.looseObject({ licenses: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]) }),
);

/** Reads `license-checker --json`. One without a single package, or with a package without a licence field, is unreadable. */
export function readLicences(text: string): Read<readonly Licensed[]> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const told = packages.safeParse(json.report);
  if (!told.success) return unreadable('it is no JSON of license-checker');
  const all = Object.entries(told.data).map(([name, { licenses }]) => ({
    name,
    licences: typeof licenses === 'string' ? [licenses] : licenses,
  }));
  return all.length === 0 ? unreadable('it names not a single package') : read(all);
}

/** Whether one may ship under the expression: of `A OR B` one suffices, of `A AND B` all must do. What cannot be taken apart must be let
 * through as a whole. A licence that was guessed (`MIT*`) counts as what was guessed. */
export function lets(expression: string, isAllowed: (id: string) => boolean): boolean {
  const words = expression.trim();
  const inner = /^\(([^()]*)\)$/.exec(words)?.[1] ?? words;
  if (/[()]/.test(inner)) return isAllowed(inner);
  return inner.split(/\s+OR\s+/i).some((choice) =>
    choice
      .split(/\s+AND\s+/i)
      .map((id) =>
        id
          .trim()
          .replace(/\*$/, '')
          .replace(/\s+WITH\s+.*$/i, ''),
      )
      .every(isAllowed),
  );
}

/** `GPL-*` also means the bare `GPL`; upper and lower case do not matter. */
export function isNamed(id: string, patterns: readonly string[]): boolean {
  const name = id.toLowerCase();
  return patterns.map((one) => one.toLowerCase()).some((one) => matches(one, name) || one === `${name}-*`);
}
