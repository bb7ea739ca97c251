// What was built: source maps, names by content, the log, development packages; and what proves nothing.
import { describe, expect, test } from '@jest/globals';
import { readBuildLog } from '../../../src/checklist/report/build-log.ts';
import { readDockerfile } from '../../../src/checklist/report/dockerfile.ts';
import { unknown } from '../../../src/evidence/answer.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { hostile, tooLarge } from '../report/hostile.ts';
import { deployStory, findingOf, reviewStory } from '../story.ts';

type Texts = Readonly<Record<string, string>>;

function judged(line: string, workspace: Texts, repository: Texts = {}, story = deployStory) {
  return findingOf(story, line, {
    change: ({ github }) => {
      for (const [path, text] of Object.entries(workspace)) github.workspace.set(path, text);
      for (const [path, text] of Object.entries(repository)) github.files.set(path, text);
    },
  });
}

const word = (id: string) => ({ [`.github/attestations/${id}.yml`]: 'by: dave\nat: 2026-11-16' });

describe('source-maps-excluded', () => {
  test.each([
    ['scripts alone', { 'dist/main.js': 'run()', 'dist/main.css': 'a{}' }, 'pass'],
    ['a map beside', { 'dist/main.js': 'run()', 'dist/deep/main.js.map': '{}' }, 'fail'],
    ['a map of a style', { 'dist/main.css.map': '{}' }, 'fail'],
    ['a map inside', { 'dist/main.js': 'run()\n//# sourceMappingURL=data:application/json;base64,e30=' }, 'fail'],
    ['a name of a map that is not there', { 'dist/main.js': 'run()\n//# sourceMappingURL=main.js.map' }, 'pass'],
    ['a map of the world', { 'dist/world.map': 'x' }, 'pass'],
    ['maps elsewhere', { 'dist/main.js': 'run()', 'src/main.js.map': '{}' }, 'pass'],
    [
      'too many scripts to look into',
      Object.fromEntries([...Array(501).keys()].map((n) => [`dist/${n}.js`, 'x'])),
      'unknown',
    ],
    ['nothing built', {}, 'unknown'],
  ])('%s: %#', async (_what, workspace, outcome) => {
    expect((await judged('source-maps-excluded', workspace)).outcome).toBe(outcome);
  });

  test('a folder that is named must be there, the usual one may be attested instead', async () => {
    const given = word('source-maps-excluded');

    expect((await judged('source-maps-excluded', {}, given)).outcome).toBe('pass');
    expect((await judged('{id: source-maps-excluded, with: {folder: public}}', {}, given)).outcome).toBe('unknown');
    expect((await judged('{id: source-maps-excluded, with: {folder: public}}', { 'public/a.js': '' })).outcome).toBe(
      'pass',
    );
  });

  test('is unknown where the workspace cannot be read, and says whose workspace it was', async () => {
    const change = ({ github }: ReturnType<typeof deployStory>) =>
      void github.silent.set('workspace-paths', unknown('the folder is locked', 'unlock it'));

    expect((await findingOf(deployStory, 'source-maps-excluded', { change })).outcome).toBe('unknown');
    const finding = await judged('source-maps-excluded', { 'dist/a.js': '' }, {}, reviewStory);
    expect(plain(finding.evidence)).toBe('none in one file of dist, from this pull request');
  });
});

