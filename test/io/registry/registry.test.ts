// Images at a registry: there, not there, behind a door, in trouble; and whose credentials go where.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHttp } from '../../../src/io/http.ts';
import { createCredentials } from '../../../src/io/registry/credentials.ts';
import { readReference } from '../../../src/io/registry/reference.ts';
import { imageAt, type RegistryOptions, withRegistry } from '../../../src/io/registry/registry.ts';
import { type FakeRegistry, startRegistry } from '../../world/registry.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function registry(...words: Parameters<typeof startRegistry>): Promise<FakeRegistry> {
  const started = await startRegistry(...words);
  opened.push(started.close);
  return started;
}

const alone: RegistryOptions = {
  event: 'push',
  http: createHttp(),
  credentialsOf: async () => undefined,
  cancelled: new AbortController().signal,
};
const as = (user: string): RegistryOptions => ({
  ...alone,
  credentialsOf: async () => ({ kind: 'login', value: Buffer.from(user).toString('base64') }),
});

describe('an image', () => {
  test.each(['open', 'token'] as const)(
    'that is there is told with its digest, by tag and by digest, where the door is %s',
    async (door) => {
      const there = await registry({ door });
      const digest = there.push('acme/shop', ['v1']);

      for (const wanted of [':v1', `@${digest}`, `:v1@${digest}`]) {
        const told = await imageAt(`${there.host}/acme/shop${wanted}`, alone);
        expect(told).toEqual({
          kind: 'known',
          value: { found: true, digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
        });
      }
    },
  );

  test('that is not there is known not to be there', async () => {
    const there = await registry();

    expect(await imageAt(`${there.host}/acme/shop:v2`, alone)).toEqual({
      kind: 'known',
      value: { found: false, because: `${there.host} has no acme/shop with v2` },
    });
  });

  test('that answers a digest with another one is not the image', async () => {
    const there = await registry({ door: 'open' });
    const wanted = `sha256:${'0'.repeat(64)}`;
    const other = `sha256:${'1'.repeat(64)}`;
    there.lie('acme/shop', wanted, other);

    expect(await imageAt(`${there.host}/acme/shop@${wanted}`, alone)).toMatchObject({
      value: { found: false, because: expect.stringContaining(`with another image, ${other}`) },
    });
  });

  test.each(['token', 'basic'] as const)(
    'behind a door (%s) is told to who may pull it, to nobody else',
    async (door) => {
      const there = await registry({ door, user: 'ada:secret' });
      const digest = there.push('acme/shop', ['v1']);

      const told = await Promise.all(
        [as('ada:secret'), as('eve:guess'), alone].map((options) => imageAt(`${there.host}/acme/shop:v1`, options)),
      );

      expect(told[0]).toMatchObject({ kind: 'known', value: { digest } });
      for (const refused of told.slice(1))
        expect(refused).toMatchObject({
          kind: 'unknown',
          because: expect.stringContaining('does not let us pull acme/shop (401)'),
          remedy: expect.stringContaining('log in'),
        });
      expect(JSON.stringify(told)).not.toContain(Buffer.from('ada:secret').toString('base64'));
    },
  );

  test.each([
    ['one 502', [502]],
    ['two limits', [429, 429]],
    ['a cut connection', ['cut']],
  ] as const)('is told after %s', async (_what, trouble) => {
    const there = await registry({ door: 'open' });
    there.push('acme/shop', ['v1']);
    there.trouble.push(...trouble);

    expect(await imageAt(`${there.host}/acme/shop:v1`, alone)).toMatchObject({ value: { found: true } });
  });

  test('is unknown while the registry has trouble, and while nobody is there', async () => {
    const there = await registry({ door: 'open' });
    there.trouble.push(503, 503, 503);
    expect(await imageAt(`${there.host}/acme/shop:v1`, alone)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('answers 503'),
    });
    const { host } = there;
    await there.close();

    expect(await imageAt(`${host}/acme/shop:v1`, alone)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining(host),
    });
  });

  test('is not asked for on the event of a pull request, nor by a name that is none', async () => {
    const there = await registry();

    expect(await imageAt(`${there.host}/acme/shop:v1`, { ...alone, event: 'pull_request' })).toMatchObject({
      kind: 'unknown',
      remedy: expect.stringContaining('at deploy'),
    });
    expect(await imageAt('Not An Image', alone)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('no name of an image'),
    });
    expect(there.log).toEqual([]);
  });

  test('goes to its registry, every other question where it went before', async () => {
    const there = await registry({ door: 'open' });
    there.push('acme/shop', ['v1']);
    const ask = withRegistry(async () => ({ kind: 'unknown', because: 'before', remedy: '' }), alone);

    expect(await ask({ kind: 'image', reference: `${there.host}/acme/shop:v1` })).toMatchObject({ kind: 'known' });
    expect(await ask({ kind: 'checkout' })).toMatchObject({ because: 'before' });
  });
});

