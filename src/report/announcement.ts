// The words of an announcement: the fields the processes ask (version from and to, strategy, duration, risk, progress, way back, who, links).

import { formatDuration } from '../kit/duration.ts';
import { clipped } from '../kit/excerpt.ts';
import { assertNever } from '../kit/never.ts';
import { plain } from '../kit/phrase.ts';
import type { Message } from '../providers/message.ts';
import type { Announcing, Told } from '../record/announcing.ts';
import { instant } from './instant.ts';

/** A field is shown up to this many characters: channels cut longer ones in ugly places (Discord at 1,024). */
const longest = 900;

/** The message of an event, the same for all channels. */
export function announcementOf(event: Announcing): Message {
  const { environment, unit, version, sha, key, pulls, at } = event;
  return {
    ...{ event: event.event, key, environment, version, sha, pulls, at },
    subject: [environment, unit].filter((part) => part !== '').join(' '),
    begins: event.plannedAt ?? at,
    ends: (event.plannedAt ?? at) + event.expectedMs,
    title: titleOf(event),
    sentence: cut(plain(event.sentence)),
    fields: fieldsOf(event),
    links: linksOf(event),
    ...weightOf(event.event),
  };
}

/** `Production: v1.8.0 rolled back`; under `enforce: report` with what would have happened. */
function titleOf({ event, environment, unit, leg, version, title, would }: Announcing): string {
  const place = `${environment.slice(0, 1).toUpperCase()}${environment.slice(1)}${unit === '' ? '' : `, ${unit}`}${leg === '' ? '' : ` (${leg})`}`;
  const said = would && event !== 'start' && event !== 'notice' ? `would be ${happened(event)}` : happened(event);
  const words = title.startsWith(`${version} `) ? title.slice(version.length + 1) : title;
  // A title that says what happened says it once.
  if (words.startsWith(said)) return cut(`${place}: ${version} ${words}`);
  return cut(`${place}: ${version} ${said}${words === '' || words === version ? '' : `: ${words}`}`);
}

function happened(event: Told): string {
  switch (event) {
    case 'notice':
      return 'planned';
    case 'start':
      return 'started';
    case 'progress':
      return 'under way';
    case 'held':
      return 'held';
    case 'asked':
      return 'asks for a decision';
    case 'promoted':
      return 'promoted';
    case 'done':
      return 'done';
    case 'rolled-back':
      return 'rolled back';
    case 'refused':
      return 'not rolled back';
    default:
      return assertNever(event);
  }
}

function fieldsOf(event: Announcing): Message['fields'] {
  const { from, version, strategy, expectedMs, risk, progress, migration, wayBack, who, plannedAt } = event;
  const fields: readonly (readonly [string, string])[] = [
    ['Version', from === '' || from === version ? version : `${from} → ${version}`],
    ['Planned for', plannedAt === undefined ? '' : `${instant(plannedAt, event.at)} UTC`],
    ['Strategy', strategy],
    ['Expected duration', expectedMs === 0 ? '' : formatDuration(expectedMs)],
    ['Risk', risk],
    ['Progress', progress],
    ['Migration', plain(migration)],
    ['Way back', plain(wayBack)],
    ['Who', who],
  ];
  return fields.flatMap(([name, value]) => (value === '' ? [] : [{ name, value: cut(value) }]));
}

function linksOf({ runUrl, reportUrl }: Announcing): Message['links'] {
  const report = reportUrl === '' || reportUrl === runUrl ? [] : [{ text: 'Report', href: reportUrl }];
  return [...report, { text: 'Run', href: runUrl }];
}

/** How loud each event is. */
function weightOf(event: Told): Pick<Message, 'severity' | 'standing'> {
  switch (event) {
    case 'notice':
      return { severity: 'info', standing: 'planned' };
    case 'start':
      return { severity: 'info', standing: 'begins' };
    case 'progress':
    case 'promoted':
      return { severity: 'info', standing: 'goes-on' };
    case 'done':
      return { severity: 'info', standing: 'over' };
    case 'held':
    case 'asked':
      return { severity: 'warning', standing: 'trouble' };
    case 'rolled-back':
      return { severity: 'error', standing: 'trouble' };
    case 'refused':
      return { severity: 'critical', standing: 'trouble' };
    default:
      return assertNever(event);
  }
}

function cut(text: string): string {
  return clipped(text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ').trim(), longest);
}
