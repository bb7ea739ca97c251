// Where a value stands in a JSON answer, with every digit of the numbers that are too long for one.
import { withAllDigits } from '../kit/digits.ts';
import { follow } from './path.ts';
import type { Got } from './rule.ts';

/** A document, and the same with every digit of its long numbers, which are texts there. */
export interface Digits {
  readonly value: unknown;
  readonly exact: unknown;
}

/** The document that was read from the text, with the same read by its digits. */
export function readDigits(value: unknown, text: string): Digits {
  const digits = withAllDigits(text);
  return { value, exact: digits === text ? value : JSON.parse(digits) };
}

/** What stands at the path, a long number as its digits. A filter asks numbers for their size: what it finds has the digits of a number. */
export function followDigits({ value, exact }: Digits, path: string): Got {
  const plain = follow(value, path);
  if (value === exact || path.includes('?')) return plain;
  const found = follow(exact, path);
  const isNumber = plain.kind === 'found' && typeof plain.value === 'number';
  return found.kind === 'found' && isNumber ? { ...found, type: 'number' } : found;
}
