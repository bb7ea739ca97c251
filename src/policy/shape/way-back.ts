/** Shapes of smoke, rollback and what follows: announcements, targets, flags, archive. */
import { z } from 'zod';
import { once } from '../../kit/once.ts';
import { helmRedeploy, kubectlRedeploy } from '../../providers/redeploys.ts';
import { options } from './checklist.ts';
import { command, duration, name, occasion, oneOrMore, severity, wayBack, words } from './leaf.ts';
import { when } from './people.ts';

const covered = once(() => z.strictObject({ id: name, with: options().optional(), when: when().optional() }));

export const smoke = once(() =>
  z.strictObject({
    suite: words.optional(),
    budget: duration.optional(),
    'on-failure': z.enum(['rollback', 'hold', 'page']).default('rollback'),
    covers: z
      .array(z.union([name.transform((id): z.output<ReturnType<typeof covered>> => ({ id })), covered()]))
      .default([]),
  }),
);

const budgetParts = once(() =>
  z.partialRecord(
    z.enum(['total', 'flag', 'traffic', 'redeploy', 'queue', 'decide', 'switch', 'verify', 'record']),
    duration,
  ),
);

const followUp = once(() =>
  z.strictObject({
    issue: z.strictObject({ when: occasion }).optional(),
    postmortem: duration.optional(),
    watch: duration.optional(),
    logs: z
      .union([z.literal('keep'), z.strictObject({ command })])
      .optional()
      .describe(
        'keep: owed by people; a command saves them: it finds SIDE, VERSION and SHA, and prints where they are',
      ),
    'block-redeploy': z.enum(['until-root-cause', 'never']).optional(),
  }),
);

export const rollback = once(() =>
  z.strictObject({
    workflow: words.optional(),
    budget: z
      .union([duration.transform((total): z.output<ReturnType<typeof budgetParts>> => ({ total })), budgetParts()])
      .optional(),
    'min-age': duration.optional(),
    how: wayBack.optional(),
    flag: words.optional(),
    redeploy: z
      .strictObject({
        workflow: words.optional().describe('a workflow file: dispatched with sha, version, artifact and environment'),
        command: command.optional(),
        kubectl: kubectlRedeploy().optional(),
        helm: helmRedeploy().optional(),
        timeout: duration.optional(),
      })
      .optional(),
    verify: z.array(z.enum(['smoke', 'version', 'health', 'data'])).optional(),
    settle: duration.optional().describe('wait before verifying'),
    manual: z
      .array(
        z.strictObject({
          id: name,
          severity: severity.optional(),
          within: duration.optional(),
          by: oneOrMore(name).optional(),
        }),
      )
      .default([]),
    'follow-up': followUp().optional(),
    drill: z.strictObject({ every: duration, environment: name }).optional(),
  }),
);

export const announceEvents = [
  'notice',
  'start',
  'held',
  'asked',
  'promoted',
  'done',
  'rolled-back',
  'refused',
] as const;

/** One line of announcements: the events, and the channel under the notifier's name (slack, teams, webhook, …). */
export const announce = once(() =>
  z.looseObject({
    id: name.optional(),
    when: z.array(z.enum(announceEvents)).optional(),
    ahead: duration.optional().describe('notice: so long before planned-start'),
    heartbeat: duration.optional(),
    if: occasion.optional(),
  }),
);

/** The keys of a line of announcements that every notifier shares. */
export const announceKeys = once((): readonly string[] => Object.keys(announce().shape));

/** What the delivery figures should be: a rhythm, a condition, or a map of them by type or as target and acceptable. */
export const targets = once(() => z.record(name, z.union([words, z.record(name, words)])));

export const flags = once(() =>
  z.looseObject({
    provider: name.optional(),
    'max-age': duration.optional(),
    'remove-after-full': duration.optional(),
    cohorts: z
      .tuple([name, name], { error: 'needs two names, of those without and those with the new code' })
      .optional()
      .describe('plans by flag: what {{side}} is in queries; default [off, on]'),
  }),
);
export const flagsKeys = once((): readonly string[] => Object.keys(flags().shape));

export const archive = once(() => z.strictObject({ command }));
