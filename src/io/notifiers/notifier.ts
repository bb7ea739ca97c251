// Sends one message on one channel: which adapter, with the variables of the policy filled in. Never throws.
import type { z } from 'zod';
import { withVariables } from '../../kit/variable.ts';
import type { Message } from '../../providers/message.ts';
import * as shapes from '../../providers/notifiers.ts';
import type { Command } from '../../world.ts';
import { plainText, sendDiscord, sendSlack, sendTeams } from './chat.ts';
import { sendPagerduty } from './pagerduty.ts';
import type { Posted, PostParts } from './post.ts';
import { sendStatuspage } from './statuspage.ts';
import { sendWebhook } from './webhook.ts';

export interface NotifierParts extends PostParts {
  readonly command: Command;
  readonly env: (name: string) => string | undefined;
  /** `owner/name`. */
  readonly repository: string;
  /** Says it on a pull request, or in an issue with the label where there is none; gives the words of a refusal, empty when it was said. */
  readonly say: (message: Message, label: string) => Promise<string>;
}

export type Notifier = (channel: string, options: unknown, message: Message) => Promise<Posted>;

const commandTimeoutMs = 10_000;

/** The notifier of one run; threads are kept for its life. */
export function createNotifier(parts: NotifierParts): Notifier {
  const threads = new Map<string, string>();
  const senders = sendersOf({ ...parts, threads });
  return async (channel, options, message) => {
    const send = senders[channel];
    if (send === undefined) return { kind: 'refused', because: `this release knows no channel ${channel}` };
    try {
      return await send(options, message);
    } catch (fault) {
      return { kind: 'refused', because: fault instanceof Error ? fault.message : String(fault) };
    }
  };
}

type Sender = (options: unknown, message: Message) => Promise<Posted>;

function sendersOf(parts: NotifierParts & { readonly threads: Map<string, string> }): Readonly<Record<string, Sender>> {
  // Shapes want the names of variables where secrets stand: read first, filled in afterwards.
  const read = <Shape extends z.ZodType>(shape: Shape, options: unknown): z.output<Shape> =>
    withVariables(shape.parse(options), parts.env, 'announce');
  return {
    slack: (options, message) => sendSlack(parts, read(shapes.slackShape(), options), message),
    teams: (options, message) => sendTeams(parts, read(shapes.teamsShape(), options), message),
    discord: (options, message) => sendDiscord(parts, read(shapes.discordShape(), options), message),
    pagerduty: (options, message) => sendPagerduty(parts, read(shapes.pagerdutyShape(), options), message),
    statuspage: (options, message) => sendStatuspage(parts, read(shapes.statuspageShape(), options), message),
    webhook: (options, message) => sendWebhook(parts, read(shapes.webhookShape(), options), message),
    issue: async (options, message) => refusal(await parts.say(message, read(shapes.issueShape(), options).label)),
    command: (options, message) => run(parts, read(shapes.commandShape(), options).command, message, []),
    mail: async (options, message) => {
      const { to, command } = read(shapes.mailShape(), options);
      if (command === undefined)
        return {
          kind: 'refused',
          because: 'a runner has no mail server: give `mail: {to: …, command: ./ops/mail.sh}`',
        };
      return run(parts, command, message, to);
    },
  };
}

function refusal(because: string): Posted {
  return because === '' ? { kind: 'taken', body: '' } : { kind: 'refused', because };
}

/** The command finds the message in its environment: nothing of it is ever part of a command line. */
async function run(
  { command }: NotifierParts,
  line: string | string[],
  message: Message,
  to: readonly string[],
): Promise<Posted> {
  const env = {
    ANNOUNCE_EVENT: message.event,
    ANNOUNCE_TITLE: message.title,
    ANNOUNCE_TEXT: plainText(message),
    ANNOUNCE_JSON: JSON.stringify(message),
    ...(to.length === 0 ? {} : { ANNOUNCE_TO: to.join(',') }),
  };
  const { code, timedOut } = await command({ line, env, timeoutMs: commandTimeoutMs });
  if (timedOut) return { kind: 'refused', because: 'the command took longer than 10 s' };
  return refusal(code === 0 ? '' : `the command ended with ${code}`);
}
