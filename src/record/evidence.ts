// The evidence record: what one action run found out, kept as a completed check run, and all that the report needs of it.
import { z } from 'zod';
import { phrase } from '../kit/phrase.ts';

export const actionNames = ['pre-deploy-gate', 'migrate', 'canary-step', 'smoke-test', 'rollback'] as const;

/** One criterion, limit or smoke check with its outcome. `who` owes it, `todo` is the exact thing to do. */
const row = z.strictObject({
  id: z.string(),
  outcome: z.enum(['pass', 'fail', 'waiting', 'unknown', 'warn', 'waived', 'not-applicable', 'asked-at-deploy']),
  title: phrase,
  who: phrase,
  todo: phrase,
  evidence: phrase,
  required: z.boolean(),
});

/** One line of "what happened": `canary 10 %`, 14:07–14:12, promote, figures. Instants are ms since the epoch. */
const moment = z.strictObject({
  stage: z.string(),
  from: z.number(),
  to: z.number(),
  verdict: z.string(),
  figures: phrase,
});

export const evidence = z.strictObject({
  marker: z.literal('boring-deploys'),
  schema: z.literal(1),
  action: z.enum(actionNames),
  moment: z.enum(['review', 'deploy']),
  environment: z.string(),
  unit: z.string(),
  leg: z.string(),
  sha: z.string(),
  tree: z.string(),
  version: z.string(),
  pulls: z.array(z.number().int()).readonly(),
  deploymentId: z.number().int().nullable(),
  run: z.strictObject({ id: z.number().int(), attempt: z.number().int(), job: z.string(), url: z.string() }),
  at: z.number(),
  verdict: z.string(),
  reason: z.string(),
  /** `enforce: report`: judged and shown as "would be closed", nothing stops. */
  reportOnly: z.boolean(),
  /** The clause behind "Production: closed." in the title, and the one sentence a person would say. */
  title: z.string(),
  sentence: phrase,
  /** The line under the title: version, commit, risk, plan, policy … */
  facts: z.array(phrase).readonly(),
  rows: z.array(row).readonly(),
  moments: z.array(moment).readonly(),
  wayBack: phrase,
  migration: phrase,
  /** Sections below, by heading: a list of phrases (one a line), a table (its first row is the head), or both. Folded, unless `open`: then
   * it stands unfolded under the sentence, as the options of a refused rollback do. */
  details: z
    .array(
      z.strictObject({
        heading: z.string(),
        lines: z.array(phrase).readonly(),
        table: z.array(z.array(phrase).readonly()).readonly(),
        open: z.boolean().optional(),
      }),
    )
    .readonly(),
  /** Action-specific machine-readable facts that other actions read (staging proof, smoke counts, compatibility …). */
  found: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()])),
});

export type EvidenceRow = z.infer<typeof row>;
export type EvidenceMoment = z.infer<typeof moment>;
export type Evidence = z.infer<typeof evidence>;
export type ActionName = (typeof actionNames)[number];
