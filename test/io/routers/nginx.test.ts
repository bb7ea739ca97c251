import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { weightsOfUpstream, withWeights } from '../../../src/io/routers/nginx-config.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import { wholeWeights } from '../../../src/io/routers/server-weight.ts';
import type { RouterOptions } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Nginx, nginxAvailable, startNginx } from '../../world/nginx.ts';
import { type Service, startService } from '../../world/service/service.ts';

const world = () => ({
  http: createHttp(),
  command: createCommand(process.cwd(), new AbortController().signal),
  clock,
});

/** Gives up soon. */
const hasty = { ...clock, now: () => Date.now() * 100 };

describe('the file of an upstream', () => {
  const file = `# upstream shop { server old:1; }
upstream  shop {
  least_conn;
  server a:80 weight=90 max_fails=2; # the old one; server x:1;
  server b:80   max_fails=2   weight=10 fail_timeout=5s;
  server c:80 backup;
  keepalive 16;
}
upstream shopping { server a:80; }
`;

  test('tells the weights, comments and other upstreams left out; a backup has none', () => {
    expect([...weightsOfUpstream(file, 'shop')]).toEqual([
      ['a:80', 90],
      ['b:80', 10],
      ['c:80', 0],
    ]);
  });

  test('gets new weights; everything else stays to the letter', () => {
    const written = withWeights(
      file,
      'shop',
      new Map([
        ['a:80', 0],
        ['b:80', 1],
      ]),
    );

    expect(written).toBe(
      file
        .replace('server a:80 weight=90 max_fails=2;', 'server a:80 down max_fails=2;')
        .replace(
          'server b:80   max_fails=2   weight=10 fail_timeout=5s;',
          'server b:80 weight=1 max_fails=2 fail_timeout=5s;',
        ),
    );
    expect(weightsOfUpstream(written, 'shop').get('a:80')).toBe(0);
    expect(
      withWeights(
        written,
        'shop',
        new Map([
          ['a:80', 0],
          ['b:80', 1],
        ]),
      ),
    ).toBe(written);
  });

  test.each([
    ['upstream other { server a:80; }', 'it has no `upstream shop'],
    ['upstream shop { server a:80;', 'does not end'],
    ['upstream shop { server a:80; } upstream shop { server b:80; }', '2 blocks'],
  ])('that is not understood is said so: %s', (text, said) => {
    expect(() => weightsOfUpstream(text, 'shop')).toThrow(said);
  });

  test.each([
    [{ blue: 90, green: 10 }, ['a'], ['b'], [9, 1]],
    [{ blue: 99.5, green: 0.5 }, ['a'], ['b'], [199, 1]],
    [{ blue: 90, green: 10 }, ['a', 'c', 'd'], ['b'], [3, 3, 3, 1]],
    [{ blue: 0, green: 100 }, ['a'], ['b'], [0, 1]],
  ])('takes %j as whole weights', (weights, blue, green, expected) => {
    const numbers = wholeWeights(
      weights,
      new Map([
        ['blue', blue],
        ['green', green],
      ]),
    );

    expect([...numbers.values()]).toEqual(expected);
  });
});

