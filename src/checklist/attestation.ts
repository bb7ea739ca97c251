// Attestations: files of the repository in which somebody gives their word, with a date and maybe an end.
import type { Answers, Unknown } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Context } from './criterion.ts';
import { type Finding, type Found, fail, notTold, pass, unknownFinding } from './finding.ts';
import { ago, instant } from './words.ts';

/** Reads the lines `by:`, `at:` and maybe `expires:` (dates) of the file at the judged commit. Asks nothing: the caller has asked for the file. */
export function findAttestation(
  given: { readonly path: string; readonly maxAgeMs: number | undefined },
  context: Context,
  answers: Answers,
): Found {
  const { path, maxAgeMs } = given;
  const { now } = context;
  const told = answers.of(fileOf(path, context));
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

interface Word {
  readonly attestation?: string | undefined;
  readonly 'max-age'?: number | undefined;
}

/** An attestation without an age would be true for ever; a quarter of a year is ours. */
const usualAgeMs = 90 * 24 * 60 * 60 * 1000;

/** What must be asked for the word about the line of `context`: which files there are, then the one that attests it. */
export function asksWord(word: Word, context: Context, answers: Answers): readonly Question[] {
  const listing = { kind: 'paths', sha: context.change.sha } as const;
  const files = placesOf(word, context, answers).map((path) => fileOf(path, context));
  return word.attestation === undefined ? [listing, ...files] : files;
}

/** What somebody's word says about the line of `context`. Nobody's word is `unknown` with every way to give one; `more` is one that only this criterion has. */
export function findWord(word: Word, context: Context, answers: Answers, more: string[] = []): Found {
  if (word.attestation === undefined) {
    const listing = answers.of({ kind: 'paths', sha: context.change.sha });
    if (listing.kind === 'unknown') return notTold(listing);
  }
  for (const path of placesOf(word, context, answers)) {
    const file = answers.of(fileOf(path, context));
    if (file.kind === 'unknown') return notTold(file);
    if (file.value.found) return findAttestation({ path, maxAgeMs: word['max-age'] ?? usualAgeMs }, context, answers);
  }
  const [usual = ''] = usualPlaces(context);
  return unattested(word.attestation ?? usual, more);
}

/** What an answer that did not come leaves: somebody's word where there is one, else why it did not come. */
export function orWord(silent: Unknown, word: Word, context: Context, answers: Answers): Found {
  const found = findWord(word, context, answers);
  return found.outcome === 'unknown' ? notTold(silent) : found;
}

/** The files that may attest it: the named one; else the usual ones that are in the commit, or may be because the list was cut short. */
function placesOf(word: Word, context: Context, answers: Answers): readonly string[] {
  if (word.attestation !== undefined) return [word.attestation];
  const listing = answers.value({ kind: 'paths', sha: context.change.sha });
  if (listing === undefined) return [];
  const there = new Set(listing.paths);
  return usualPlaces(context).filter((path) => !listing.complete || there.has(path));
}

function usualPlaces({ item }: Context): readonly string[] {
  return ['yml', 'md'].map((ending) => `.github/attestations/${item.id}.${ending}`);
}

const unsaid = 'nobody attests it';

/** Said once above the table, for all lines that nobody attests; empty where there is none. */
export function otherWays(findings: readonly Finding[]): Phrase {
  if (!findings.some(({ evidence }) => evidence === unsaid)) return '';
  return [
    'What nobody attests may be answered otherwise: give its line ',
    { code: 'command:' },
    ', ',
    { code: 'file:' },
    ' or ',
    { code: 'sign-off:' },
    '; an attestation counts for 90 days, or until its ',
    { code: 'expires:' },
    '.',
  ];
}

/** Nobody has said anything yet: not known to be wrong. */
function unattested(path: string, more: readonly string[]): Found {
  const todo = [
    ...more.flatMap((code, index) => [index === 0 ? 'say ' : ' or ', { code }]),
    more.length === 0 ? 'write ' : '; or write ',
    { code: path },
    ' with ',
    { code: 'by:' },
    ' and ',
    { code: 'at:' },
  ];
  return unknownFinding(unsaid, todo, 'owner of the policy');
}

function fileOf(path: string, { change }: Context): QuestionOf<'file'> {
  return { kind: 'file', path, sha: change.sha };
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
