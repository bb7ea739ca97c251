// Announcing: every line of the policy that wants the event gets it on each of its channels. Best effort, never a verdict, said once an occasion.
import { createNotifier, type NotifierParts } from '../io/notifiers/notifier.ts';
import { redact } from '../kit/redact.ts';
import { announcementOf, isBelieved, pages, readRecord } from '../vocabulary.ts';
import type { Announcing, World } from '../world.ts';

type Message = ReturnType<typeof announcementOf>;

export interface AnnouncerParts extends Omit<NotifierParts, 'say'> {
  readonly log: Pick<World['log'], 'info' | 'warn'>;
  readonly secrets: () => readonly string[];
  readonly serverUrl: string;
  readonly note: (note: {
    pull: number;
    key: string;
    body: string;
  }) => Promise<{ readonly warnings: readonly string[] }>;
  readonly issue: (issue: {
    title: string;
    body: string;
    key: string;
    labels: readonly string[];
  }) => Promise<{ readonly warnings: readonly string[] }>;
}

/** The port `announce` of the World. */
export function createAnnouncer(parts: AnnouncerParts): World['announce'] {
  const notify = createNotifier({ ...parts, say: (message, label) => sayOnGithub(parts, message, label) });
  const said = new Set<string>();
  return async (event) => {
    if (said.has(event.key)) return;
    // Progress is said again and again; each of the others once.
    if (event.event !== 'progress') said.add(event.key);
    try {
      const message = announcementOf(event);
      await Promise.all(
        event.lines.flatMap(({ id, channels }) =>
          Object.entries(channels).map(async ([channel, options]) => {
            const name = `${channel}${id === undefined ? '' : ` (${id})`}`;
            if (event.silent) return parts.log.info(`Would announce on ${name}: ${textOf(parts, message)}`);
            const posted = await notify(channel, options, message);
            if (posted.kind === 'taken') parts.log.info(`Announced on ${name}: ${message.title}`);
            else parts.log.warn(`Not announced on ${name}: ${redact(posted.because, parts.secrets())}`);
          }),
        ),
      );
    } catch (fault) {
      parts.log.warn(
        `Not announced: ${redact(fault instanceof Error ? fault.message : String(fault), parts.secrets())}`,
      );
    }
  };
}

/** Where the record of a run says what it announced. */
const announcedKey = 'announced';
/** Legs announce one after the other: so long each gives the one before it (GitHub's lists lag behind by 2 to 5 s). */
const turnMs = 5_000;

/** Those that no other run has said yet, by the records of their commits. What cannot be read is taken for unsaid. */
export async function unsaid(
  world: Pick<World, 'ask' | 'clock' | 'run'>,
  events: readonly Announcing[],
): Promise<readonly Announcing[]> {
  if (events.length === 0) return [];
  const turn = Math.max(...events.map((one) => one.turn));
  if (turn > 0 && events.some(({ silent }) => !silent)) await world.clock.sleep(turn * turnMs);
  const told = new Set<string>();
  for (const sha of new Set(events.flatMap(({ shas }) => shas))) {
    const records = await world.ask({ kind: 'records', sha });
    // With a key, a record that nobody signed could keep us silent.
    for (const fact of records.kind === 'known' ? records.value.filter(({ seal }) => isBelieved(seal)) : []) {
      const keys = readRecord(fact)?.found[announcedKey];
      if (Array.isArray(keys)) for (const key of keys) told.add(key);
    }
  }
  return events.filter(({ key }) => !told.has(key));
}

/** What the record keeps of it. */
export function announcedIn(events: readonly Announcing[]): Readonly<Record<string, readonly string[]>> {
  return events.length === 0 ? {} : { [announcedKey]: events.map(({ key }) => key) };
}

function textOf({ secrets }: AnnouncerParts, { title, fields }: Message): string {
  return redact([title, ...fields.map(({ name, value }) => `${name}: ${value}`)].join('; '), secrets());
}

/** A note on the newest pull request, which the criterion announcement-sent finds by its key; without one an issue with the label. */
async function sayOnGithub(parts: AnnouncerParts, message: Message, label: string): Promise<string> {
  const body = [
    pages.note([{ strong: message.title }]),
    pages.note(message.sentence),
    message.fields.map(({ name, value }) => `- ${pages.note([{ strong: name }, `: ${value}`])}`).join('\n'),
    pages.note(
      message.links.flatMap((link, at) => (at === 0 ? [link] : [' · ', link])),
      [parts.serverUrl],
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const pull = Math.max(0, ...message.pulls);
  const { warnings } =
    pull > 0
      ? await parts.note({ pull, key: message.key, body })
      : await parts.issue({ title: message.title, body, key: message.key, labels: [label] });
  return warnings.join('; ');
}
