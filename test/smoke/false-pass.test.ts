// Five ways in which a suite of another popular tool was green over something broken; here each ends red.
import { createServer as createTlsServer } from 'node:https';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSuite } from '../../src/smoke/suite.ts';
import { certificate, withOpenssl } from '../world/certificate.ts';
import { failuresIn, Neighbours } from './neighbours.ts';

let around: Neighbours;
beforeEach(() => {
  around = new Neighbours();
});
afterEach(() => around.stop());

withOpenssl('with a certificate that ended 40 days ago, of nobody we know', () => {
  let url = '';
  beforeEach(async () => {
    const made = certificate(around.workspace, 'old', { from: -60, to: -40 });
    url = `https://127.0.0.1:${await around.listen(createTlsServer(made, (_request, response) => response.end('ok')))}`;
  });

  test('1. an https check fails: trust is never off', async () => {
    const result = await around.run('checks: [{id: home, http: {url: /}, expect: {status: 200}}]', url);

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:home' });
    expect(failuresIn(result, 'home').join()).toMatch(/no trusted TLS connection/);
  });

  test('2. its days left are minus 41, not 40', async () => {
    const port = new URL(url).port;
    const result = await around.run(
      `checks: [{id: cert, tls: {host: 127.0.0.1, port: ${port}}, expect: {chain: any, days_left: {gt: 30}}}]`,
      url,
    );

    expect(result.verdict).toBe('fail');
    expect(failuresIn(result, 'cert')).toEqual([expect.stringMatching(/certificate: > 30, got -41 days left/)]);
  });
});

test('3. a certificate that is asked of plain http is missing, not skipped', async () => {
  const url = await around.serve((_request, response) => response.end('ok'));

  const result = await around.run(
    'checks: [{id: home, http: {url: /}, expect: {certificate: {days_left: {gt: 30}}}}]',
    url,
  );

  expect(result).toMatchObject({ verdict: 'fail', reason: 'check:home' });
});

test.each(['statuss: 500', 'jsonpth: {$.a: 1}', 'header: {a: {exsists: true}}'])(
  '4. the misspelt %s is a fault, not ignored',
  (words) => {
    const read = readSuite(`version: 1\nchecks:\n  - {id: a, http: {url: /}, expect: {${words}}}`, 'smoke.yml');

    expect(read).toMatchObject({ kind: 'faults', faults: [{ line: 3, what: expect.stringMatching(/unknown key/) }] });
  },
);

test('5. a secret header does not go along to another origin', async () => {
  const got: unknown[] = [];
  const other = await around.serve((request, response) => {
    got.push(request.headers['x-api-key']);
    response.end();
  });
  const url = await around.serve((_request, response) =>
    response.writeHead(302, { location: other.replace('127.0.0.1', 'localhost') }).end(),
  );

  const suite = (redirects: string) =>
    `secrets: [KEY]\nchecks: [{id: a, http: {url: /, ${redirects} headers: {X-Api-Key: "{{ secrets.KEY }}"}}}]`;
  const usual = await around.run(suite(''), url, { env: () => 'key-1234567' });
  const opted = await around.run(suite('redirects: any,'), url, { env: () => 'key-1234567' });

  expect([usual.verdict, opted.verdict]).toEqual(['fail', 'pass']);
  expect(got).toEqual([undefined]);
});
