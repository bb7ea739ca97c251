import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import { type Haproxy, haproxyAvailable, startHaproxy } from '../../world/haproxy.ts';
import { MemoryClock } from '../../world/memory/clock.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Service, startService } from '../../world/service/service.ts';

// Time passes only when something waits: patience of 30 s costs the test nothing.
const world = {
  http: createHttp(),
  command: createCommand(process.cwd(), new AbortController().signal),
  clock: new MemoryClock(Date.now()),
};

neighbour('haproxy', haproxyAvailable())('the router haproxy', () => {
  let service: Service;
  let haproxy: Haproxy;

  beforeAll(async () => {
    service = await startService();
    await service.blue.deploy({ version: 'v1', sha: 'b'.repeat(40) });
    await service.green.deploy({ version: 'v2', sha: 'c'.repeat(40) });
    haproxy = await startHaproxy([
      `server blue 127.0.0.1:${service.blue.port} weight 100`,
      `server green 127.0.0.1:${service.green.port} weight 0`,
    ]);
  });
  beforeEach(async () => {
    await router().set({ blue: 100, green: 0 });
  });
  afterAll(async () => {
    await haproxy?.stop();
    await service?.stop();
  });

  const router = (own: Readonly<Record<string, unknown>> = {}) =>
    createRouter(
      {
        router: 'haproxy',
        sides: ['blue', 'green'],
        options: { socket: haproxy.socket, backend: 'shop', ...own },
        environment: 'production',
        leg: '',
        publicUrl: haproxy.url,
      },
      world,
    );

  test.each([
    [90, 10],
    [99.5, 0.5],
    [0, 100],
    [100, 0],
  ])('sets blue %d %%, green %d %%, and its answers prove it', async (blue, green) => {
    expect((await router().set({ blue, green })).applied).toEqual({ blue, green });
    const counts = (await router().sample(200)) ?? {};
    expect(Math.abs((counts.v2 ?? 0) - 2 * green)).toBeLessThanOrEqual(1);
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

  test('a reload by somebody else brings the first weights back, and reading shows it', async () => {
    await router().set({ blue: 75, green: 25 });
    await haproxy.restart();

    expect(await router().get()).toEqual({ kind: 'known', value: { blue: 100, green: 0 } });
  });

  test.each([
    [{ backend: 'nowhere' }, 'No such backend'],
    [{ servers: { green: 'gren' } }, 'No such server'],
  ])('takes text for a refusal, although HAProxy calls it success: %j', async (own, said) => {
    await expect(router(own).set({ blue: 50, green: 50 })).rejects.toThrow(said);
  });

  test('two sockets follow both or none', async () => {
    const other = await startHaproxy([
      `server blue 127.0.0.1:${service.blue.port} weight 100`,
      `server green 127.0.0.1:${service.green.port} weight 0`,
    ]);
    const both = () => router({ socket: [haproxy.socket, other.socket] });
    try {
      await both().set({ blue: 90, green: 10 });
      expect(await other.restart().then(() => both().get())).toMatchObject({ kind: 'unknown' });
      await both().set({ blue: 80, green: 20 });
      await other.stop();
      await expect(both().set({ blue: 50, green: 50 })).rejects.toThrow('the others got their weights from before');
      expect(await router().get()).toEqual({ kind: 'known', value: { blue: 80, green: 20 } });
      await expect(both().set({ blue: 100, green: 0 })).rejects.toThrow('the others followed');
      expect(await router().get()).toEqual({ kind: 'known', value: { blue: 100, green: 0 } });
    } finally {
      await other.stop();
    }
  });
});
