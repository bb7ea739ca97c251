// Statuspage: a maintenance for what is planned or under way, an incident for trouble; each found again by what we keep in its metadata.
import { z } from 'zod';
import type { Message } from '../../providers/message.ts';
import type { statuspageShape } from '../../providers/notifiers.ts';
import { type Posted, type PostParts, post } from './post.ts';

type Options = z.output<ReturnType<typeof statuspageShape>>;

const incidents = z.array(
  z.looseObject({
    id: z.string(),
    scheduled_for: z.string().nullish(),
    metadata: z.looseObject({ 'boring-deploys': z.looseObject({ subject: z.string() }).optional() }).nullish(),
  }),
);

/** A token may call once a second (its documentation). */
const pauseMs = 1_100;

/** Opens, brings up to date, or ends what stands on the page. Nothing there to be ended is no fault. */
export async function sendStatuspage(
  parts: PostParts & { readonly repository: string },
  options: Options,
  message: Message,
): Promise<Posted> {
  const base = `${options.url ?? 'https://api.statuspage.io'}/v1/pages/${encodeURIComponent(options.page)}/incidents`;
  const headers = { authorization: `OAuth ${options.key}` };
  const listed = await post(parts, { method: 'GET', url: `${base}/unresolved`, headers });
  if (listed.kind === 'refused') return listed;
  const subject = `${parts.repository} ${message.subject}`;
  const open = (incidents.safeParse(jsonOf(listed.body)).data ?? []).filter(
    ({ metadata }) => metadata?.['boring-deploys']?.subject === subject,
  );
  const isTrouble = message.standing === 'trouble';
  // Trouble during a maintenance ends the one and opens the other.
  const own = open.filter((one) => isScheduled(one) !== isTrouble || message.standing === 'over');
  for (const one of own) {
    await parts.clock.sleep(pauseMs);
    const status = statusOf(message, isScheduled(one));
    const posted = await post(parts, {
      method: 'PATCH',
      url: `${base}/${encodeURIComponent(one.id)}`,
      headers,
      body: { incident: { status, body: textOf(message) } },
    });
    if (posted.kind === 'refused') return posted;
  }
  if (own.length > 0 || message.standing === 'over' || message.standing === 'goes-on')
    return { kind: 'taken', body: '' };
  await parts.clock.sleep(pauseMs);
  return post(parts, { method: 'POST', url: base, headers, body: { incident: incidentOf(options, message, subject) } });
}

function incidentOf({ components, notify }: Options, message: Message, subject: string): object {
  const isTrouble = message.standing === 'trouble';
  const iso = (at: number) => new Date(at).toISOString();
  // A maintenance needs an end after its begin; an hour where nobody knows.
  const ends = message.ends > message.begins ? message.ends : message.begins + 3_600_000;
  return {
    name: message.title,
    body: textOf(message),
    status: statusOf(message, !isTrouble),
    deliver_notifications: notify ?? false,
    ...(components === undefined ? {} : { component_ids: components }),
    ...(isTrouble ? {} : { scheduled_for: iso(message.begins), scheduled_until: iso(ends) }),
    metadata: { 'boring-deploys': { subject } },
  };
}

/** Users are back on the old version once we say rolled back: what remains is to watch. */
function statusOf({ event, standing }: Message, scheduled: boolean): string {
  if (scheduled)
    return {
      planned: 'scheduled',
      begins: 'in_progress',
      'goes-on': 'in_progress',
      trouble: 'verifying',
      over: 'completed',
    }[standing];
  if (standing === 'over') return 'resolved';
  return event === 'rolled-back' ? 'monitoring' : 'investigating';
}

/** What customers may read: no figures, no names, no addresses of the inside. */
function textOf({ title, version, event }: Message): string {
  if (event === 'rolled-back')
    return `A problem with the update ${version} was found; the version before is back in service. We keep watching.`;
  return title;
}

function isScheduled({ scheduled_for }: { readonly scheduled_for?: string | null | undefined }): boolean {
  return typeof scheduled_for === 'string';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
