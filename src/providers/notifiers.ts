// Option shapes of the notifiers: what stands under their name in a line of `announce`.
import { z } from 'zod';

const address = z.string().min(1, { error: 'must not be empty' });

/** Each takes an address (URL of a webhook, mail address); a map of options is read, not checked, until its adapter comes. */
export const notifiers: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>(
  ['slack', 'teams', 'webhook', 'mail', 'pagerduty', 'statuspage', 'discord', 'command', 'issue'].map(
    (name) => [name, z.union([address, z.looseObject({})])] as const,
  ),
);
