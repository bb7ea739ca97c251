// The backup before a migration: what the policy's command must print, and when it is none.
import { z } from 'zod';
import { type Backup, type Environment, type Reply, restoreLine, tryBackup, whyGone } from './backup-proof.ts';
import { backupFailed } from './problem.ts';
import type { Settings } from './settings.ts';

const proof = z.object({
  location: z.string().min(1),
  bytes: z.number().positive().optional(),
  sha256: z.string().optional(),
  snapshot: z.string().optional(),
});

export interface BackedUp {
  /** Where, how large, which digest, how it was tried; empty where the policy asks for no backup. */
  readonly words: string;
  /** Why it will be gone when it is needed, a sentence; empty: it stays. */
  readonly gone: string;
}

export interface BackingUp {
  readonly command: (options: {
    readonly line: NonNullable<Settings['backup']>;
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  }) => Promise<Reply>;
  readonly env: Environment;
  /** The command is told of it as DATABASE_URL. */
  readonly databaseUrl: string;
  /** Puts it into a throw-away database; says why it does not go in, or nothing. */
  readonly restore: (line: readonly string[]) => Promise<string>;
}

/** Runs the policy's command and tries what it made. Throws a Problem when there is no proof of a backup. */
export async function backUp(
  { command, env, databaseUrl, restore }: BackingUp,
  settings: Pick<Settings, 'backup' | 'limits' | 'verifyBackup'>,
): Promise<BackedUp> {
  const { backup: line, limits, verifyBackup } = settings;
  if (line === undefined) return { words: '', gone: '' };
  const made = await command({ line, env: { DATABASE_URL: databaseUrl }, timeoutMs: limits.durationMs });
  const backup = backupOf(made);
  if (typeof backup === 'string') throw backupFailed(backup);
  const { broken, tried, bytes, sha256 } = await tryBackup(command, backup, settings);
  if (broken !== '') throw backupFailed(broken);
  const again = verifyBackup === 'restore' ? restoreLine(backup) : undefined;
  const refused = again === undefined ? '' : await restore(again);
  if (refused !== '') throw backupFailed(refused);
  const elsewhere = verifyBackup === 'none' ? 'not tried' : 'not tried: it is not on this machine';
  const how = again !== undefined ? 'restored into a throw-away database' : tried ? 'read to its end' : elsewhere;
  const known = { ...(bytes === undefined ? {} : { bytes }), ...(sha256 === undefined ? {} : { sha256 }), ...backup };
  return { words: `${backupWords(known)}, ${how}`, gone: whyGone(backup, env) };
}

/** The proof that a backup command printed: one JSON object, with other lines before it at most. A text: why it is no proof. */
export function backupOf(
  reply: Pick<Reply, 'code' | 'stdout' | 'timedOut'> & { readonly stderr?: string },
): Backup | string {
  if (reply.timedOut) return 'it did not end in time';
  const said = reply.stderr?.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (reply.code !== 0) return `it ended with code ${reply.code}${said === '' ? '' : ` and said "${said}"`}`;
  const line = reply.stdout.trim().split('\n').at(-1) ?? '';
  const read = proof.safeParse(jsonOf(reply.stdout) ?? jsonOf(line));
  if (!read.success) return 'it printed no JSON object with "location"';
  if (read.data.bytes === undefined && read.data.snapshot === undefined)
    return 'it named neither "bytes" nor a "snapshot"';
  return read.data;
}

/** The output `backup`: where it is, its size, its digest. */
export function backupWords({ location, bytes, sha256, snapshot }: Backup): string {
  return [
    location,
    bytes === undefined ? '' : `${bytes} bytes`,
    snapshot ?? '',
    sha256 === undefined ? '' : `sha256 ${sha256}`,
  ]
    .filter((word) => word !== '')
    .join(', ');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
