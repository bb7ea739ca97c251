// A fake GitHub with one repository and our adapter in front of it; waiting moves the fake's clock instead of the wall's.

import { type Client, createClient } from '../../../src/io/github/client.ts';
import { createGithub, type Github, type GithubOptions } from '../../../src/io/github/github.ts';
import type { Clock, Run } from '../../../src/world.ts';
import { type FakeGithub, type FakeRepository, type NewToken, startFakeGithub } from '../../world/github/fake.ts';

export const begin = '2026-11-20T14:00:00Z';

export interface Ground {
  readonly fake: FakeGithub;
  readonly repo: FakeRepository;
  readonly clock: Clock;
  /** Milliseconds of every wait so far. */
  readonly pauses: number[];
  readonly files: Map<string, string>;
  /** The adapter; `token` may be narrowed. */
  github(options?: Partial<GithubOptions>, token?: NewToken): Github;
  client(options?: { readonly deadlineMs?: number; readonly fromFork?: boolean }, token?: NewToken): Client;
  close(): Promise<void>;
}

export const everything: NewToken = { permissions: 'write-all' };
export const pushRun: Pick<Run, 'event' | 'pull' | 'id'> = { event: 'push', id: 7 };

/** Starts a private repository `octo-org/shop` at a fixed time. */
export async function openGround(): Promise<Ground> {
  const fake = await startFakeGithub();
  fake.clock.set(begin);
  const repo = fake.repository('octo-org/shop', { private: true });
  const pauses: number[] = [];
  const files = new Map<string, string>();
  const clock: Clock = {
    now: () => fake.clock.now().getTime(),
    steady: () => fake.clock.now().getTime(),
    async sleep(ms) {
      pauses.push(ms);
      fake.clock.advance(ms);
      // Others who wait get their turn, as they would in time.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const shared = () => ({
    apiUrl: fake.url,
    graphqlUrl: fake.graphqlUrl,
    repository: { owner: 'octo-org', name: 'shop' },
    clock,
    random: () => 0.5,
  });
  return {
    fake,
    repo,
    clock,
    pauses,
    files,
    github: (options = {}, token = everything) =>
      createGithub({
        ...shared(),
        serverUrl: fake.serverUrl,
        token: fake.token(token),
        run: pushRun,
        files: {
          read: async (path) => files.get(path),
          walk: async (folder) => {
            const below = [...files].filter(([path]) => path.startsWith(`${folder}/`));
            return {
              found: below.length > 0,
              files: below.map(([path, text]) => ({ path, bytes: text.length })),
              complete: true,
            };
          },
        },
        secrets: () => [],
        ...options,
      }),
    client: (options = {}, token = everything) =>
      createClient({ ...shared(), token: fake.token(token), fromFork: false, ...options }),
    close: () => fake.close(),
  };
}
