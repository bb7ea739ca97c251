// What a Deployment's payload holds: what is known when it begins and what must outlive check runs. It can never change.
import { z } from 'zod';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const run = z.strictObject({ id: z.number().int(), attempt: z.number().int(), url: z.string() });
const past = z.strictObject({ deploymentId: z.number().int(), sha, version: z.string() });

const shared = {
  marker: z.literal('boring-deploys'),
  schema: z.literal(1),
  run,
  environment: z.string(),
  /** Empty when the policy names no unit. */
  unit: z.string(),
  version: z.string(),
  artifact: z.array(z.string()).readonly(),
  sha,
};

/** One file of the range: its path, its id (file name up to the first underscore or the whole stem), and the digest of its text. */
const migrationFile = z.strictObject({ id: z.string(), path: z.string(), sha256: z.string() });

export const forwardPayload = z.strictObject({
  ...shared,
  kind: z.literal('deploy'),
  legs: z.array(z.string()).readonly(),
  tree: z.string(),
  pulls: z.array(z.number().int()).readonly(),
  tier: z.string(),
  type: z.string(),
  plan: z.string(),
  policy: z.strictObject({ path: z.string(), sha: z.string(), digest: z.string(), name: z.string() }),
  /** What ran before, as the gate saw it; null for the first deployment. */
  previous: past.nullable(),
  migrations: z.array(migrationFile).readonly(),
});

export const migrationPayload = z.strictObject({
  ...shared,
  kind: z.literal('migration'),
  parent: z.number().int().nullable(),
  leg: z.string(),
  tool: z.string(),
  set: z.string(),
  /** Pending files in the order they will be applied, each with what it means for running code. */
  files: z
    .array(z.strictObject({ id: z.string(), path: z.string(), sha256: z.string(), compatibility: z.string() }))
    .readonly(),
  /** The tool's history table before anything was touched: applied ids in order. */
  before: z.array(z.string()).readonly(),
});

export const rollbackPayload = z.strictObject({
  ...shared,
  kind: z.literal('rollback'),
  drill: z.boolean(),
  leg: z.string(),
  /** What was left, and what was gone back to (pinned on the first attempt). `sha`, `version`, `artifact` above are the target's. */
  from: past.nullable(),
  to: past.nullable(),
  how: z.string(),
  reason: z.string(),
  severity: z.string(),
  pulls: z.array(z.number().int()).readonly(),
});

/** Holds an environment shut until it is unlocked. */
export const lockPayload = z.strictObject({
  ...shared,
  kind: z.literal('lock'),
  leg: z.string(),
  /** Pull requests the lock is about; empty when somebody locks for another reason. */
  pulls: z.array(z.number().int()).readonly(),
  reason: z.string(),
  by: z.string(),
});

export const payload = z.discriminatedUnion('kind', [forwardPayload, migrationPayload, rollbackPayload, lockPayload]);

export type ForwardPayload = z.infer<typeof forwardPayload>;
export type MigrationPayload = z.infer<typeof migrationPayload>;
export type RollbackPayload = z.infer<typeof rollbackPayload>;
export type LockPayload = z.infer<typeof lockPayload>;
export type Payload = z.infer<typeof payload>;
