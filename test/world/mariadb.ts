// A real MariaDB of our own on a socket in a temporary folder, from the machine's server binaries.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Mariadb {
  readonly socket: string;
  /** URL of a new, empty database. */
  createDatabase(name: string): string;
  /** Rows of a query as tab-separated lines. */
  lines(database: string, sql: string): readonly string[];
  stop(): Promise<void>;
}

const programs = ['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/mariadb'];

/** Whether server, installer and client are here. */
export function mariadbAvailable(): boolean {
  return programs.every((path) => existsSync(path));
}

const startMs = 60_000;

/** Starts a server without any port; root starts it as `nobody`. Throws what it said when it does not come up, and leaves nothing. */
export async function startMariadb(): Promise<Mariadb> {
  // Below /tmp: the path of a socket has 107 characters at most.
  const home = mkdtempSync('/tmp/boring-mariadb-');
  const owner = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid);
  const data = join(home, 'data');
  const words = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  // The temporary folder of root may be closed to the server's user.
  const env = { ...process.env, TMPDIR: home };
  const made = spawnSync('/usr/bin/mariadb-install-db', words, { encoding: 'utf8', cwd: home, env, ...owner });
  if (made.status !== 0) {
    rmSync(home, { recursive: true, force: true });
    throw new Error(`mariadb-install-db: ${made.stderr}`);
  }
  const socket = join(home, 's');
  const settings = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    '--skip-networking',
    '--innodb-flush-method=nosync',
  ];
  const child = spawn('/usr/sbin/mariadbd', [...settings, `--pid-file=${join(home, 'pid')}`], {
    cwd: home,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...owner,
  });
  let log = '';
  child.stderr?.on('data', (piece: Buffer) => {
    log = (log + piece.toString('utf8')).slice(-4_000);
  });
  child.once('error', (error) => {
    log += error.message;
  });
  const drop = (): void => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  process.once('exit', drop);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', drop);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(home, { recursive: true, force: true });
  };
  const client = (database: string, sql: string) =>
    spawnSync('/usr/bin/mariadb', ['--no-defaults', '-uroot', `-S${socket}`, '-N', '-e', sql, database], {
      encoding: 'utf8',
    });
  for (const end = performance.now() + startMs; client('mysql', 'select 1').status !== 0; ) {
    if (child.pid === undefined || child.exitCode !== null || performance.now() > end) {
      await stop();
      throw new Error(`mariadbd did not start: ${log}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  return {
    socket,
    createDatabase: (name) => {
      client('mysql', `create database ${name}`);
      return `mysql://root@localhost/${name}?socket=${socket}`;
    },
    lines: (database, sql) => client(database, sql).stdout.trim().split('\n'),
    stop,
  };
}
