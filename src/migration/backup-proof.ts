// Tries a backup that lies on this machine: whole, as large and with the digest that its maker said; says when it dies with the job.
import type { Settings } from './settings.ts';

export interface Backup {
  readonly location: string;
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly snapshot?: string | undefined;
}

export interface Reply {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export type RunCommand = (options: {
  readonly line: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}) => Promise<Reply>;

export interface Proof {
  /** Why it is none; empty: it stood the test, or nobody here could try it. */
  readonly broken: string;
  /** It was read to its end. */
  readonly tried: boolean;
  /** As read here, where it lies on this machine: it stands in for what its maker did not say. */
  readonly bytes?: number;
  readonly sha256?: string;
}

/** What is known of the machine of this job: a variable of its environment, undefined when it is not set. */
export type Environment = (name: string) => string | undefined;

// pg_restore -l reads the list at the beginning and finds a truncated dump well; only a full decode reads to its end (measured).
// A directory is that of pg_dump --format=directory. The first word of the last line is the size, the second the digest.
const script = `
set -eu
[ -d "$BACKUP" ] || [ -s "$BACKUP" ] || { echo 'there is no such file, or it is empty' >&2; exit 1; }
if [ -d "$BACKUP" ]; then pg_restore -f /dev/null "$BACKUP"; echo "directory -"; exit 0; fi
case "$(head -c 5 "$BACKUP" | od -An -c | tr -d ' \\n')" in
  PGDMP) pg_restore -f /dev/null "$BACKUP" ;;
  037213*) gzip -t "$BACKUP"
    if zcat "$BACKUP" 2>/dev/null | head -c 4096 | grep -aqE 'PostgreSQL database dump|MySQL dump|MariaDB dump'; then
      zcat "$BACKUP" | tail -c 4096 | grep -aqiE 'dump complete' || { echo 'its last line is missing' >&2; exit 1; }
    fi ;;
  *) if head -c 4096 "$BACKUP" | grep -aqE 'PostgreSQL database dump|MySQL dump|MariaDB dump'; then
      tail -c 4096 "$BACKUP" | grep -aqiE 'dump complete' || { echo 'its last line is missing' >&2; exit 1; }
    elif head -c 512 "$BACKUP" | tail -c 255 | grep -aq ustar; then tar -tf "$BACKUP" >/dev/null
    fi ;;
esac
echo "$(wc -c < "$BACKUP" | tr -d ' ') $( (sha256sum "$BACKUP" || shasum -a 256 "$BACKUP") 2>/dev/null | cut -d ' ' -f 1)"
`;

/** Tries the backup where it is a file of this machine. A place elsewhere is believed, as its maker says. */
export async function tryBackup(
  command: RunCommand,
  backup: Backup,
  { verifyBackup, limits }: Pick<Settings, 'verifyBackup' | 'limits'>,
): Promise<Proof> {
  const path = localPath(backup);
  if (path === undefined || verifyBackup === 'none') return { broken: '', tried: false };
  const reply = await command({ line: ['bash', '-c', script], env: { BACKUP: path }, timeoutMs: limits.durationMs });
  if (reply.timedOut) return { tried: false, broken: 'reading it to its end took too long' };
  if (reply.code !== 0) return { tried: false, broken: `it cannot be read to its end (${lastLine(reply.stderr)})` };
  const [size = '', digest = ''] = lastLine(reply.stdout).split(' ');
  if (size === 'directory') return { broken: '', tried: true };
  const bytes = Number(size);
  if (backup.bytes !== undefined && bytes !== backup.bytes)
    return { tried: true, broken: `it has ${size} bytes and should have ${backup.bytes}` };
  if (backup.sha256 !== undefined && digest !== backup.sha256)
    return { tried: true, broken: 'its digest is another one than the command printed' };
  return { broken: '', tried: true, bytes, ...(digest === '' ? {} : { sha256: digest }) };
}

/**
 * Why the backup is gone when it is needed: a sentence, empty where it stays. Machines of GitHub are thrown away after the job; on one of
 * your own the temporary folder and the checkout are emptied for the next.
 */
export function whyGone(backup: Backup, env: Environment): string {
  const path = localPath(backup);
  if (path === undefined) return '';
  const mend = 'let migrations.backup.command put it into a store that stays.';
  if (env('RUNNER_ENVIRONMENT') === 'github-hosted')
    return `The backup lies on the machine of this job (${path}), which is thrown away after it: ${mend}`;
  const emptied = [env('RUNNER_TEMP'), env('GITHUB_WORKSPACE'), '/tmp', '/var/tmp'];
  const inside = emptied.some((folder) => folder !== undefined && folder !== '' && path.startsWith(`${folder}/`));
  if (!path.startsWith('/') || inside)
    return `The backup lies in a folder that does not outlive the job (${path}): ${mend}`;
  return '';
}

/** Words for a backup to restore in a throw-away database: only pg_restore and psql can, from a file of this machine. */
export function restoreLine(backup: Backup): readonly string[] | undefined {
  const path = localPath(backup);
  if (path === undefined) return undefined;
  const run =
    'if [ -d "$0" ] || [ "$(head -c 5 "$0")" = PGDMP ]; then pg_restore --exit-on-error --no-owner --no-privileges -d "$SHADOW" "$0"; ' +
    'else (zcat "$0" 2>/dev/null || cat "$0") | psql -v ON_ERROR_STOP=1 -q -d "$SHADOW"; fi';
  return ['bash', '-c', run, path];
}

/** The path of a place on this machine; undefined for what has a scheme, such as s3://, and for the name of a snapshot. */
function localPath({ location, snapshot }: Backup): string | undefined {
  if (location.startsWith('file://')) return location.slice('file://'.length);
  const elsewhere = /^[a-z][a-z0-9+.-]+:/i.test(location) || (!location.includes('/') && snapshot !== undefined);
  return elsewhere ? undefined : location;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
