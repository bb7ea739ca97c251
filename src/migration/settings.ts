// How this run migrates: the inputs where they are given, else the policy, else what needs no policy at all.
import type { Changelog } from '../evidence/database.ts';
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import type { CommandLine } from '../policy/parts.ts';
import { tools } from '../providers/tools.ts';
import type { Limits } from './budget.ts';
import { unknownTool } from './problem.ts';
import type { RehearseWord } from './rehearsal.ts';
import type { Level, Server } from './rules/rule.ts';
import type { SetName } from './set.ts';
import { expectations, isExpectation, type Validation } from './validation.ts';

export interface Wanted {
  readonly set: SetName;
  /** Empty: the policy's. */
  readonly directory: string;
  readonly tool: string;
  readonly 'on-failure': '' | 'stop' | 'revert';
  readonly phase?: string;
}

export interface Settings {
  readonly set: SetName;
  readonly directory: string;
  readonly tool: string;
  readonly onFailure: 'stop' | 'revert';
  readonly limits: Limits;
  readonly validations: readonly Validation[];
  readonly backup: CommandLine | undefined;
  readonly verifyBackup: 'decode' | 'restore' | 'none';
  readonly rehearse: readonly RehearseWord[];
  /** Path of the data for a rehearsal; empty: none. */
  readonly seed: string;
  readonly commands: Effective['migrations']['commands'];
  /** How long a contract file waits for its readers: until they are retired, or this long after the release that brought it, ms. */
  readonly contractAfter: 'after-retire' | number;
  readonly server: Server;
  readonly levels: Readonly<Record<string, Level>>;
  readonly baseline: string | undefined;
  readonly separationMs: number;
  readonly retention: number;
}

/** Settles the settings. Throws a Problem for a tool or an expectation that this release does not know. */
export function settingsOf(
  wanted: Wanted,
  { migrations, checklist }: Pick<Effective, 'migrations' | 'checklist'>,
): Settings {
  const tool = wanted.tool || migrations.tool;
  if (!tools.has(tool)) throw unknownTool(tool, wanted.tool === '' ? 'migrations.tool' : 'input tool');
  if (tool === 'command' && migrations.commands === undefined) {
    throw new Problem({
      what: 'The tool is "command", and no command is given',
      where: 'migrations.commands',
      fix: 'Write migrations.commands: {history: …, apply: …, revert: …}; each gets DATABASE_URL, MIGRATION_ID and MIGRATION_FILE.',
      reason: 'no-commands',
    });
  }
  const strange = migrations.validate.find(({ expect }) => !isExpectation(expect));
  if (strange !== undefined) {
    throw new Problem({
      what: `"${strange.expect}" is nothing that can be expected of a validation`,
      where: `migrations.validate ${strange.id}`,
      fix: `Write ${expectations}.`,
      reason: 'bad-policy',
    });
  }
  return {
    set: wanted.set,
    directory: (wanted.directory || migrations.directory).replace(/\/+$/, ''),
    tool,
    onFailure: wanted['on-failure'] || migrations.onFailure,
    limits: migrations.limits,
    validations: migrations.validate,
    backup: migrations.backup?.command,
    verifyBackup: migrations.backup?.verify ?? 'decode',
    rehearse: migrations.rehearse,
    seed: migrations.seed ?? '',
    commands: migrations.commands,
    contractAfter: migrations.separation.contract,
    server: serverOf(migrations.server),
    levels: migrations.rules,
    baseline: migrations.baseline,
    separationMs: migrations.separation.expandMs,
    retention: Math.max(migrations.retention.releases, askedReleases(checklist)),
  };
}

/** The line of the checklist may ask for more releases than the migrations block. */
function askedReleases(checklist: Effective['checklist']): number {
  const asked = checklist.find(({ id }) => id === 'migration-drop-after-retention')?.with.releases;
  return typeof asked === 'number' ? asked : 0;
}

const serverWords = /^(postgres(?:ql)?|mysql|mariadb)(?:\s+(\d+)(?:\.(\d+))?(?:\.\d+)?)?$/i;

function serverOf(words: string | undefined): Server {
  const found = serverWords.exec((words ?? 'postgres').trim());
  if (found === null) {
    throw new Problem({
      what: `"${words}" is no database that the linter knows`,
      where: 'migrations.server',
      fix: 'Write postgres 16, mysql 8.0 or mariadb 10.11.',
      reason: 'bad-policy',
    });
  }
  const [, name = '', major, minor] = found;
  const dialect = name.toLowerCase().startsWith('postgres')
    ? 'postgres'
    : name.toLowerCase() === 'mysql'
      ? 'mysql'
      : 'mariadb';
  return {
    dialect,
    major: major === undefined ? undefined : Number(major),
    minor: minor === undefined ? undefined : Number(minor),
  };
}

export interface DatabasePlace {
  readonly run: Run;
  readonly leg: string;
  readonly limits: Limits;
  readonly url: string;
  readonly tool: string;
  readonly directory?: string;
  readonly commands?: Settings['commands'];
  readonly ids?: readonly string[];
  readonly changelog?: Changelog | undefined;
}

/** How the database is opened. The session names run, attempt and leg, so that a job ends its own sessions and no other's. */
export function databaseOptions(place: DatabasePlace) {
  const { run, leg, limits, url, tool, directory, commands, ids, changelog } = place;
  return {
    url,
    tool,
    session: [`${run.id}.${run.attempt}`, leg].filter((word) => word !== '').join(' '),
    lockTimeoutMs: limits.lockTimeoutMs,
    statementTimeoutMs: limits.durationMs,
    // Whoever holds the lock may hold it as long as a migration may take.
    waitMs: limits.durationMs,
    victimLimitMs: limits.lockMs,
    ...(directory === undefined ? {} : { directory }),
    ...(commands === undefined ? {} : { commands }),
    ...(ids === undefined ? {} : { ids }),
    ...(changelog === undefined ? {} : { changelog }),
  };
}
