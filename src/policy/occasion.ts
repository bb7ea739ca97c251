/** The one grammar of occasions, when something is told or an issue opened: `always`, `users-exposed > 100`, `P0` … `P3`, joined by `or` and `and`. */
import { nearest } from '../kit/spelling.ts';

type Sign = '<' | '<=' | '>' | '>=';
type Term =
  | { readonly kind: 'always' }
  | { readonly kind: 'severity'; readonly severity: string }
  | { readonly kind: 'users'; readonly is: Sign; readonly limit: number };

/** A parsed occasion: any of the lists holds whose terms all hold. `text` is what the policy says. */
export interface Occasion {
  readonly text: string;
  readonly anyOf: readonly (readonly Term[])[];
}

/** What is known of what happened. */
export interface Happening {
  /** Requests or people that met the version; undefined when nobody counted. */
  readonly usersExposed?: number | undefined;
  /** P0 to P3; undefined or empty when nobody said. */
  readonly severity?: string | undefined;
}

const users = /^users-exposed\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)$/i;
const severities = ['P0', 'P1', 'P2', 'P3'] as const;
const known = ['always', 'users-exposed', ...severities];

/** The occasion that the text writes; undefined when the grammar does not know it. `and` binds closer than `or`. */
export function parseOccasion(text: string): Occasion | undefined {
  const anyOf: Term[][] = [];
  for (const part of partsOf(text)) {
    const terms = part.map(parseTerm);
    const read = terms.filter((term) => term !== undefined);
    if (read.length < terms.length) return undefined;
    anyOf.push(read);
  }
  return { text: text.trim(), anyOf };
}

/** How a text that is no occasion is mended: the whole of it in the nearest right spelling, else what the grammar knows. */
export function occasionFix(text: string): string {
  const mended = partsOf(text)
    .map((part) => part.map(respelled).join(' and '))
    .join(' or ');
  return parseOccasion(mended) === undefined
    ? 'Write always, users-exposed > 100 or P0 to P3, joined by “or” and “and”'
    : `Did you mean “${mended}”?`;
}

/** Whether it is such an occasion; without one it always is. What nobody counted or rated counts as true, wherever it is asked: an issue or a
 * message too many is closed with a click, and the one that is missing is the night on which nobody looked. */
export function happens(occasion: Occasion | undefined, happening: Happening): boolean {
  return occasion === undefined || occasion.anyOf.some((terms) => terms.every((term) => holds(term, happening)));
}

function partsOf(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split(/\s+or\s+/i)
    .map((part) => part.split(/\s+and\s+/i).map((term) => term.trim()));
}

function parseTerm(text: string): Term | undefined {
  if (/^always$/i.test(text)) return { kind: 'always' };
  const severity = severities.find((one) => one === text.toUpperCase());
  if (severity !== undefined) return { kind: 'severity', severity };
  const [, sign = '', limit = ''] = users.exec(text) ?? [];
  const is = (['<', '<=', '>', '>='] as const).find((one) => one === sign);
  return is === undefined ? undefined : { kind: 'users', is, limit: Number(limit) };
}

function respelled(term: string): string {
  const [, word = '', rest = ''] = /^([^\s<>=]*)(.*)$/s.exec(term) ?? [];
  return `${nearest(word, known) ?? word}${rest}`;
}

function holds(term: Term, { usersExposed, severity = '' }: Happening): boolean {
  if (term.kind === 'always') return true;
  if (term.kind === 'severity') return severity === '' || severity.toUpperCase() === term.severity;
  if (usersExposed === undefined) return true;
  switch (term.is) {
    case '<':
      return usersExposed < term.limit;
    case '<=':
      return usersExposed <= term.limit;
    case '>':
      return usersExposed > term.limit;
    default:
      return usersExposed >= term.limit;
  }
}
