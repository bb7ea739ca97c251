// Option shapes of the notifiers: what stands under their name in a line of `announce`. An address alone is the option `url`.
import { z } from 'zod';
import { once } from '../kit/once.ts';
import type { Providers } from './shape.ts';

const words = once(() => z.string().min(1, { error: 'must not be empty' }));
const named = once(() =>
  z
    .string()
    .regex(/\$\{[A-Z_][A-Z0-9_]*\}/, { error: 'is a secret: name an environment variable, such as ${SLACK_WEBHOOK}' }),
);
/** The address of a webhook is its secret; one without is for addresses of one's own network. */
const url = once(() => words());
const address = once(() => url().transform((one): { url: string } => ({ url: one })));
const command = once(() => z.union([words(), z.array(words()).min(1, { error: 'needs at least the program' })]));
const hook = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.union([address(), z.strictObject({ url: url(), ...shape })]);

/** A webhook (`url`), or a bot that keeps one thread a deployment (`token` and `channel`). */
export const slackShape = once(() =>
  z.union([
    address(),
    z.strictObject({ url: url() }),
    z.strictObject({ token: named(), channel: words(), api: words().optional() }),
  ]),
);
export const teamsShape = once(() => hook({}));
export const discordShape = once(() => hook({ username: words().optional() }));
/** `secret` signs the body: header `X-Signature-256: sha256=<HMAC>`. */
export const webhookShape = once(() =>
  hook({
    secret: named().optional(),
    headers: z.record(words(), words()).optional(),
  }),
);
/** `key` is the integration's routing key; trouble opens an incident and its end resolves it, all else is a change event that pages nobody. */
export const pagerdutyShape = once(() =>
  z.union([
    named().transform((key): { key: string } => ({ key })),
    z.strictObject({
      key: named(),
      url: words().optional(),
      events: z.enum(['all', 'changes', 'incidents']).optional(),
    }),
  ]),
);
/** `notify` is whether subscribers get a message (default false). */
export const statuspageShape = once(() =>
  z.strictObject({
    key: named(),
    page: words(),
    components: z.array(words()).optional(),
    notify: z.boolean().optional(),
    url: words().optional(),
  }),
);
/** `true` on the pull request, or an issue with a label where there is none. */
export const issueShape = once(() =>
  z.union([
    z.literal(true).transform((): { label: string } => ({ label: 'announcement' })),
    z.strictObject({ label: words().default('announcement') }),
  ]),
);
/** A runner has no mail server: the command sends it, and finds the message in its environment. */
export const mailShape = once(() =>
  z.union([
    words().transform((to): { to: string[]; command?: string | string[] } => ({ to: [to] })),
    z.strictObject({
      to: z.union([words().transform((one) => [one]), z.array(words()).min(1)]),
      command: command().optional(),
    }),
  ]),
);
export const commandShape = once(() =>
  z.union([
    command().transform((line): { command: string | string[] } => ({ command: line })),
    z.strictObject({ command: command() }),
  ]),
);

/** Names with the shape of their options. */
export const notifiers: Providers = new Map<string, () => z.ZodType>([
  ['slack', slackShape],
  ['teams', teamsShape],
  ['webhook', webhookShape],
  ['mail', mailShape],
  ['pagerduty', pagerdutyShape],
  ['statuspage', statuspageShape],
  ['discord', discordShape],
  ['command', commandShape],
  ['issue', issueShape],
]);
