// Words that the criteria share: lists, instants, ages, short shas.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';

/** `a, b and 3 more`: at most `most` of them by name. */
export function listed(words: readonly string[], most: number): string {
  const shown = words.slice(0, most).join(', ');
  return words.length > most ? `${shown} and ${words.length - most} more` : shown;
}

/** An instant (ms) to the minute: `2026-11-17 14:02 UTC`. */
export function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long ago: `2 h ago`. */
export function ago(at: number, now: number): string {
  return `${formatDuration(Math.max(0, now - at))} ago`;
}

/** The first 7 characters, as people read a commit. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}

/** `one person`, `2 people`. */
export function counted(count: number, one: string, many: string): string {
  return count === 1 ? `one ${one}` : `${count} ${many}`;
}

/** A sentence of ours in which `words between backticks` are code. */
export function coded(text: string): Phrase {
  const parts = text.split('`');
  if (parts.length < 3) return text;
  return parts.flatMap((part, index) => (part === '' ? [] : [index % 2 === 1 ? { code: part } : part]));
}
