// Chats: Slack (webhook, or a bot that keeps a thread), Teams (a Workflows address takes Adaptive Cards alone), Discord.
import { z } from 'zod';
import { linesOf, type Message } from '../../providers/message.ts';
import type { discordShape, slackShape, teamsShape } from '../../providers/notifiers.ts';
import { type Posted, type PostParts, post } from './post.ts';

/** Slack takes at most 50 blocks, 3,000 characters a section and 150 a header (its Block Kit reference); it wants & < > escaped. */
const sectionLimit = 2_900;

/** A webhook posts; a bot answers below the first message of the deployment that it finds in `threads`. */
export async function sendSlack(
  parts: PostParts & { readonly threads: Map<string, string> },
  options: z.output<ReturnType<typeof slackShape>>,
  message: Message,
): Promise<Posted> {
  const body = { text: slackText(message.title), blocks: slackBlocks(message), unfurl_links: false };
  if (!('token' in options)) return post(parts, { method: 'POST', url: options.url, body });
  const thread = parts.threads.get(options.channel + message.subject);
  const url = `${options.api ?? 'https://slack.com/api'}/chat.postMessage`;
  const headers = { authorization: `Bearer ${options.token}`, 'content-type': 'application/json; charset=utf-8' };
  const threaded = thread === undefined ? {} : { thread_ts: thread, reply_broadcast: message.standing !== 'goes-on' };
  const posted = await post(parts, {
    method: 'POST',
    url,
    headers,
    body: { channel: options.channel, ...body, ...threaded },
  });
  if (posted.kind === 'refused') return posted;
  const said = slackReply.safeParse(jsonOf(posted.body));
  // Slack answers 200 to what it refuses.
  if (!said.success || !said.data.ok)
    return { kind: 'refused', because: `it answered ${said.data?.error ?? 'something else'}` };
  if (thread === undefined && said.data.ts !== undefined)
    parts.threads.set(options.channel + message.subject, said.data.ts);
  return posted;
}

const slackReply = z.object({ ok: z.boolean(), ts: z.string().optional(), error: z.string().optional() });

function slackBlocks({ title, sentence, fields, links }: Message): readonly object[] {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, sectionLimit) } });
  const said = fields.map(({ name, value }) => `*${slackText(name)}:* ${slackText(value)}`).join('\n');
  const ends = links
    .map(({ text, href }) => `<${href.replace(/[<>|]/g, encodeURIComponent)}|${slackText(text)}>`)
    .join(' · ');
  return [
    { type: 'header', text: { type: 'plain_text', text: title.slice(0, 150), emoji: false } },
    ...(sentence === '' ? [] : [section(slackText(sentence))]),
    ...(said === '' ? [] : [section(said)]),
    ...(ends === '' ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: ends }] }]),
  ];
}

/** Nothing in it calls anybody or is a link: `<!channel>` and `<@U1>` need their brackets; marks of emphasis lose their meaning. */
function slackText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, (mark) => `\u200B${mark}`);
}

/** The card of Microsoft's documentation: "Create incoming webhooks with Workflows". */
export function sendTeams(
  parts: PostParts,
  { url }: z.output<ReturnType<typeof teamsShape>>,
  message: Message,
): Promise<Posted> {
  const { title, sentence, fields, links, standing } = message;
  const color = standing === 'trouble' ? 'attention' : standing === 'over' ? 'good' : 'default';
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', text: cardText(title), weight: 'bolder', size: 'medium', wrap: true, color },
      ...(sentence === '' ? [] : [{ type: 'TextBlock', text: cardText(sentence), wrap: true }]),
      { type: 'FactSet', facts: fields.map(({ name, value }) => ({ title: name, value: cardText(value) })) },
    ],
    actions: links.map(({ text, href }) => ({ type: 'Action.OpenUrl', title: text, url: href })),
  };
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }];
  return post(parts, { method: 'POST', url, body: { type: 'message', attachments } });
}

/** Cards read some Markdown: brackets, stars and the like are escaped. */
function cardText(text: string): string {
  return text.replace(/[\\[\]*_~`]/g, (mark) => `\\${mark}`);
}

const colors = { planned: 0x5865f2, begins: 0x5865f2, 'goes-on': 0x95a5a6, trouble: 0xed4245, over: 0x57f287 } as const;

/** An embed: 256 characters of title, 4,096 of text, 25 fields of 1,024 (Discord's documentation); no mention is ever allowed. */
export function sendDiscord(
  parts: PostParts,
  options: z.output<ReturnType<typeof discordShape>>,
  message: Message,
): Promise<Posted> {
  const { title, sentence, fields, links, standing, at } = message;
  const embed = {
    title: title.slice(0, 256),
    description: discordText(
      [sentence, ...links.map(({ text, href }) => `${text}: ${href}`)].filter((one) => one !== '').join('\n'),
    ),
    color: colors[standing],
    fields: fields
      .slice(0, 25)
      .map(({ name, value }) => ({ name, value: discordText(value).slice(0, 1024), inline: value.length < 40 })),
    timestamp: new Date(at).toISOString(),
  };
  const named = 'username' in options && options.username !== undefined ? { username: options.username } : {};
  return post(parts, {
    method: 'POST',
    url: options.url,
    body: { ...named, embeds: [embed], allowed_mentions: { parse: [] } },
  });
}

function discordText(text: string): string {
  return text.replace(/(https?:\/\/\S+)|[\\*_~`|>[\]]/g, (mark, address?: string) => address ?? `\\${mark}`);
}

/** Text alone, for what has no layout. */
export function plainText(message: Message): string {
  return linesOf(message).join('\n');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
