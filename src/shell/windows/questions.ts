// Questions that GitHub cannot answer: they go to the network itself, or to the registry of an image.
import { createNetwork, eitherOf } from '../../io/network/network.ts';
import { createCredentials } from '../../io/registry/credentials.ts';
import { withRegistry } from '../../io/registry/registry.ts';
import type { SharedWorld, World } from '../../world.ts';

/** The questions that every action has, with those that the network answers. */
export function networkQuestions(shared: SharedWorld, windows: Pick<World, 'router' | 'metrics'>): Pick<World, 'ask'> {
  const { run, http, env, cancelled, clock, command, ask } = shared;
  const { router, metrics } = windows;
  const network = createNetwork({ event: run.event, http, env, cancelled, now: clock.now, metrics, router, command });
  return { ask: eitherOf(ask, network) };
}

/** The questions that every action has, with those that a registry answers. */
export function registryQuestions(shared: SharedWorld, githubToken: string): Pick<World, 'ask'> {
  const { run, http, env, cancelled, ask } = shared;
  const credentialsOf = createCredentials({ env, githubToken, serverUrl: run.serverUrl });
  return { ask: withRegistry(ask, { event: run.event, http, credentialsOf, cancelled }) };
}
