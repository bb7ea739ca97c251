// A throw-away Postgres from server binaries of this machine, in a temporary folder, gone with this process whatever ends it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { removeLeftServers, serverFolder, sign } from './left-server.ts';

/** Folders with one sub-folder a version, as Debian, Red Hat, Homebrew and Postgres.app lay them out. */
const versioned = [
  '/usr/lib/postgresql',
  '/usr',
  '/opt/homebrew/opt',
  '/usr/local/opt',
  '/Applications/Postgres.app/Contents/Versions',
];
const startMs = 20_000;
const portTries = 5;
/** `nobody`: Postgres refuses to run as root, so root starts it as `postgres` where that user exists, else as this one. */
const nobody = 65_534;

export interface Binaries {
  readonly folder: string;
  readonly major: number;
}

/** Server binaries found on this machine, the newest first; `extra` folders are looked at before all others. */
export function findBinaries(path: string, extra: readonly string[] = []): readonly Binaries[] {
  const near = [...extra, ...path.split(delimiter).filter((folder) => folder !== '')];
  const nested = versioned.flatMap((folder) => subFolders(folder).map((name) => join(folder, name, 'bin')));
  const real = [...near, ...nested].flatMap((folder) => (isWhole(folder) ? [realFolder(folder)] : []));
  return [...new Set(real)]
    .flatMap((folder) => {
      const said = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? '';
      const major = Number(/(\d+)(?:\.\d+|beta|rc|devel)/.exec(said)?.[1] ?? Number.NaN);
      return Number.isNaN(major) ? [] : [{ folder, major }];
    })
    .sort((a, b) => b.major - a.major);
}

export interface LocalServer {
  /** URL of a database of this server, as its superuser. */
  url(database: string): string;
  stop(): Promise<void>;
}

/** Makes a cluster and starts a server on it; `tcp` adds a port on 127.0.0.1 with a password. Throws an Error with what the server said. */
export async function startLocalServer(binaries: Binaries, tcp: boolean): Promise<LocalServer> {
  // Paths of sockets may have 107 bytes: TMPDIR of some runners is too long for that.
  removeLeftServers();
  const home = mkdtempSync(join(serverFolder.parent, serverFolder.prefix));
  sign(home);
  const owner: { readonly uid?: number; readonly gid?: number } = process.getuid?.() === 0 ? ownerOf() : {};
  const password = randomBytes(16).toString('hex');
  const around = { cwd: home, env: environment(), ...owner };
  try {
    give(home, owner);
    const secret = join(home, 'password');
    writeFileSync(secret, password, { mode: 0o600 });
    give(secret, owner);
    const words = ['-D', join(home, 'data'), '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const safety = [`--pwfile=${secret}`, '--auth-local=trust', '--auth-host=scram-sha-256'];
    const made = spawnSync(join(binaries.folder, 'initdb'), [...words, ...safety], { encoding: 'utf8', ...around });
    if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr.trim()}`);
    const { child, port } = await beginSomewhere(binaries, { home, tcp, around });
    return {
      url: (database) =>
        tcp
          ? `postgres://postgres:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
          : `postgres://postgres@localhost:${port}/${database}?host=${encodeURIComponent(home)}&sslmode=disable`,
      stop: () => end(child, home),
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** A port that was free a moment ago may be taken: then another one is tried. */
async function beginSomewhere(
  binaries: Binaries,
  at: Omit<Start, 'port'>,
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = at.tcp ? await freePort() : 5432;
    try {
      return { port, child: await begin(binaries, { ...at, port }) };
    } catch (error) {
      if (!at.tcp || attempt === portTries || !String(error).includes('Address already in use')) throw error;
    }
  }
}

interface Start {
  readonly home: string;
  readonly port: number;
  readonly tcp: boolean;
  readonly around: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly uid?: number;
    readonly gid?: number;
  };
}

/**
 * The server is the child of a shell that reads from us: when we are gone, even by kill -9, its input ends, and it ends the server and
 * removes the folder. Safety of data is switched off: nothing here outlives the rehearsal.
 */
function begin({ folder }: Binaries, { home, port, tcp, around }: Start): Promise<ChildProcess> {
  const settings = {
    listen_addresses: tcp ? '127.0.0.1' : '',
    port: String(port),
    unix_socket_directories: home,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '30',
  };
  const words = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const script = '"$0" "$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "$PWD"';
  const line = ['-c', script, join(folder, 'postgres'), '-D', join(home, 'data'), ...words];
  const child = spawn('sh', line, { ...around, detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
  return new Promise((ready, failed) => {
    let said = '';
    const late = setTimeout(() => fail(), startMs);
    const fail = (): void => {
      clearTimeout(late);
      child.stdin?.end();
      failed(new Error(`postgres did not start: ${said.trim().split('\n').slice(-3).join(' ')}`));
    };
    child.once('error', fail);
    child.once('exit', fail);
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      said = (said + piece).slice(-8_000);
      if (/FATAL|PANIC/.test(said)) return fail();
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      child.removeListener('exit', fail);
      child.unref();
      ready(child);
    });
  });
}

async function end(child: ChildProcess, home: string): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  if (child.exitCode === null && child.signalCode === null) {
    // A child that was let go once does not keep the process waiting for its end, not even when it is taken back.
    const waiting = setInterval(() => undefined, 1_000);
    child.stdin?.end();
    await gone;
    clearInterval(waiting);
  }
  rmSync(home, { recursive: true, force: true });
}

function give(path: string, { uid, gid }: { readonly uid?: number; readonly gid?: number }): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function ownerOf(): { readonly uid: number; readonly gid: number } {
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(
    existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '',
  );
  return { uid: Number(line?.[1] ?? nobody), gid: Number(line?.[2] ?? nobody) };
}

/** Variables of the caller such as PGPORT or PGDATA must not lead the server astray. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

function isWhole(folder: string): boolean {
  return existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'));
}

function realFolder(folder: string): string {
  return dirname(realpathSync(join(folder, 'postgres')));
}

function subFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^(?:\d+|pgsql-\d+|postgresql@\d+)$/.test(name));
  } catch {
    return [];
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