test.each([
  ['ghcr.io/acme/shop:v1', 'ghcr.io', 'acme/shop', 'v1', true],
  ['https://ghcr.io/acme/shop', 'ghcr.io', 'acme/shop', 'latest', true],
  ['nginx', 'registry-1.docker.io', 'library/nginx', 'latest', true],
  ['acme/shop:1.2', 'registry-1.docker.io', 'acme/shop', '1.2', true],
  ['docker.io/acme/shop:1.2', 'registry-1.docker.io', 'acme/shop', '1.2', true],
  ['localhost:5000/shop:v1', 'localhost:5000', 'shop', 'v1', false],
  ['127.0.0.1:5000/shop:v1', '127.0.0.1:5000', 'shop', 'v1', false],
  ['127.0.0.1.evil.example/shop:v1', '127.0.0.1.evil.example', 'shop', 'v1', true],
  [`ghcr.io/acme/shop:v1@sha256:${'a'.repeat(64)}`, 'ghcr.io', 'acme/shop', `sha256:${'a'.repeat(64)}`, true],
])('%s is asked at %s', (text, host, name, wanted, secure) => {
  expect(readReference(text)).toMatchObject({ host, name, wanted, secure });
});

test.each([
  '',
  'a b',
  'ghcr.io/',
  'ghcr.io/A/b',
  'x@sha256:1',
  'a@b@c',
  '../x',
  'ghcr.io/a/../b',
  'a/b:..',
  'ghcr.io/a?x=1',
])('“%s” is no image', (text) => {
  expect(readReference(text)).toBeUndefined();
});

test('an image whose login lies behind a credential helper is unknown: which one, and how to give a token instead', async () => {
  const there = await registry({ door: 'basic', user: 'ada:secret' });
  there.push('acme/shop', ['v1']);
  const kept = { kind: 'helper', program: 'docker-credential-ecr-login' } as const;

  const told = await imageAt(`${there.host}/acme/shop:v1`, { ...alone, credentialsOf: async () => kept });

  expect(told).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('behind the credential helper docker-credential-ecr-login'),
    remedy: expect.stringContaining(`docker login ${there.host} --username … --password-stdin`),
  });
});

describe('credentials', () => {
  async function folder(config: string): Promise<string> {
    const place = await mkdtemp(join(tmpdir(), 'boring-docker-'));
    opened.push(() => rm(place, { recursive: true }));
    await writeFile(join(place, 'config.json'), config);
    return place;
  }
  const of = (place: string) =>
    createCredentials({
      env: (name) => (name === 'DOCKER_CONFIG' ? place : undefined),
      githubToken: 'ghs_x',
      serverUrl: 'https://github.com',
    });
  const login = (value: string) => ({ kind: 'login', value });
  const own = login(Buffer.from('x-access-token:ghs_x').toString('base64'));
  const helper = (name: string) => ({ kind: 'helper', program: `docker-credential-${name}` });

  test('are those that a login step left, for the very host alone', async () => {
    const place = await folder(
      JSON.stringify({
        auths: {
          'registry.example': { auth: 'YTpi' },
          'https://index.docker.io/v1/': { auth: 'Yzpk' },
          'empty.example': {},
        },
      }),
    );
    const credentialsOf = of(place);

    const hosts = ['registry.example', 'registry-1.docker.io', 'empty.example', 'evil.registry.example', 'ghcr.io'];
    expect(await Promise.all(hosts.map(credentialsOf))).toEqual([
      login('YTpi'),
      login('Yzpk'),
      undefined,
      undefined,
      own,
    ]);
  });

  test('behind a helper are not fetched: the helper is named, and what lies there as text wins', async () => {
    const place = await folder(
      JSON.stringify({
        auths: { 'stored.example': {}, 'https://index.docker.io/v1/': {}, 'text.example': { auth: 'YTpi' } },
        credHelpers: { '1.dkr.ecr.example': 'ecr-login', 'text.example': 'gcloud', 'ghcr.io': 'gh', 'odd.example': 7 },
        credsStore: 'desktop',
      }),
    );
    const credentialsOf = of(place);

    const hosts = ['1.dkr.ecr.example', 'stored.example', 'registry-1.docker.io', 'text.example', 'ghcr.io'];
    expect(await Promise.all(hosts.map(credentialsOf))).toEqual([
      helper('ecr-login'),
      helper('desktop'),
      helper('desktop'),
      login('YTpi'),
      own,
    ]);
    expect(await Promise.all(['odd.example', 'nobody.example'].map(credentialsOf))).toEqual([undefined, undefined]);
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a number', '7'],
  ])('of a file that holds %s are none', async (_what, config) => {
    expect(await of(await folder(config))('registry.example')).toBeUndefined();
  });

  test('of a run on another server go to the registry of that server', async () => {
    const credentialsOf = createCredentials({
      env: () => undefined,
      githubToken: 'ghs_x',
      serverUrl: 'https://git.acme.example',
    });

    expect(await Promise.all(['containers.git.acme.example', 'ghcr.io'].map(credentialsOf))).toEqual([own, undefined]);
  });
});