describe('assets-fingerprinted', () => {
  const headers = { 'public/_headers': '/assets/*\n  Cache-Control: public, max-age=31536000, immutable' };

  test.each([
    ['hex', 'main.3f9a12cd.js', 'pass'],
    ['base 32', 'main-5QZXAB3K.css', 'pass'],
    ['mixed letters', 'index-DiwrgTda.js', 'pass'],
    ['with a hyphen inside', 'index-Di-rgTda.js', 'pass'],
    ['a chunk', 'vendor.3f9a12cd.chunk.js', 'pass'],
    ['seven characters', 'main.3f9a12c.js', 'fail'],
    ['a word', 'main-component.js', 'fail'],
    ['no digest', 'main.js', 'fail'],
    ['a date', 'main-2026.js', 'fail'],
  ])('%s, %s: %s', async (_what, name, outcome) => {
    expect((await judged('assets-fingerprinted', { [`dist/assets/${name}`]: 'x' }, headers)).outcome).toBe(outcome);
  });

  test.each([
    ['a year', headers, 'pass'],
    ['a month', { 'netlify.toml': 'Cache-Control = "max-age=2592000"' }, 'pass'],
    ['a second less', { 'netlify.toml': 'Cache-Control = "max-age=2591999"' }, 'unknown'],
    ['nginx', { 'ops/nginx.conf': 'expires 1y;' }, 'pass'],
    ['nobody', {}, 'unknown'],
  ])('cached for long as %s says: %#', async (_what, repository, outcome) => {
    const finding = await judged('assets-fingerprinted', { 'dist/main.3f9a12cd.js': 'x' }, repository);

    expect(finding.outcome).toBe(outcome);
  });

  test('pages and fixed names need none; only those are no assets', async () => {
    const both = { 'dist/index.html': '', 'dist/favicon.svg': '', 'dist/main.3f9a12cd.js': '' };
    const pages = { 'dist/index.html': '', 'dist/favicon.svg': '' };

    expect((await judged('assets-fingerprinted', both, headers)).outcome).toBe('pass');
    expect((await judged('assets-fingerprinted', pages, headers)).outcome).toBe('unknown');
    expect((await judged('assets-fingerprinted', {}, headers)).outcome).toBe('unknown');
    expect((await judged('assets-fingerprinted', {}, word('assets-fingerprinted'))).outcome).toBe('pass');
    const line = '{id: assets-fingerprinted, with: {headers: cdn.yml}}';
    expect((await judged(line, { 'dist/main.3f9a12cd.js': '' }, { 'cdn.yml': 'max-age=31536000' })).outcome).toBe(
      'pass',
    );
  });
});

describe('no-console-errors-in-build', () => {
  const line = '{id: no-console-errors-in-build, with: {report: build.log}}';

  test.each([
    ['built in 3.1s', 'pass'],
    ['0 errors, 0 warnings', 'pass'],
    ['no warnings', 'pass'],
    ['dist/error-page.js 3 kB\nsrc/errors.ts', 'pass'],
    ['\u001b[33mWARNING\u001b[0m in ./main.ts', 'fail'],
    ['(!) Warning: chunk is large', 'fail'],
    ['src/a.ts(1,2): error TS2304: Cannot find', 'fail'],
    ['Found 1 error.', 'fail'],
    ['[{"type":"log","text":"hello"}]', 'pass'],
    ['[{"type":"warning","text":"old"}]', 'fail'],
    ['{"messages":[{"level":"error","message":"no"}]}', 'fail'],
    ['[{"text":"hello"}]', 'unknown'],
    ['[]', 'pass'],
    ['{"total":3}', 'unknown'],
    ['', 'unknown'],
    ['<!DOCTYPE html><p>ok</p>', 'unknown'],
  ])('%j: %s', async (text, outcome) => {
    expect((await judged(line, { 'build.log': text })).outcome).toBe(outcome);
  });

  test('lets through what the policy says, by the words of the line', async () => {
    const own = '{id: no-console-errors-in-build, with: {report: build.log, except: [browserslist]}}';

    expect((await judged(own, { 'build.log': 'warning: browserslist is old' })).outcome).toBe('pass');
    expect((await judged(own, { 'build.log': 'warning: browserslist is old\nwarning: b' })).outcome).toBe('fail');
  });

  test('without a report somebody’s word counts, a report that is not there is unknown', async () => {
    expect((await judged('no-console-errors-in-build', {})).outcome).toBe('unknown');
    expect((await judged('no-console-errors-in-build', {}, word('no-console-errors-in-build'))).outcome).toBe('pass');
    expect((await judged(line, {}, word('no-console-errors-in-build'))).outcome).toBe('unknown');
  });

  test('a log that is too large or no text is unreadable', () => {
    expect(readBuildLog(tooLarge).kind).toBe('unreadable');
    expect(readBuildLog('a\u0000b').kind).toBe('unreadable');
  });
});

