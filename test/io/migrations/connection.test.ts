// A database that cannot be reached: every message names the server and what to do, none the password.
import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { connectionProblem, readDatabaseUrl, withParameters } from '../../../src/io/migrations/connection.ts';
import { Problem } from '../../../src/kit/problem.ts';
import { neighbour } from '../../world/neighbour.ts';
import { freePort } from '../../world/port.ts';
import { postgresAvailable, startPostgres } from '../../world/postgres.ts';
import { database } from './server.ts';

const secret = 'pa55-wörd';
const at = (port: number, name = 'shop') => `postgres://boss:${encodeURIComponent(secret)}@127.0.0.1:${port}/${name}`;

async function refused(url: string): Promise<Problem> {
  const one = database(url);
  const error = await one.history().catch((thrown) => thrown);
  await one.close();
  expect(error).toBeInstanceOf(Problem);
  expect(JSON.stringify(error.parts)).not.toContain(secret);
  expect(JSON.stringify(error.parts)).not.toContain(encodeURIComponent(secret));
  return error;
}

describe('database-url', () => {
  test.each([
    ['', 'There is no database to migrate'],
    ['shop', 'The database URL cannot be read'],
    ['mysql://root@db/shop', 'This release migrates Postgres only, not mysql'],
  ])('%p is refused', (text, message) => {
    expect(() => readDatabaseUrl(text)).toThrow(message);
  });

  test('is shown as host, port and name only', () => {
    expect(readDatabaseUrl(at(5433)).place).toBe('127.0.0.1:5433/shop');
    expect(readDatabaseUrl('postgresql:///shop?host=/run/postgresql').place).toBe('/run/postgresql:5432/shop');
  });

  test.each([
    ['50%', '50%', '50%25'],
    ['%zz%41', '%zzA', '%25zz%41'],
    ['a%C3', 'a%C3', 'a%C3'],
  ])(
    'takes the password %p, pasted as it is, and gives every tool a URL that it can read',
    (pasted, meant, written) => {
      const url = readDatabaseUrl(`postgres://boss:${pasted}@db/shop`);

      expect(url.password).toBe(meant);
      expect(withParameters(url, {})).toBe(`postgres://boss:${written}@db/shop`);
    },
  );

  test('keeps its own parameters when ours are added', () => {
    const url = withParameters(readDatabaseUrl('postgres://db/shop?sslmode=disable&application_name=mine'), {
      application_name: 'a b',
    });

    expect(url).toBe('postgres://db/shop?sslmode=disable&application_name=a+b');
  });
});

describe('a server that cannot be reached', () => {
  test('refuses the connection', async () => {
    const port = await freePort();

    const { parts } = await refused(at(port));

    expect(parts).toMatchObject({ reason: 'database-unreachable', where: `127.0.0.1:${port}/shop` });
    expect(parts.what).toContain('connection refused');
  });

  test('is no Postgres', async () => {
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };

    const { parts } = await refused(at(port));
    await new Promise((done) => server.close(done));

    expect(parts.reason).toBe('database-unreachable');
  });

  test.each([
    [{ code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND db' }, 'database-unreachable', 'not known'],
    [
      { errors: [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:5432' }], message: '' },
      'database-unreachable',
      'refused',
    ],
    [
      { code: '28P01', message: 'password authentication failed for user "boss"' },
      'database-login',
      'refused the login of "boss"',
    ],
    [
      { code: '28000', message: 'no pg_hba.conf entry for host "10.0.0.1", user "boss", no encryption' },
      'database-tls',
      'wants TLS',
    ],
    [{ code: '53300', message: 'sorry, too many clients already' }, 'database-unreachable', 'no more connections'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' }, 'database-tls', 'certificate'],
    [{ message: `timeout for ${secret}` }, 'database-unreachable', 'timeout for ***'],
  ])('%j', (error, reason, words) => {
    const { parts } = connectionProblem(error, readDatabaseUrl(at(5432)));

    expect(parts.reason).toBe(reason);
    expect(parts.what).toContain(words);
    expect(parts.fix).not.toBe('');
  });
});

neighbour('Postgres', postgresAvailable())('a server that answers', () => {
  test('does not know the database, or speaks no TLS', async () => {
    const server = await startPostgres();
    try {
      const unknown = await refused(server.url('nowhere'));
      const plain = await refused(server.url('postgres').replace('disable', 'require'));

      expect(unknown.parts).toMatchObject({ reason: 'database-unknown', what: 'database "nowhere" does not exist' });
      expect(plain.parts).toMatchObject({ reason: 'database-tls', what: 'The server speaks no TLS' });
    } finally {
      await server.stop();
    }
  });
});
