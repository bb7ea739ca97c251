// The backup before a migration: what the policy's command must print, and when it is none.
import { z } from 'zod';
import { backupFailed } from './problem.ts';
import type { Settings } from './settings.ts';

const proof = z.object({
  location: z.string().min(1),
  bytes: z.number().positive().optional(),
  sha256: z.string().optional(),
  snapshot: z.string().optional(),
});

export type Backup = z.infer<typeof proof>;

/** Runs the policy's command and says what it made; empty where the policy asks for no backup. Throws a Problem when there is no proof of one. */
export async function backUp(
  command: (options: { readonly line: NonNullable<Settings['backup']>; readonly timeoutMs: number }) => Promise<Reply>,
  { backup: line, limits }: Pick<Settings, 'backup' | 'limits'>,
): Promise<string> {
  if (line === undefined) return '';
  const backup = backupOf(await command({ line, timeoutMs: limits.durationMs }));
  if (typeof backup === 'string') throw backupFailed(backup);
  return backupWords(backup);
}

interface Reply {
  readonly code: number;
  readonly stdout: string;
  readonly timedOut: boolean;
}

/** The proof that a backup command printed: one JSON object, with other lines before it at most. A text: why it is no proof. */
export function backupOf(reply: Reply): Backup | string {
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