neighbour('nginx', nginxAvailable())('the router nginx', () => {
  let service: Service;
  let nginx: Nginx;
  const upstream = () => `upstream shop {
  server 127.0.0.1:${service.blue.port} weight=1;
  server 127.0.0.1:${service.green.port} down;
}
`;

  beforeAll(async () => {
    service = await startService();
    await service.blue.deploy({ version: 'v1', sha: 'b'.repeat(40) });
    await service.green.deploy({ version: 'v2', sha: 'c'.repeat(40) });
    nginx = await startNginx(upstream());
  });
  beforeEach(async () => {
    await router().set({ blue: 100, green: 0 });
  });
  afterAll(async () => {
    await nginx?.stop();
    await service?.stop();
  });

  const optionsOf = (own: Readonly<Record<string, unknown>>): RouterOptions => ({
    router: 'nginx',
    sides: ['blue', 'green'],
    options: {
      config: nginx.config,
      upstream: 'shop',
      nginx: nginx.command,
      at: { blue: service.blue.url, green: service.green.url },
      ...own,
    },
    environment: 'production',
    leg: '',
    publicUrl: nginx.url,
  });
  const router = (own: Readonly<Record<string, unknown>> = {}) => createRouter(optionsOf(own), world());

  test('sets the weights, reads them back, and its answers prove them', async () => {
    expect(await router().set({ blue: 90, green: 10 })).toEqual({ applied: { blue: 90, green: 10 }, changed: true });
    expect(await router().get()).toEqual({ kind: 'known', value: { blue: 90, green: 10 } });
    const counts = (await router().sample(200)) ?? {};
    expect(Math.abs((counts.v2 ?? 0) - 20)).toBeLessThanOrEqual(1);
    expect((counts.v1 ?? 0) + (counts.v2 ?? 0)).toBe(200);
  });

  test('goes to 0 and to 100 %, where nginx knows no weight 0', async () => {
    await router().set({ blue: 0, green: 100 });
    expect(await router().sample(40)).toEqual({ v2: 40 });
    await router().set({ blue: 100, green: 0 });
    expect(await router().sample(40)).toEqual({ v1: 40 });
  });

  test('the same weights again neither write nor reload', async () => {
    await router().set({ blue: 75, green: 25 });
    const reloads = () => nginx.log().split('signal process started').length;
    const before = reloads();

    expect(await router().set({ blue: 75, green: 25 })).toEqual({ applied: { blue: 75, green: 25 }, changed: false });
    expect(reloads()).toBe(before);
  });

  test('that was killed between file and reload is reloaded by the next call, though the file says it all', async () => {
    await router().set({ blue: 50, green: 50 });
    const call = join(nginx.home, 'call');
    // The machine goes away when nginx is to be reloaded: the shell with it.
    writeFileSync(
      call,
      `#!/bin/sh\ncase "$*" in *reload*) kill -9 $PPID; exit 1;; esac\nexec ${nginx.command} "$@"\n`,
      {
        mode: 0o755,
      },
    );
    const dies = createRouter(optionsOf({ nginx: call }), { ...world(), clock: hasty });
    await expect(dies.set({ blue: 100, green: 0 })).rejects.toThrow('not reloaded');
    expect(await router().get()).toEqual({ kind: 'known', value: { blue: 100, green: 0 } });
    expect((await router().sample(20))?.v2).toBe(10);

    expect(await router().set({ blue: 100, green: 0 })).toEqual({ applied: { blue: 100, green: 0 }, changed: true });

    expect(await router().sample(20)).toEqual({ v1: 20 });
  });

  test('goes back although the canary is dead', async () => {
    await router().set({ blue: 50, green: 50 });
    await service.green.down();
    try {
      await router().set({ blue: 100, green: 0 });
      expect(await router().sample(20)).toEqual({ v1: 20 });
    } finally {
      await service.green.up();
    }
  });

  test('a configuration that nginx refuses is put back, and nginx’s own words are told', async () => {
    const bad = join(nginx.home, 'conf.d', 'bad.conf');
    const before = readFileSync(nginx.config, 'utf8');
    writeFileSync(bad, 'upstream broken { server 127.0.0.1:1 weight=0; }');
    try {
      await expect(router().set({ blue: 60, green: 40 })).rejects.toThrow(/nginx -t refuses the new weights: .*/);
      expect(readFileSync(nginx.config, 'utf8')).toBe(before);
    } finally {
      rmSync(bad);
    }
  });

  test('keeps a link a link, and leaves nothing beside it that an include of everything would read', async () => {
    const linked = join(nginx.home, 'linked.conf');
    symlinkSync(nginx.config, linked);

    await router({ config: linked }).set({ blue: 80, green: 20 });

    expect(await router().get()).toEqual({ kind: 'known', value: { blue: 80, green: 20 } });
  });

  test('a server that belongs to neither side is not weighed over', async () => {
    const text = readFileSync(nginx.config, 'utf8');
    writeFileSync(nginx.config, text.replace('}', '  server 127.0.0.1:9;\n}'));
    try {
      expect(await router().get()).toMatchObject({ kind: 'unknown', because: expect.stringContaining('127.0.0.1:9') });
    } finally {
      writeFileSync(nginx.config, text);
    }
  });

  test('two hosts follow both, or none: one that refuses puts the other back; on the way home each follows that can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boring-hosts-'));
    const [one, two] = await Promise.all(['lb1', 'lb2'].map((name) => startNginx(upstream(), join(folder, name))));
    if (one === undefined || two === undefined) throw new Error('no hosts');
    const via = join(folder, 'reach');
    // Takes a host and a line for its shell, as ssh does: the folder named like the host stands for it.
    writeFileSync(via, `#!/bin/sh\ncd ${folder}/"$1" || exit 255\nshift\nexec sh -c "$*"\n`, { mode: 0o755 });
    const nginxes = 'f() { /usr/sbin/nginx -p "$PWD" -c "$PWD/nginx.conf" "$@"; }; f';
    const both = router({ config: 'conf.d/shop.conf', hosts: ['lb1', 'lb2'], via, nginx: 'sh ./call' });
    for (const name of ['lb1', 'lb2']) writeFileSync(join(folder, name, 'call'), `${nginxes} "$@"`);
    try {
      await both.set({ blue: 70, green: 30 });
      expect(readFileSync(two.config, 'utf8')).toContain('weight=3;');

      writeFileSync(join(folder, 'lb2', 'call'), 'echo "lb2 says no" >&2; exit 1');
      await expect(both.set({ blue: 50, green: 50 })).rejects.toMatchObject({ parts: { reason: 'router-partial' } });
      expect(await both.get()).toEqual({ kind: 'known', value: { blue: 70, green: 30 } });

      await expect(both.set({ blue: 100, green: 0 })).rejects.toThrow('lb1 followed');
      expect(readFileSync(one.config, 'utf8')).toContain(`server 127.0.0.1:${service.green.port} down`);
      expect((await both.get()).kind).toBe('unknown');

      writeFileSync(join(folder, 'lb2', 'call'), `${nginxes} "$@"`);
      expect(await both.set({ blue: 100, green: 0 })).toMatchObject({ applied: { blue: 100, green: 0 } });
    } finally {
      await Promise.all([one.stop(), two.stop()]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
