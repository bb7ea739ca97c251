// Everything that leaves for GitHub passes here: known secrets and passwords in URLs become `***`.
import { redact } from '../../kit/redact.ts';
import { weigh } from '../http-weight.ts';

/** Bytes that cleaning a short text takes. */
const leftBehind = 128;

export interface Outgoing {
  /** Text as people read it. */
  text(words: string): string;
  /** JSON as text: redacted value by value, so that it stays JSON. Untouched, with its digest, when it holds no secret. */
  json(words: string): string;
  /** Plain data, every text in it. */
  data(value: unknown): unknown;
  /** Plain data as JSON for people to read, every text in it redacted as it is written: no copy is made of what may be long. */
  written(value: unknown): string;
}

/** `secrets` is asked each time, for a secret may become known while the action runs. */
export function createOutgoing(secrets: () => readonly string[]): Outgoing {
  const text = (words: string) => redact(words, secrets());
  const data = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(data);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, data(each)]));
  };
  const json = (words: string) => {
    const value = parse(words);
    if (value === undefined) return text(words);
    let isClean = true;
    const clean = JSON.stringify(value, (_key, each) => {
      const told = typeof each === 'string' ? text(each) : each;
      isClean &&= told === each;
      return told;
    });
    return isClean ? words : clean;
  };
  const written = (value: unknown) =>
    JSON.stringify(
      value,
      (_key, each) => {
        if (typeof each !== 'string') return each;
        // What thousands of texts leave behind is to be cleared while they are written.
        weigh(each.length + leftBehind);
        return text(each);
      },
      2,
    );
  return { text, json, data, written };
}

function parse(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}
