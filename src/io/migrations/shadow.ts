// The throw-away database of a rehearsal: on the server of shadow-url, else on server binaries of this machine; with the target's schema where it can be had.
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import type { Shadow, ShadowOptions } from '../../world.ts';
import type { Around } from './around.ts';
import { connect, disconnect, readDatabaseUrl } from './connection.ts';
import { failureOf } from './failure.ts';
import { type Binaries, findBinaries, startLocalServer } from './local-server.ts';
import { dumpOf } from './schema-dump.ts';
import { givenPlace, majorOf, maker, type Place, prefix, rehearsalName } from './shadow-place.ts';
import { isUnwatched } from './unwatched.ts';

/** Serves `Shadow`. Throws a Problem where there is no server, and where the schema of the target does not go in. */
export async function createShadow(options: ShadowOptions, around: Around): Promise<Shadow> {
  if (isUnwatched(options.like)) throw noServer(undefined, 'only Postgres is rehearsed');
  const target = options.like === '' ? undefined : await majorOf(readDatabaseUrl(options.like));
  const wanted = target?.major ?? options.major;
  const place =
    options.url === '' ? await localPlace(options, wanted, around) : await givenPlace(options.url, options.like);
  try {
    const url = (await place.fresh()) ?? place.own;
    if (url === undefined) throw cannotMake(options.url);
    const dump =
      options.like === ''
        ? { sql: undefined, because: '' }
        : await dumpOf(readDatabaseUrl(options.like), {
            ...around,
            major: target?.major ?? 0,
            historyTable: options.historyTable,
          });
    if (dump.sql !== undefined) await fill(url, dump.sql, 'the schema of the target');
    return {
      engine: place.engine,
      url,
      restored: dump.sql !== undefined,
      remarks: [
        ...(wanted !== undefined && wanted !== place.major
          ? [
              `rehearsed on PostgreSQL ${place.major}, while the target has ${wanted}: what differs between them was not tried`,
            ]
          : []),
        ...(place.left === 0
          ? []
          : [
              `dropped ${place.left === 1 ? 'a database' : `${place.left} databases`} that a killed rehearsal left on the shadow server`,
            ]),
        ...(dump.because === '' ? [] : [`${dump.because}: the earlier migrations were replayed instead`]),
      ],
      another: () => place.fresh(),
      fill: (sql, path) => fill(url, sql, path),
      close: () => place.close(),
    };
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function localPlace(options: ShadowOptions, wanted: number | undefined, around: Around): Promise<Place> {
  const found = around.binaries ?? findBinaries(process.env.PATH ?? '');
  const chosen = found.find(({ major }) => major === wanted) ?? (options.sameMajor ? undefined : found[0]);
  if (chosen === undefined)
    throw noServer(
      wanted,
      found.length === 0
        ? undefined
        : `The server binaries of this machine are not of version ${wanted ?? 'the target'}`,
    );
  const server = await start(chosen, options.tcp, wanted);
  const admin = server.url('postgres');
  try {
    const { words, major } = await majorOf(readDatabaseUrl(admin));
    return {
      engine: `PostgreSQL ${words}, server binaries of this machine`,
      major,
      left: 0,
      fresh: maker(admin, `${prefix}${process.pid}`),
      own: undefined,
      close: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function start(chosen: Binaries, tcp: boolean, wanted: number | undefined) {
  try {
    return await startLocalServer(chosen, tcp);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw noServer(wanted, `The server in ${chosen.folder} does not start (${said})`);
  }
}

async function fill(text: string, sql: string, path: string): Promise<void> {
  const url = readDatabaseUrl(text);
  const client = await connect(url, rehearsalName);
  try {
    await client.query(sql);
  } catch (error) {
    const { what } = failureOf(error, { path, secrets: [url.password] });
    throw new Problem({
      what: `${path} does not go into the shadow database: ${redact(what, [url.password])}`,
      where: path,
      fix: /extension/.test(what)
        ? 'Give in shadow-url a server that has the extension: a service container of the image you run.'
        : 'Correct it, or give in shadow-url a server like the target.',
      reason: 'shadow-fill',
    });
  } finally {
    await disconnect(client);
  }
}

function cannotMake(url: string): Problem {
  return new Problem({
    what: 'The role of shadow-url may not make databases, and its own database is not empty',
    where: readDatabaseUrl(url).place,
    fix: 'Give the role CREATEDB, or an empty database.',
    reason: 'shadow-not-empty',
  });
}

/** What to do without any server: five lines of the workflow. */
function noServer(wanted: number | undefined, because = 'This machine has no Postgres server binaries'): Problem {
  const image = `postgres:${wanted ?? 16}`;
  return new Problem({
    what: `There is no server to rehearse on: ${because}`,
    where: 'input shadow-url',
    fix:
      `Add to the job:\nservices:\n  shadow:\n    image: ${image}\n    env: {POSTGRES_PASSWORD: shadow}\n    ports: ['5432:5432']\n` +
      'and to the step `shadow-url: postgres://postgres:shadow@localhost:5432/postgres?sslmode=disable`.',
    reason: 'no-shadow',
  });
}
