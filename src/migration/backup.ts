// The backup before a migration: what the policy's command must print, and when it is none.
import { z } from 'zod';
import { type Backup, type Reply, restoreLine, tryBackup } from './backup-proof.ts';
import { backupFailed } from './problem.ts';
import type { Settings } from './settings.ts';

const proof = z.object({
  location: z.string().min(1),
  bytes: z.number().positive().optional(),
  sha256: z.string().optional(),
  snapshot: z.string().optional(),
});

export interface BackedUp {
  /** Where, how large, which digest; empty where the policy asks for no backup. */
  readonly words: string;
  readonly remarks: readonly string[];
}

/** Runs the policy's command and tries what it made. `restore` puts it into a throw-away database and says why it does not go in, or nothing. Throws a Problem when there is no proof of a backup. */
export async function backUp(
  command: (options: {
    readonly line: NonNullable<Settings['backup']>;
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  }) => Promise<Reply>,
  settings: Pick<Settings, 'backup' | 'limits' | 'verifyBackup'>,
  restore: (line: readonly string[]) => Promise<string>,
): Promise<BackedUp> {
  const { backup: line, limits, verifyBackup } = settings;
  if (line === undefined) return { words: '', remarks: [] };
  const backup = backupOf(await command({ line, timeoutMs: limits.durationMs }));
  if (typeof backup === 'string') throw backupFailed(backup);
  const { broken, remarks } = await tryBackup(command, backup, settings);
  if (broken !== '') throw backupFailed(broken);
  const again = verifyBackup === 'restore' ? restoreLine(backup.location) : undefined;
  const refused = again === undefined ? '' : await restore(again);
  if (refused !== '') throw backupFailed(refused);
  const tried = again === undefined ? [] : ['restored into a throw-away database'];
  const unable =
    verifyBackup === 'restore' && again === undefined
      ? ['The backup is not on this machine: it was not restored to try it.']
      : [];
  return { words: [backupWords(backup), ...tried].join(', '), remarks: [...remarks, ...unable] };
}

/** The proof that a backup command printed: one JSON object, with other lines before it at most. A text: why it is no proof. */
export function backupOf(reply: Pick<Reply, 'code' | 'stdout' | 'timedOut'>): Backup | string {
  if (reply.timedOut) return 'it did not end in time';
  if (reply.code !== 0) return `it ended with code ${reply.code}`;
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
