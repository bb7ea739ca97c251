// What a bundle of smoke-test takes of the machine when everything it asks wants to fill it: peak memory of the process itself.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Town } from '../world/town.ts';
import { townOfBundles } from './ground.ts';

/** Megabytes, whatever else takes the processor: what comes is counted, and no timer has to be in time. */
const most = 150;

// When V8 clears is its own affair: a run in many takes 10 MB more. What is held for good is held in each.
jest.retryTimes(2);

const folder = mkdtempSync(join(tmpdir(), 'boring-memory-'));
const measured = join(folder, 'peak');
const hook = join(folder, 'hook.cjs');
let server: Server;
let base = '';
let town: Town | undefined;

// 300 MB of nothing in 300 KB: members of gzip follow one another.
const bomb = Buffer.concat(Array.from({ length: 30 }, () => gzipSync(Buffer.alloc(10 * 1024 * 1024))));
const large = Buffer.alloc(1024 * 1024 - 1, 'x');
// A megabyte that takes fifteen once it is parsed.
const wide = Buffer.from(`[${Array.from({ length: 349_000 }, () => '[]').join(',')}]`);

const pages: Readonly<Record<string, RequestListener>> = {
  '/bomb': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  '/endless': (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(large));
    };
    response.on('drain', more);
    more();
  },
  '/deep': (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(1_000_000)),
  '/health': (_, response) => response.end('{"ok": true}'),
};

beforeAll(async () => {
  // Linux hands the highest memory that getrusage tells from a process on to the one that takes its place: that of the test's own process
  // would count. /proc tells of the program alone.
  writeFileSync(
    hook,
    `const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const own = () => Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const peak = () => (existsSync('/proc/self/status') ? own() : process.resourceUsage().maxRSS);
process.on('exit', () => appendFileSync(${JSON.stringify(measured)}, \`\${peak() / 1024}\\n\`));
`,
  );
  server = createServer((request, response) => {
    const page = pages[(request.url ?? '').split('?')[0] ?? ''];
    if (request.url?.startsWith('/wide') === true) response.end(wide);
    else if (page === undefined) response.end(large);
    else page(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await town?.stop();
  rmSync(measured, { force: true });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The step with this suite, and the megabytes of its process at their highest. */
async function peakOf(suite: string, files: Readonly<Record<string, string>> = {}) {
  town = await townOfBundles({ files: { '.github/smoke.yml': suite, ...files } });
  const job = town.job({ sha: town.repo.head() });
  const step = await job.uses('smoke-test', {
    with: { comment: 'false', 'dry-run': 'true', 'base-url': base },
    env: { NODE_OPTIONS: `--require ${hook}` },
  });
  await job.finish();
  expect(existsSync(measured)).toBe(true);
  // A line each of main and post.
  const lines = readFileSync(measured, 'utf8').trim().split('\n').map(Number);
  return { step, peak: Math.max(...lines) };
}

test('bombs of every kind at once are failures, and the process stays small', async () => {
  const billion = `<!DOCTYPE x [<!ENTITY a0 "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('')}]><testsuite><testcase name="&a9;"/></testsuite>`;
  const suite = `version: 1
concurrency: {total: 64, per_host: 64}
defaults: {retry: none, timeout: 2m}
checks:
  - {id: well, http: {url: /health}, expect: {json: {$.ok: true}}}
  - {id: bomb, http: {url: /bomb}, expect: {body: {contains: never}}}
  - {id: endless, http: {url: /endless}, expect: {body: {contains: never}}}
  - {id: deep, http: {url: /deep}, expect: {json: {$.a.b: 1}}}
  - {id: entities, command: {run: "cp bomb.xml results.xml"}, ingest: {junit: results.xml}}
${Array.from({ length: 60 }, (_, n) => `  - {id: large-${n}, http: {url: /large/${n}}, expect: {body: {contains: xxx}}}`).join('\n')}
${Array.from({ length: 16 }, (_, n) => `  - {id: wide-${n}, http: {url: /wide/${n}}, expect: {json: {"$[0]": {count: 0}}}}`).join('\n')}
`;

  const { step, peak } = await peakOf(suite, { 'bomb.xml': billion });

  expect(step.outputs).toMatchObject({ verdict: 'fail', passed: '77', failed: '4' });
  expect(peak).toBeLessThan(most);
});

test('10,000 checks are held as what they say, not as the tree they are written as', async () => {
  const suite = `version: 1
concurrency: {total: 64, per_host: 64}
defaults: {retry: none}
checks:
${Array.from({ length: 10_000 }, (_, n) => `  - {id: c${n}, http: {url: "/health?n=${n}"}, expect: {status: 200, json: {$.ok: true}}}`).join('\n')}
`;

  const { step, peak } = await peakOf(suite);

  expect(step.outputs).toMatchObject({ verdict: 'pass', passed: '10000', failed: '0' });
  expect(peak).toBeLessThan(most);
});
