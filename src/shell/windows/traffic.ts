// Windows on traffic: the router that shares it out, and the sources that measure it.
import { createRouter } from '../../io/routers/router.ts';
import { Probes } from '../../io/sources/probe.ts';
import { createSource } from '../../io/sources/source.ts';
import type { SharedWorld, World } from '../../world.ts';

export function trafficWindows({ http, command, clock }: SharedWorld): Pick<World, 'router' | 'metrics'> {
  const probes = new Probes();
  return {
    router: (options) => createRouter(options, { http, command, clock }),
    metrics: (options) => createSource(options, { http, clock, command, probes }),
  };
}
