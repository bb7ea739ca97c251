// Workflows of the repository: one is started with inputs, a run is cancelled.
import { z } from 'zod';
import type { Workflows } from '../../world.ts';
import { type Client, segment } from './client.ts';

/** Both throw a Refusal that names the permission (`actions: write`) where GitHub refuses. */
export function createWorkflows(client: Client): Workflows {
  const nothing = z.unknown();
  return {
    async dispatch(workflow, ref, inputs) {
      const path = client.path(`/actions/workflows/${segment(workflow)}/dispatches`);
      // A lost answer may have started it: a second run of the same target does no harm, it waits its turn at the gate.
      await client.write('POST', path, { ref, inputs }, { shape: nothing, lookUp: async () => undefined });
    },
    async cancel(runId) {
      const path = client.path(`/actions/runs/${segment(runId)}`);
      const state = z.object({ status: z.string().nullish() });
      if ((await client.get(path, {}, state)).status === 'completed') return;
      await client.write('POST', `${path}/cancel`, {}, { shape: nothing, lookUp: async () => undefined });
    },
  };
}
