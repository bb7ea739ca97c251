// A service with users on two sides and a Deployment as the gate begins it: the story that tests of canary-step tell.
import { inputs } from '../../actions/canary-step/inputs.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { ForwardPayload } from '../../src/record/payload.ts';
import { statusOf } from '../../src/record/words.ts';
import type { Reading } from '../../src/world.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld, sha } from '../world/memory/world.ts';

export const policy = `version: 1
extends: []
env: [ROUTER]
environments:
  production: {url: "https://shop.example"}
traffic: {router: http, sides: [blue, green], url: "\${ROUTER}/weights"}
plans:
  canary:
    every: 10s
    stages:
      - {id: ten, weight: 10 %, bake: 1m}
      - {id: half, weight: 50 %, bake: 1m}
      - {id: full, weight: 100 %, bake: 1m}
metrics:
  sources: {main: {json: "http://stats.example"}}
  queries: {error-rate: {bad: "/{{side}}/errors", total: "/{{side}}/requests"}}
limits:
  - {metric: error-rate, continue: "< 1 %"}
  - {metric: error-rate, breach: "> 10 %", severity: P0, then: rollback}
`;

export const newSha = sha('c');
export const oldSha = sha('b');

/** Users meet the sides by the router's weights, 100 requests a second; `failing` is the share of requests each side fails. */
export class Users {
  readonly failing: Record<string, number> = { blue: 0, green: 0 };
  readonly #world: MemoryWorld;
  readonly #counters: Record<string, { requests: number; errors: number }> = {
    blue: { requests: 5000, errors: 0 },
    green: { requests: 0, errors: 0 },
  };
  #at: number;

  constructor(world: MemoryWorld) {
    this.#world = world;
    this.#at = world.clock.now();
    world.traffic.reading = (query, at) => this.#read(query, at);
  }

  #read(query: string, at: number): Reading {
    const [, side = '', field = ''] = query.split('/');
    const counter = this.#pass(at)[side];
    const value = field === 'errors' ? counter?.errors : counter?.requests;
    return value === undefined ? { kind: 'no-data', because: `no ${query}`, at } : { kind: 'value', value, at };
  }

  #pass(at: number) {
    const seconds = Math.max(0, at - this.#at) / 1000;
    this.#at = at;
    for (const [side, counter] of Object.entries(this.#counters)) {
      const requests = (seconds * 100 * (this.#world.traffic.weights[side] ?? 0)) / 100;
      counter.requests += requests;
      counter.errors += requests * (this.failing[side] ?? 0);
    }
    return this.#counters;
  }
}

export function aWorld(options: MemoryOptions = {}, own = policy): MemoryWorld {
  const world = memoryWorld({ policy: own, env: { ROUTER: 'http://router' }, ...options });
  if (options.after === undefined) {
    world.traffic.sides.green = { version: 'v2', sha: newSha, answers: true };
    world.github.commits.set(newSha, {
      sha: newSha,
      tree: sha('7'),
      parents: [],
      committedAt: 0,
      message: 'change',
    });
  }
  return world;
}

export function given(values: Readonly<Record<string, string>> = {}) {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...values });
}

export const payload: ForwardPayload = {
  marker: 'boring-deploys',
  schema: 1,
  kind: 'deploy',
  run: { id: 7001, attempt: 1, url: 'https://github.example/run/7001' },
  environment: 'production',
  unit: '',
  version: 'v2',
  artifact: [],
  sha: newSha,
  legs: [],
  tree: sha('7'),
  pulls: [12],
  tier: 'medium',
  type: 'standard',
  plan: 'canary',
  policy: { path: '.github/deploy-policy.yml', sha: sha('d'), digest: 'abc', name: 'p' },
  previous: { deploymentId: 1, sha: oldSha, version: 'v1.0.0' },
  migrations: [],
};

/** A Deployment as the gate begins it, with what happened since. */
export async function began(world: MemoryWorld, entries: readonly Entry[] = [], over: Partial<ForwardPayload> = {}) {
  const whole = { ...payload, ...over };
  const { id } = await world.deployments.create({
    sha: whole.sha,
    environment: 'production',
    task: 'deploy',
    description: whole.version,
    payload: whole,
  });
  const begun: Entry = { kind: 'begun', tier: 'medium', plan: 'canary' };
  for (const entry of [begun, ...entries]) {
    await world.deployments.say(id, statusOf({ state: 'in_progress', entry, logUrl: '' }));
  }
  return id;
}

export const sides: Entry = { kind: 'sides', stable: 'blue', canary: 'green' };
export const stage = (name: string, weight: number, verdict: 'shifting' | 'baking' | 'promote'): Entry => ({
  kind: 'stage',
  stage: name,
  weight,
  verdict,
  reason: '',
});
export const atStable = { blue: 100, green: 0 };

export function aRun(id: number, status: 'completed' | 'in_progress') {
  return {
    id,
    attempt: 1,
    path: '.github/workflows/deploy.yml',
    event: 'push',
    headSha: oldSha,
    headBranch: 'main',
    status,
    createdAt: 0,
    actor: 'alice',
    url: '',
  };
}
