// What stands in version control: configuration of environments, infrastructure, addresses; and lists that were cut short.
import { describe, expect, test } from '@jest/globals';
import { foreignAddresses } from '../../../src/checklist/report/address.ts';
import { readDrift } from '../../../src/checklist/report/drift.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { hostile, tooLarge } from '../report/hostile.ts';
import { deployStory, findingOf, type Story } from '../story.ts';

type Texts = Readonly<Record<string, string>>;

function judged(line: string, files: Texts, workspace: Texts = {}, given: Story = {}) {
  return findingOf(deployStory, line, {
    ...given,
    change: ({ github }) => {
      for (const [path, text] of Object.entries(files)) github.files.set(path, text);
      for (const [path, text] of Object.entries(workspace)) github.workspace.set(path, text);
    },
  });
}

const word = (id: string) => ({ [`.github/attestations/${id}.yml`]: 'by: dave\nat: 2026-11-16' });

describe('config-versioned', () => {
  test.each([
    ['config/production.yml', 'pass'],
    ['config/prod/db.json', 'pass'],
    ['services/a/.env.production', 'pass'],
    ['src/main/resources/application-production.properties', 'pass'],
    ['api/appsettings.Production.json', 'pass'],
    ['chart/values-production.yaml', 'pass'],
    ['infra/production.tfvars', 'pass'],
    ['config/staging.yml', 'unknown'],
    ['docs/production.md', 'unknown'],
  ])('with %s: %s', async (path, outcome) => {
    expect((await judged('config-versioned', { [path]: 'x' })).outcome).toBe(outcome);
  });

  test('wants files of the environment that comes before, too', async () => {
    const policy = 'environments: {staging: {}, production: {needs: staging}}';
    const one = { 'config/production.yml': 'x' };

    expect((await judged('config-versioned', one, {}, { policy })).outcome).toBe('unknown');
    expect((await judged('config-versioned', { ...one, 'config/staging.yml': 'x' }, {}, { policy })).outcome).toBe(
      'pass',
    );
  });

  test('files that the policy names must be there; without any a word counts', async () => {
    const line = '{id: config-versioned, with: {paths: ["ops/{environment}/*.hcl"]}}';

    expect((await judged(line, { 'ops/production/a.hcl': 'x' })).outcome).toBe('pass');
    expect((await judged(line, { 'config/production.yml': 'x' })).outcome).toBe('fail');
    expect((await judged('config-versioned', word('config-versioned'))).outcome).toBe('pass');
  });
});

describe('infrastructure-as-code', () => {
  const plan = (...actions: readonly string[]) =>
    JSON.stringify({ format_version: '1.2', resource_changes: [{ address: 'aws_s3.a', change: { actions } }] });
  const line = '{id: infrastructure-as-code, with: {drift: plan.json}}';

  test.each([
    ['infra/main.tf', 'pass'],
    ['deploy/k8s/web.yml', 'pass'],
    ['Pulumi.yaml', 'pass'],
    ['docker-compose.prod.yml', 'pass'],
    ['test/fixtures/main.tf', 'unknown'],
    ['src/main.ts', 'unknown'],
  ])('with %s: %s', async (path, outcome) => {
    expect((await judged('infrastructure-as-code', { [path]: 'x' })).outcome).toBe(outcome);
  });

  test.each([
    [plan('no-op'), 'pass'],
    [plan('read'), 'pass'],
    [plan('update'), 'fail'],
    [plan('delete', 'create'), 'fail'],
    ['{"format_version": "1.2"}', 'pass'],
    ['{"format_version": "1.2", "errored": true}', 'unknown'],
    ['', 'unknown'],
  ])('a plan %j: %s', async (text, outcome) => {
    expect((await judged(line, { 'main.tf': 'x' }, { 'plan.json': text })).outcome).toBe(outcome);
  });

  test('what the policy names must be there; a plan that is not there is unknown', async () => {
    const named = '{id: infrastructure-as-code, with: {paths: ["ops/**"]}}';

    expect((await judged(named, { 'main.tf': 'x' })).outcome).toBe('fail');
    expect((await judged(named, { 'ops/a.sh': 'x' })).outcome).toBe('pass');
    expect((await judged(line, { 'main.tf': 'x' })).outcome).toBe('unknown');
    expect((await judged('infrastructure-as-code', word('infrastructure-as-code'))).outcome).toBe('pass');
  });

  test.each([...hostile, ['too large', tooLarge] as const])('a plan of %s proves nothing', (_what, text) => {
    expect(readDrift(text).kind).toBe('unreadable');
  });
});

describe('api-endpoints-production', () => {
  test.each([
    ['https://api.shop.example', 'pass'],
    ['https://api.shop.example, wss://live.shop.example', 'pass'],
    ['https://api-staging.shop.example', 'fail'],
    ['https://STAGING.shop.example', 'fail'],
    ['https://stage2.shop.example', 'fail'],
    ['https://user:pw@dev.shop.example/x', 'fail'],
    ['http://localhost:3000', 'fail'],
    ['http://127.0.0.1', 'fail'],
    ['http://[::1]:80', 'fail'],
    ['http://192.168.1.4', 'fail'],
    ['http://172.32.1.4', 'pass'],
    ['http://staging', 'fail'],
    ['https://developer.shop.example', 'pass'],
    ['https://shop.dev', 'pass'],
    ['no address', 'unknown'],
    ['', 'unknown'],
  ])('%s: %s', async (text, outcome) => {
    expect((await judged('api-endpoints-production', { 'config/production.yml': text })).outcome).toBe(outcome);
  });

  test('looks into what is shipped, and lets through the hosts that the policy allows', async () => {
    const line = (more = '') => `{id: api-endpoints-production, with: {folder: dist${more}}}`;
    const built = { 'dist/main.js': 'fetch("https://api.shop.example"); new URL("x", "http://localhost")' };

    expect((await judged(line(), {}, built)).outcome).toBe('fail');
    expect(plain((await judged(line(', allow: [localhost]'), {}, built)).evidence)).toBe('2 addresses in one file');
    expect((await judged(line(), {})).outcome).toBe('unknown');
    expect((await judged(line(), {}, { 'dist/a.png': 'https://api.shop.example' })).outcome).toBe('unknown');
  });

  test('without a file of the environment a word counts; a named file must be there; too many are unknown', async () => {
    const many = Object.fromEntries(
      [...Array(21).keys()].map((n) => [`config/production/${n}.yml`, 'https://a.example']),
    );

    expect((await judged('api-endpoints-production', {})).outcome).toBe('unknown');
    expect((await judged('api-endpoints-production', word('api-endpoints-production'))).outcome).toBe('pass');
    expect((await judged('{id: api-endpoints-production, with: {paths: [a.yml]}}', {})).outcome).toBe('unknown');
    expect((await judged('api-endpoints-production', many)).outcome).toBe('unknown');
  });

  test('a long text of almost addresses takes no time', () => {
    const text = `https://${'a'.repeat(200)}@`.repeat(20_000);

    expect(foreignAddresses(text, []).wrong).toEqual([]);
  });
});

test.each(['config-versioned', 'infrastructure-as-code', 'api-endpoints-production'])(
  '%s is unknown where the list of files was cut short',
  async (id) => {
    const change = ({ github }: ReturnType<typeof deployStory>) => {
      github.listed = false;
      github.files.set('config/production.yml', 'https://a.example');
    };

    expect((await findingOf(deployStory, id, { change })).outcome).toBe('unknown');
  },
);
