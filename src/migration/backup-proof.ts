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
  /** What a reader has to know, sentences. */
  readonly remarks: readonly string[];
}

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
  const path = localPath(backup.location);
  if (path === undefined) return { broken: '', remarks: [] };
  const remarks = [
    `The backup lies on the machine of this job (${path}) and may be gone with it: let the command put it into a store that stays.`,
  ];
  if (verifyBackup === 'none') return { broken: '', remarks };
  const reply = await command({ line: ['bash', '-c', script], env: { BACKUP: path }, timeoutMs: limits.durationMs });
  if (reply.timedOut) return { broken: 'reading it to its end took too long', remarks };
  if (reply.code !== 0) return { broken: `it cannot be read to its end (${lastLine(reply.stderr)})`, remarks };
  const [size = '', digest = ''] = lastLine(reply.stdout).split(' ');
  if (backup.bytes !== undefined && size !== 'directory' && Number(size) !== backup.bytes)
    return { broken: `it has ${size} bytes and should have ${backup.bytes}`, remarks };
  if (backup.sha256 !== undefined && digest !== '-' && digest !== backup.sha256)
    return { broken: 'its digest is another one than the command printed', remarks };
  return { broken: '', remarks };
}

/** Words for a backup to restore in a throw-away database: only pg_restore and psql can, from a file of this machine. */
export function restoreLine(location: string): readonly string[] | undefined {
  const path = localPath(location);
  if (path === undefined) return undefined;
  const run =
    'if [ -d "$0" ] || [ "$(head -c 5 "$0")" = PGDMP ]; then pg_restore --exit-on-error --no-owner --no-privileges -d "$SHADOW" "$0"; ' +
    'else (zcat "$0" 2>/dev/null || cat "$0") | psql -v ON_ERROR_STOP=1 -q -d "$SHADOW"; fi';
  return ['bash', '-c', run, path];
}

/** The path of a place on this machine; undefined for what has a scheme, such as s3://. */
function localPath(location: string): string | undefined {
  if (location.startsWith('file://')) return location.slice('file://'.length);
  return /^[a-z][a-z0-9+.-]*:/i.test(location) || !location.includes('/') ? undefined : location;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
