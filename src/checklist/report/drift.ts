// What a terraform plan would change: the difference between the definition and what stands.
import { z } from 'zod';
import { type Read, read, readJson, unreadable } from './reading.ts';

const change = z.looseObject({ address: z.string(), change: z.looseObject({ actions: z.array(z.string()) }) });
const plan = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  resource_changes: z.array(change).optional(),
  resource_drift: z.array(change).optional(),
});

/** The resources that differ, by address. Reads `terraform show -json <plan>` (also of OpenTofu); a plan that failed is unreadable. */
export function readDrift(text: string): Read<readonly string[]> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const parsed = plan.safeParse(json.report);
  if (!parsed.success) return unreadable('it is no plan of terraform');
  if (parsed.data.errored === true) return unreadable('the plan failed');
  const all = [...(parsed.data.resource_changes ?? []), ...(parsed.data.resource_drift ?? [])];
  const differing = all.filter(({ change: { actions } }) => actions.some((one) => one !== 'no-op' && one !== 'read'));
  return read([...new Set(differing.map(({ address }) => address))]);
}
