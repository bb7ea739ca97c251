// Names of the feature flag providers.
import { z } from 'zod';

/** Providers whose adapter comes with a later release: their options are read, not checked. */
const later = ['unleash', 'launchdarkly', 'command'] as const;

export const flagProviders: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>(
  later.map((name) => [name, z.looseObject({})] as const),
);

/** Whether the policy may name the provider although nothing can ask it yet. */
export function isLaterFlagProvider(name: string): boolean {
  return later.some((other) => other === name);
}
