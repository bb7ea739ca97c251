/** From the shape of migrations, smoke, rollback and announcements to the parts an action works with; their defaults stand here. */
import { whenOf } from './checklist-parts.ts';
import type { Announcement, Caretaker, Flags, Json, Migrations, Rollback, Smoke } from './parts.ts';
import { announceKeys, flagsKeys } from './shape/way-back.ts';
import type { PolicyShape } from './shape.ts';

type RollbackShape = NonNullable<PolicyShape['rollback']>;
type Raw = Readonly<Record<string, Json>>;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The migrations block; limits that are absent are those of the preset starter (5m, 10s, 2s). */
export function migrationsOf(shape: PolicyShape['migrations']): Migrations {
  const limits = shape?.limits;
  return {
    directory: shape?.directory ?? 'db/migrations',
    tool: shape?.tool ?? 'auto',
    server: shape?.server,
    rules: shape?.rules ?? {},
    baseline: shape?.baseline,
    rehearse: shape?.rehearse ?? ['up', 'twice', 'down', 'up'],
    limits: {
      durationMs: limits?.duration ?? 5 * minute,
      lockMs: limits?.lock ?? 10 * second,
      lockTimeoutMs: limits?.['lock-timeout'] ?? 2 * second,
    },
    backup:
      shape?.backup === undefined
        ? undefined
        : {
            command: shape.backup.command,
            maxAgeMs: shape.backup['max-age'],
            verify: shape.backup.verify,
          },
    validate: shape?.validate ?? [],
    onFailure: shape?.['on-failure'] ?? 'stop',
    seed: shape?.seed,
    commands: shape?.commands,
    separation: { expandMs: shape?.separation?.expand ?? 0, contract: shape?.separation?.contract ?? 'after-retire' },
    retention: { releases: shape?.retention?.releases ?? 1 },
  };
}

/** The smoke block: `.github/smoke.yml`, five minutes, a failure asks for a rollback. */
export function smokeOf(shape: PolicyShape['smoke']): Smoke {
  return {
    suite: shape?.suite ?? '.github/smoke.yml',
    budgetMs: shape?.budget ?? 5 * minute,
    onFailure: shape?.['on-failure'] ?? 'rollback',
    covers: (shape?.covers ?? []).map((covered) => ({
      id: covered.id,
      with: covered.with ?? {},
      when: covered.when === undefined ? undefined : whenOf(covered.when),
    })),
  };
}

/** The rollback block: five minutes, known good after an hour, verified by version. */
export function rollbackOf(shape: PolicyShape['rollback']): Rollback {
  const { total, ...parts } = shape?.budget ?? {};
  return {
    workflow: shape?.workflow ?? 'rollback.yml',
    budgetMs: total ?? 5 * minute,
    parts: Object.fromEntries(Object.entries(parts).flatMap(([part, ms]) => (ms === undefined ? [] : [[part, ms]]))),
    minAgeMs: shape?.['min-age'] ?? hour,
    how: shape?.how ?? 'auto',
    flag: shape?.flag,
    redeploy:
      shape?.redeploy === undefined
        ? undefined
        : {
            workflow: shape.redeploy.workflow,
            command: shape.redeploy.command,
            kubectl: shape.redeploy.kubectl,
            helm: shape.redeploy.helm,
            timeoutMs: shape.redeploy.timeout,
          },
    verify: shape?.verify ?? ['version'],
    settleMs: shape?.settle ?? 0,
    manual: (shape?.manual ?? []).map(manualOf),
    followUp: followUpOf(shape?.['follow-up']),
    drill:
      shape?.drill === undefined ? undefined : { everyMs: shape.drill.every, environment: shape.drill.environment },
  };
}

function manualOf(shape: RollbackShape['manual'][number]): Rollback['manual'][number] {
  return { id: shape.id, severity: shape.severity, withinMs: shape.within, by: shape.by ?? [] };
}

function followUpOf(shape: RollbackShape['follow-up']): Rollback['followUp'] {
  return {
    issueWhen: shape?.issue?.when,
    postmortemMs: shape?.postmortem,
    watchMs: shape?.watch,
    keepLogs: shape?.logs !== undefined,
    logsCommand: typeof shape?.logs === 'object' ? shape.logs.command : undefined,
    blockRedeploy: shape?.['block-redeploy'] ?? 'never',
  };
}

/** The caretaker: every five minutes, jobs of at most five hours. */
export function caretakerOf(shape: NonNullable<PolicyShape['caretaker']>): Caretaker {
  return {
    workflow: shape.workflow,
    everyMs: shape.every ?? 5 * minute,
    maxJobTimeMs: shape['max-job-time'] ?? 5 * hour,
  };
}

/** A line of announcements; `raw` is the same line as written, whose keys beside the shared ones are channels. */
export function announcementOf(shape: PolicyShape['announce'][number], raw: Raw): Announcement {
  return {
    id: shape.id,
    when: shape.when ?? [],
    aheadMs: shape.ahead,
    heartbeatMs: shape.heartbeat,
    if: shape.if,
    channels: Object.fromEntries(Object.entries(raw).filter(([key]) => !announceKeys().includes(key))),
  };
}

/** The flags block; `raw` as above. */
export function flagsOf(shape: NonNullable<PolicyShape['flags']>, raw: Raw): Flags {
  return {
    provider: shape.provider,
    maxAgeMs: shape['max-age'],
    removeAfterFullMs: shape['remove-after-full'],
    cohorts: shape.cohorts ?? ['off', 'on'],
    options: Object.fromEntries(Object.entries(raw).filter(([key]) => !flagsKeys().includes(key))),
  };
}
