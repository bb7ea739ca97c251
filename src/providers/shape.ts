// How the shapes of providers' options are held: made when a policy names the provider, for it names few of them.
import type { z } from 'zod';

/** Names with the shape of their options. A shape that is loose belongs to a provider of a later release. */
export type Providers = ReadonlyMap<string, () => z.ZodType>;
