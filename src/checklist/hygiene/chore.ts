// A chore: something that hygiene found to be done, or found done, each with the key of its one issue.
import type { Phrase } from '../../kit/phrase.ts';
import type { Found } from '../finding.ts';

export interface Chore {
  /** Names the occasion; one issue a key. Ends in `*` where nobody could tell which there are: then issues of that kind stay as they are. */
  readonly key: string;
  readonly title: string;
  /** `open`: to be done; `done`: nothing is owed; `unread`: nobody could tell. */
  readonly state: 'open' | 'done' | 'unread';
  readonly because: Phrase;
  readonly todo: Phrase;
  readonly who: Phrase;
  /** Shown, but no issue is opened for it. */
  readonly quiet: boolean;
}

/** The chore that a finding is. What is not known is to be done as well: somebody has to make it known. */
export function choreOf(of: Pick<Chore, 'key' | 'title' | 'who' | 'quiet'>, found: Found): Chore {
  const done = found.outcome === 'pass' || found.outcome === 'not-applicable';
  if (done) return { ...of, state: 'done', because: found.evidence, todo: '' };
  const who = of.who === '' ? (found.who ?? '') : of.who;
  return { ...of, who, state: 'open', because: found.evidence, todo: found.todo };
}

/** What could not be read: `because`, and what would make it known. */
export function unread(
  key: string,
  title: string,
  answer: { readonly because: string; readonly remedy: string },
): Chore {
  return { key, title, state: 'unread', because: answer.because, todo: answer.remedy, who: '', quiet: true };
}

/** Whether a chore keeps the issue of this key open. */
export function keepsOpen(chore: Chore, key: string): boolean {
  if (chore.state === 'done') return false;
  return chore.key.endsWith('*') ? key.startsWith(chore.key.slice(0, -1)) : chore.key === key;
}
