// Attestations: files of the repository in which somebody gives their word, with a date and maybe an end.
import type { Answers } from '../evidence/answer.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Context } from './criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from './finding.ts';
import { ago, instant } from './words.ts';

/** Reads the lines `by:`, `at:` and maybe `expires:` (dates) of the file at the judged commit. Asks nothing: the caller has asked for the file. */
export function findAttestation(
  given: { readonly path: string; readonly maxAgeMs: number | undefined },
  context: Context,
  answers: Answers,
): Found {
  const { path, maxAgeMs } = given;
  const { now, change } = context;
  const told = answers.of({ kind: 'file', path, sha: change.sha });
  if (told.kind === 'unknown') return notTold(told);
  const renew = ['write the lines ', { code: 'by:' }, ' and ', { code: 'at:' }, ` in ${path}`];
  if (!told.value.found) return fail(`nobody attests it: there is no ${path}`, renew, 'author');
  const [by, at, expires] = ['by', 'at', 'expires'].map((key) => lineOf(told.value.text, key));
  const since = dateOf(at);
  const until = dateOf(expires);
  const link = { text: path, href: told.value.url };
  if (by === undefined || since === undefined || (expires !== undefined && until === undefined))
    return unknownFinding([link, ' does not say by whom and when'], renew, 'author');
  const words = [link, `: ${by}, ${ago(since, now)}`];
  if (since > now) return unknownFinding([link, `: dated ${instant(since)}, in the future`], renew, 'author');
  if (until !== undefined && until <= now) return fail([...words, `, expired ${instant(until)}`], renew, 'author');
  if (maxAgeMs !== undefined && now - since > maxAgeMs)
    return fail([...words, `, older than ${formatDuration(maxAgeMs)}`], renew, 'author');
  return pass(words, since);
}

function lineOf(text: string, key: string): string | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${key}:`));
  const words = line
    ?.slice(key.length + 1)
    .trim()
    .replace(/^["']|["']$/g, '')
    .slice(0, 100);
  return words === '' ? undefined : words;
}

function dateOf(words: string | undefined): number | undefined {
  if (words === undefined || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(words)) return undefined;
  const at = Date.parse(words);
  return Number.isNaN(at) ? undefined : at;
}
