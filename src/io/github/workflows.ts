// Workflows of the repository: one is started with inputs, a run is cancelled.
import { z } from 'zod';
import type { Workflows } from '../../world.ts';
import { type Client, segment } from './client.ts';
import { Refusal } from './refusal.ts';

/** 200 with the run where GitHub tells it, 204 with nothing where it does not. */
const begun = z.object({ workflow_run_id: z.number().int() }).optional().catch(undefined);

/** Both throw a Refusal that names the permission (`actions: write`) where GitHub refuses. */
export function createWorkflows(client: Client): Workflows {
  const nothing = z.unknown();
  return {
    async dispatch(workflow, ref, inputs) {
      const path = client.path(`/actions/workflows/${segment(workflow)}/dispatches`);
      // A lost answer may have started it: a second run of the same target does no harm, it waits its turn at the gate.
      const started = { shape: begun, lookUp: async () => undefined };
      const { value } = await client
        .write('POST', path, { ref, inputs, return_run_details: true }, started)
        .catch((error: unknown) => {
          // A GitHub Enterprise Server of before 2026 does not know the key.
          if (!(error instanceof Refusal) || !error.parts.because.includes('return_run_details')) throw error;
          return client.write('POST', path, { ref, inputs }, started);
        });
      return value?.workflow_run_id;
    },
    async cancel(runId) {
      const path = client.path(`/actions/runs/${segment(runId)}`);
      const state = z.object({ status: z.string().nullish() });
      if ((await client.get(path, {}, state)).status === 'completed') return;
      await client.write('POST', `${path}/cancel`, {}, { shape: nothing, lookUp: async () => undefined });
    },
  };
}
