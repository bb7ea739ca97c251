// A strict map of many keys of which most are left out: what a key that is not there gives is found out once, not for every check of ten thousand.
import { z } from 'zod';

type Run = z.ZodType['_zod']['run'];
type Context = Parameters<Run>[1];

/** What the map has at a key. */
interface Field {
  readonly key: string;
  readonly run: Run;
  /** What it is where the key is left out; undefined where it is not there then either. */
  readonly absent: unknown;
  readonly required: boolean;
}

/** As zod's own object, which is asked whenever something is wrong: it knows the words. */
const SparseObject: z.core.$constructor<z.ZodObject> = z.core.$constructor(
  'SparseObject',
  (map: z.ZodObject, def: z.core.$ZodObjectDef) => {
    z.ZodObject.init(map, def);
    const whole = map._zod.parse;
    let fields: readonly Field[] | undefined;
    map._zod.parse = (payload, context) => {
      fields ??= Object.entries(def.shape).map(([key, { _zod }]) => fieldOf(key, _zod.run, context));
      const value = context.direction === 'backward' ? undefined : read(fields, payload.value, context);
      return value === undefined ? whole(payload, context) : Object.assign(payload, { value });
    };
  },
);

/** A strict object, `params` as zod's; of the values that stand in for keys left out, all maps share one. */
export function sparseObject<S extends z.core.$ZodLooseShape>(
  shape: S,
  params?: z.core.$ZodObjectParams,
): z.ZodObject<z.core.util.Writeable<S>, z.core.$strict>;
export function sparseObject(shape: z.core.$ZodLooseShape, params: z.core.$ZodObjectParams = {}): z.ZodObject {
  return new SparseObject({ type: 'object', shape, catchall: z.never(), ...z.core.util.normalizeParams(params) });
}

function fieldOf(key: string, run: Run, context: Context): Field {
  const read = run({ value: undefined, issues: [] }, context);
  if (read instanceof Promise) throw new Error(`${key} cannot be read at once`);
  return { key, run, absent: Object.freeze(read.value), required: read.issues.length > 0 };
}

/** The map with every default; undefined where anything is wrong with it. */
function read(fields: readonly Field[], given: unknown, context: Context): object | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const written = new Map<string, unknown>(Object.entries(given));
  const value: Record<string, unknown> = {};
  let known = 0;
  for (const { key, run, absent, required } of fields) {
    if (written.has(key)) {
      const inner = run({ value: written.get(key), issues: [] }, context);
      if (inner instanceof Promise || inner.issues.length > 0) return undefined;
      value[key] = inner.value;
      known += 1;
    } else if (required) return undefined;
    else if (absent !== undefined) value[key] = absent;
  }
  return known === written.size ? value : undefined;
}
