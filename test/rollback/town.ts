// A town in memory for tests of the rollback procedure: blue runs va, green runs vb and has everybody; a flag, and words to press with.
import { inputs as shape } from '../../actions/rollback/inputs.ts';
import { known, unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { Problem } from '../../src/kit/problem.ts';
import type { FeatureFlag } from '../../src/world.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';
import { commit, forward, promoted } from './story.ts';

/** The policy of the town, with more lines of its rollback block. */
export function policyWith(rollback = '', more = ''): string {
  return `
version: 1
roles: {lead: [alice], security: [carol]}
overrides: {allow: [contract-migration, condemned], by: [lead]}
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
flags: {provider: unleash}
rollback:
  min-age: 0s
${rollback.replace(/^(?=.)/gm, '  ')}
${more}
`;
}

const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));
export const press = { run: { event: 'workflow_dispatch', byPerson: true, id: 500 } } as const;
export const a = forward({ id: 1, letter: 'a', said: promoted });
export const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });

/** The inputs of a press. */
export function inputs(words: Readonly<Record<string, string>> = {}) {
  return shape.parse({ ...given, ...words });
}

/** Builds it. */
export function town(facts: readonly DeploymentFact[], options: MemoryOptions = {}): MemoryWorld {
  const now = Date.UTC(2026, 10, 18, 8, 0, 0);
  const fresh = options.after === undefined ? { policy: policyWith() } : {};
  const world = memoryWorld({ ...fresh, ...press, now, ...options });
  if (options.after !== undefined) return world;
  world.github.deployments = [...facts];
  world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
  world.traffic.sides.green = { version: 'vb', sha: commit('b'), answers: true };
  world.traffic.weights = { blue: 0, green: 100 };
  return world;
}

/** A flag at a provider: `lag` reads still say on after it was told; a provider may be down, or refuse. */
export class MemoryFlag implements FeatureFlag {
  isOn = true;
  lag = 0;
  isDown = false;
  refuses = false;
  told = 0;

  async read() {
    if (this.isDown) return unknown('the provider does not answer', 'look at it');
    if (this.isOn) return known({ on: true });
    this.lag -= 1;
    return known({ on: this.lag >= 0 });
  }

  async off() {
    this.told += 1;
    if (!this.refuses && !this.isDown) {
      this.isOn = false;
      return;
    }
    const reason = this.refuses ? 'flag-refused' : 'flag-unreachable';
    throw new Problem({ what: 'The flag was not turned off', where: 'memory', fix: 'Look at it.', reason });
  }
}
