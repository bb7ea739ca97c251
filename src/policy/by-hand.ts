// The command a person types when an action could not bring the traffic back.
import { allTo, type Routing } from './routing.ts';

/** One line for a shell that gives `stable` everything, with `${NAME}` as the policy has it; for other routers what to do. */
export function byHand({ router, sides, options, by }: Routing, stable: string): string {
  const weights = JSON.stringify(allTo(stable, sides));
  const [, second] = sides;
  if (router === 'command') {
    const set = Array.isArray(options.set) ? options.set.join(' ') : String(options.set);
    return `SIDE=${second} WEIGHT=${second === stable ? 100 : 0} WEIGHTS='${weights}' ${set}`;
  }
  if (router === 'http') {
    const url = String(options['set-url'] ?? options.url);
    return `curl -X ${String(options.method ?? 'PUT')} -H 'content-type: application/json' -d '${weights}' "${url}"`;
  }
  if (by === 'flag') return `turn the flag ${String(options.flag)} back in ${router}`;
  if (router === 'kubernetes-rollout') {
    const name = String(options.deployment);
    return `kubectl rollout resume deployment/${name} && kubectl rollout undo deployment/${name}`;
  }
  return `give ${stable} 100 % at the router`;
}
