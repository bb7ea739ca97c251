/** When something is told or an issue opened: `users-exposed > 100 or P0 or P1`, `always`; read from text and held against what happened. */
import type { Severity } from './words.ts';

/** What is known of what happened. */
export interface Occasion {
  /** Requests or people that met the version; undefined when nobody counted. */
  readonly usersExposed?: number | undefined;
  readonly severity?: Severity | undefined;
}

const users = /^users-exposed\s*(<=|>=|<|>)\s*(\d+)$/;
const severities = ['P0', 'P1', 'P2', 'P3'] as const;

/** Whether any of the alternatives holds; without words always. What nobody counted or rated holds: telling once too often does less harm than
 * keeping silent. Words that the grammar does not know hold for the same reason. */
export function happens(words: string | undefined, occasion: Occasion): boolean {
  if (words === undefined) return true;
  const all = (part: string) => part.split(/\band\b/).every((word) => holdsOne(word.trim(), occasion));
  return words.split(/\bor\b/).some(all);
}

function holdsOne(word: string, { usersExposed, severity }: Occasion): boolean {
  if (severities.some((one) => one === word)) return severity === undefined || severity === word;
  const match = users.exec(word);
  if (match === null || usersExposed === undefined) return true;
  const [, is, limit] = match;
  const most = Number(limit);
  if (is === '<') return usersExposed < most;
  if (is === '<=') return usersExposed <= most;
  return is === '>' ? usersExposed > most : usersExposed >= most;
}
