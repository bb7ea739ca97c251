// Answers: a known value, or `unknown` with what would make it known. Never an exception, never an empty value.
import type { QuestionKind, QuestionOf, Told } from './question.ts';

/** Nobody could tell. `because` says what happened, `remedy` what the reader can do. `permission` names a missing `permissions:` line. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly because: string;
  readonly remedy: string;
  readonly permission?: string;
}

export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
}

export type Answer<K extends QuestionKind> = Known<Told<K>> | Unknown;

/** Says that something could not be learned. */
export function unknown(because: string, remedy: string): Unknown {
  return { kind: 'unknown', because, remedy };
}

/** Wraps a fact that was learned. */
export function known<T>(value: T): Known<T> {
  return { kind: 'known', value };
}

/** One question, one key: equal questions are asked once. Key order does not matter. */
export function keyOf(question: { readonly kind: QuestionKind }): string {
  const entries = Object.entries(question).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}

/** The answers gathered so far. */
export interface Answers {
  /** The answer, or undefined while nobody has asked. */
  find<K extends QuestionKind>(question: QuestionOf<K>): Answer<K> | undefined;
  /** The answer; a question that was never asked is `unknown` too, so that forgetting to ask can not pass. */
  of<K extends QuestionKind>(question: QuestionOf<K>): Answer<K>;
  /** The value when it is known, else undefined: for `asks`, to see what became askable. */
  value<K extends QuestionKind>(question: QuestionOf<K>): Told<K> | undefined;
}

/** The port through which questions reach the world: one answer for each, in the order asked; it never throws. */
export type Ask = <K extends QuestionKind>(question: QuestionOf<K>) => Promise<Answer<K>>;
