// The words of a Deployment status: one small grammar, written within 140 characters and read back to the same entry.
import type { DeploymentState } from '../evidence/fact.ts';
import { clipped } from '../kit/excerpt.ts';
import { assertNever } from '../kit/never.ts';
import type { Entry } from './entry.ts';
import { readWords } from './reading.ts';
import type { NewStatus } from './store.ts';
import { moreTags } from './tags.ts';

/** GitHub keeps at most 140 characters of a status description (OpenAPI description of its REST API). */
export const descriptionLimit = 140;

/** A name is shortened to this length when the whole would not fit: prefix, two names and all fixed words then stay below the limit. */
const shortName = 24;

export interface EntryPrefix {
  readonly leg?: string;
  /** Instant (ms) of the fact when it is written late; seconds and milliseconds are kept. */
  readonly at?: number;
}

export interface EntryRead extends EntryPrefix {
  readonly entry: Entry;
}

/** The status description of an entry, at most 140 characters: first names, then the free text at its end are shortened with `…`; of tags, which
 * would be others when shortened, the last are left out.
 * A leg stands in front as `[eu] `, a time as `@2026-11-20T14:07:00.000Z `. Line breaks become spaces. */
export function describeEntry(entry: Entry, options: EntryPrefix = {}): string {
  const whole = written(entry, options, Number.POSITIVE_INFINITY);
  return whole.length <= descriptionLimit ? whole : shortened(entry, options);
}

function shortened(entry: Entry, options: EntryPrefix): string {
  for (let kept = entry; ; ) {
    const words = written(kept, options, shortName);
    const fewer = words.length <= descriptionLimit ? undefined : withFewerTags(kept);
    if (fewer === undefined) return clipped(words, descriptionLimit);
    kept = fewer;
  }
}

function withFewerTags(entry: Entry): Entry | undefined {
  const tags = entry.kind === 'smoke' ? (entry.tags ?? []).filter((tag) => tag !== moreTags) : [];
  return entry.kind !== 'smoke' || tags.length === 0 ? undefined : { ...entry, tags: [...tags.slice(0, -1), moreTags] };
}

/** The entry that a description says. Total: words this release does not know come back as `other`. */
export function readEntry(description: string): EntryRead {
  const late = /^@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z) /.exec(description);
  const at = Date.parse(late?.[1] ?? '');
  const afterTime = late === null || Number.isNaN(at) ? description : description.slice(late[0].length);
  const leg = /^\[([^[\]\n]+)\] /.exec(afterTime);
  const words = leg === null ? afterTime : afterTime.slice(leg[0].length);
  return {
    entry: readWords(words) ?? { kind: 'other', text: words },
    ...(leg?.[1] === undefined ? {} : { leg: leg[1] }),
    ...(late === null || Number.isNaN(at) ? {} : { at }),
  };
}

/** The status to write for an entry: the one way from an entry to `DeploymentStore.say`. */
export function statusOf(
  told: EntryPrefix & {
    readonly state: DeploymentState;
    readonly entry: Entry;
    readonly logUrl: string;
    readonly environmentUrl?: string;
  },
): NewStatus {
  return {
    state: told.state,
    description: describeEntry(told.entry, told),
    logUrl: told.logUrl,
    ...(told.environmentUrl === undefined ? {} : { environmentUrl: told.environmentUrl }),
  };
}

function written(entry: Entry, options: EntryPrefix, longest: number): string {
  const time = options.at === undefined ? '' : `@${new Date(options.at).toISOString()} `;
  const shortLeg = legName(options.leg ?? '', longest);
  const leg = shortLeg === '' ? '' : `[${shortLeg}] `;
  return `${time}${leg}${wordsOf(entry, (text) => name(text, longest))}`;
}

function wordsOf(entry: Entry, named: (text: string) => string): string {
  switch (entry.kind) {
    case 'begun':
      return `${gateWords(entry.trial)}: tier ${named(entry.tier)}, plan ${named(entry.plan)}`;
    case 'sides':
      return `sides: stable ${named(entry.stable)}, canary ${named(entry.canary)}`;
    case 'before':
      return `shares before: ${Object.entries(entry.weights)
        .map(([of, share]) => `${named(of)} ${share} %`)
        .join(', ')}`;
    case 'stage':
      return `canary ${named(entry.stage)} ${entry.weight} %: ${entry.verdict}${tail(', ', entry.reason)}`;
    case 'completed':
      return `canary complete: ${named(entry.side)} 100 %`;
    case 'restored':
      return `traffic restored: ${named(entry.side)} 100 %${tail(', ', entry.because)}`;
    case 'smoke':
      return `smoke ${named(entry.verdict)}: ${entry.passed} of ${entry.total}${tail(', tags ', tagList(entry.tags))}`;
    case 'migration':
      return `migrations ${named(entry.verdict)}: ${entry.count}, ${named(entry.compatibility)}`;
    case 'rollback':
      return `rollback: ${entry.phase}${tail(' ', entry.detail)}`;
    case 'rolled-back':
      return `rolled back to ${named(entry.to)}${entry.deploymentId === 0 ? '' : `, deployment ${entry.deploymentId}`}`;
    case 'finished':
      return 'finished';
    case 'ended':
      return `${entry.how}${tail(entry.how === 'superseded' ? ' by ' : ': ', entry.detail)}`;
    case 'other':
      return oneLine(entry.text);
    default:
      return assertNever(entry);
  }
}

function gateWords(trial: 'open' | 'closed' | undefined): string {
  if (trial === undefined) return 'gate open';
  return trial === 'open' ? 'gate report, open' : 'gate report, would be closed';
}

function tagList(tags: readonly string[] = []): string {
  return tags.map((tag) => (tag === moreTags ? tag : name(tag, Number.POSITIVE_INFINITY))).join(', ');
}

function tail(separator: string, text: string): string {
  const line = oneLine(text);
  return line === '' ? '' : `${separator}${line}`;
}

/** Plain words stay as they are; an empty one is `–`; all else is quoted as in JSON, so that it reads back unchanged. */
function name(text: string, longest: number): string {
  const short = clipped(oneLine(text), longest);
  if (short === '') return '–';
  if (plainName.test(short)) return short;
  const quoted = JSON.stringify(short);
  return quoted.length <= longest || short.length < 2 ? quoted : name(text, Math.min(longest, short.length) - 1);
}

const plainName = /^[A-Za-z0-9][A-Za-z0-9._+@/:-]*…?$/;

function legName(leg: string, longest: number): string {
  return clipped(oneLine(leg.replace(/[[\]]/g, ' ')), longest);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
