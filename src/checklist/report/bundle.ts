// Sizes of what browsers load, from size-limit's JSON.
import { z } from 'zod';
import { type Read, read, readJson, unreadable } from './reading.ts';

export interface BundleSize {
  readonly name: string;
  readonly bytes: number;
  /** What size-limit itself said against the repository's own limit; absent where it has none. */
  readonly passed?: boolean;
}

const sizes = z
  .array(z.looseObject({ name: z.string().min(1), size: z.number().min(0), passed: z.boolean().optional() }))
  .min(1);

/** Reads `size-limit --json`. An empty list measured nothing and is unreadable. */
export function readBundle(text: string): Read<readonly BundleSize[]> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const told = sizes.safeParse(json.report);
  if (!told.success) return unreadable('it is no JSON of size-limit');
  return read(
    told.data.map(({ name, size, passed }) => ({ name, bytes: size, ...(passed === undefined ? {} : { passed }) })),
  );
}