describe('no-dev-dependencies-in-build', () => {
  const image = (...lines: readonly string[]) => ({ Dockerfile: lines.join('\n') });

  test.each([
    ['omitted', image('FROM node:24', 'COPY . .', 'RUN npm ci --omit=dev'), 'pass'],
    ['not omitted', image('FROM node:24', 'RUN npm ci'), 'fail'],
    ['by the environment', image('FROM node:24', 'ENV NODE_ENV=production', 'RUN npm ci'), 'pass'],
    ['set too late', image('FROM node:24', 'RUN npm ci', 'ENV NODE_ENV=production'), 'fail'],
    ['set back', image('FROM node:24', 'ENV NODE_ENV=production', 'ENV NODE_ENV=test', 'RUN npm ci'), 'fail'],
    [
      'in a stage that stays behind',
      image(
        'FROM node:24 AS build',
        'RUN npm ci',
        'FROM node:24',
        'COPY --from=build /app/dist dist',
        'RUN npm ci --omit=dev',
      ),
      'pass',
    ],
    [
      'in a stage whose packages come along',
      image('FROM node:24 AS build', 'RUN npm ci', 'FROM node:24', 'COPY --from=build /app/node_modules node_modules'),
      'fail',
    ],
    [
      'in a stage that comes along whole',
      image('FROM node:24 AS build', 'RUN npm ci', 'FROM node:24', 'COPY --from=build /app /app'),
      'fail',
    ],
    [
      'in a stage by its number',
      image('FROM node:24', 'RUN npm ci', 'FROM node:24', 'COPY --from=0 /app/node_modules .'),
      'fail',
    ],
    [
      'pruned',
      image(
        'FROM node:24 AS build',
        'RUN npm ci && npm run build && npm prune --omit=dev',
        'FROM node:24',
        'COPY --from=build /app /app',
      ),
      'pass',
    ],
    ['in the stage it begins from', image('FROM node:24 AS base', 'RUN npm ci', 'FROM base', 'CMD node .'), 'fail'],
    ['over two lines', image('FROM node:24', 'RUN npm ci \\', '  --omit=dev'), 'pass'],
    ['yarn', image('FROM node:24', 'RUN yarn install --frozen-lockfile'), 'fail'],
    ['yarn for production', image('FROM node:24', 'RUN yarn --production'), 'pass'],
    ['pnpm', image('FROM node:24', 'RUN pnpm i --prod --frozen-lockfile'), 'pass'],
    ['composer', image('FROM php:8', 'RUN composer install'), 'fail'],
    ['composer without', image('FROM php:8', 'RUN composer install --no-dev'), 'pass'],
    ['poetry', image('FROM python:3', 'RUN poetry install --only main'), 'pass'],
    ['pip', image('FROM python:3', 'RUN pip install -r requirements.txt'), 'pass'],
    ['pip for development', image('FROM python:3', 'RUN pip install -r requirements-dev.txt'), 'fail'],
    ['a comment only', image('FROM node:24', '# RUN npm ci --omit=dev'), 'unknown'],
    ['no install', image('FROM scratch', 'COPY main /main'), 'unknown'],
    ['no FROM', image('hello'), 'unknown'],
    ['no Dockerfile', {}, 'unknown'],
    ['no Dockerfile, attested', word('no-dev-dependencies-in-build'), 'pass'],
  ])('%s: %#', async (_what, repository, outcome) => {
    expect((await judged('no-dev-dependencies-in-build', {}, repository)).outcome).toBe(outcome);
  });

  const line = '{id: no-dev-dependencies-in-build, with: {folder: out}}';
  const manifest = { 'package.json': '{"dependencies":{"a":"1","b":"1"},"devDependencies":{"b":"1","@x/jest":"1"}}' };

  test.each([
    ['wanted packages', { 'out/node_modules/a/package.json': '' }, manifest, 'pass'],
    ['one that is wanted too', { 'out/node_modules/b/package.json': '' }, manifest, 'pass'],
    ['a development package', { 'out/node_modules/@x/jest/package.json': '' }, manifest, 'fail'],
    ['one further down', { 'out/node_modules/a/node_modules/@x/jest/package.json': '' }, manifest, 'fail'],
    ['nothing', {}, manifest, 'unknown'],
    ['no manifest', { 'out/main.js': '' }, {}, 'unknown'],
    ['a manifest that is none', { 'out/main.js': '' }, { 'package.json': '[]' }, 'unknown'],
  ])('in a folder: %s: %#', async (_what, workspace, repository, outcome) => {
    expect((await judged(line, workspace, repository)).outcome).toBe(outcome);
  });

  test('a Dockerfile of endless blanks is read to its end, one of more than 1 MB is not', () => {
    const blanks = `${'\n'.repeat(400_000)}${' '.repeat(400_000)}`;

    expect(readDockerfile(`FROM a\nRUN \\\n${blanks}npm ci${blanks.slice(-100_000)}`)).toMatchObject({
      report: { development: ['npm ci'] },
    });
    expect(readDockerfile(`FROM a\n${blanks}${blanks}`).kind).toBe('unreadable');
  });

  test.each(hostile)('a Dockerfile of %s has no install', (_what, text) => {
    const told = readDockerfile(text);

    expect(told.kind === 'unreadable' || told.report.production.length === 0).toBe(true);
  });
});
