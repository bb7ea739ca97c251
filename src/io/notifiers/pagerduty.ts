// PagerDuty: trouble opens an incident and the next deployment that is done there resolves it; everything else is a change event, which pages nobody.
import type { z } from 'zod';
import type { Message } from '../../providers/message.ts';
import type { pagerdutyShape } from '../../providers/notifiers.ts';
import { plainText } from './chat.ts';
import { type Posted, type PostParts, post } from './post.ts';

/** Events API v2: summaries of 1,024 characters, dedup keys of 255 (its documentation). */
const summaryLimit = 1024;
const dedupLimit = 255;

/** `repository` goes into source and dedup key: one integration may serve several. */
export async function sendPagerduty(
  parts: PostParts & { readonly repository: string },
  options: z.output<ReturnType<typeof pagerdutyShape>>,
  message: Message,
): Promise<Posted> {
  const base = 'url' in options && options.url !== undefined ? options.url : 'https://events.pagerduty.com';
  const wanted = 'events' in options && options.events !== undefined ? options.events : 'all';
  const { standing } = message;
  const isIncident = standing === 'trouble' || standing === 'over';
  const letters = [
    ...(wanted !== 'changes' && isIncident
      ? [{ path: '/v2/enqueue', body: incidentOf(parts.repository, options.key, message) }]
      : []),
    ...(wanted !== 'incidents' && standing !== 'trouble'
      ? [{ path: '/v2/change/enqueue', body: changeOf(parts.repository, options.key, message) }]
      : []),
  ];
  const posted = await Promise.all(
    letters.map(({ path, body }) => post(parts, { method: 'POST', url: `${base}${path}`, body })),
  );
  return posted.find(({ kind }) => kind === 'refused') ?? { kind: 'taken', body: '' };
}

function incidentOf(repository: string, key: string, message: Message): object {
  const dedup = { routing_key: key, dedup_key: `${repository}/${message.subject}`.slice(0, dedupLimit) };
  if (message.standing === 'over') return { ...dedup, event_action: 'resolve' };
  const { severity, title, at, environment } = message;
  return {
    ...dedup,
    event_action: 'trigger',
    client: 'boring-deploys',
    links: message.links,
    payload: {
      summary: title.slice(0, summaryLimit),
      source: `${repository} ${environment}`,
      severity,
      timestamp: new Date(at).toISOString(),
      component: message.subject,
      custom_details: { text: plainText(message) },
    },
  };
}

function changeOf(repository: string, key: string, { title, at, environment, links, fields }: Message): object {
  const custom = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const payload = {
    summary: title.slice(0, summaryLimit),
    source: `${repository} ${environment}`,
    timestamp: new Date(at).toISOString(),
    custom_details: custom,
  };
  return { routing_key: key, payload, links };
}
