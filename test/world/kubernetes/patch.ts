// The three kinds of patches that kubectl sends: JSON patch, merge patch, and a strategic merge of lists by their names.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export class PatchRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Applies a patch of this content type to a copy. Throws PatchRefused, with the words a real server has. */
export function patched(object: JsonObject, contentType: string, patch: Json): JsonObject {
  const copy = structuredClone(object);
  if (contentType.startsWith('application/json-patch+json')) return byJsonPatch(copy, patch);
  const strategic = contentType.startsWith('application/strategic-merge-patch+json');
  return merged(copy, patch, strategic) as JsonObject;
}

function byJsonPatch(object: JsonObject, patch: Json): JsonObject {
  for (const step of patch as { op: string; path: string; value: Json }[]) {
    const steps = step.path
      .split('/')
      .slice(1)
      .map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    let place: Json = object;
    for (const name of steps) {
      place = Array.isArray(place) ? (place[Number(name)] ?? null) : ((place as JsonObject)?.[name] ?? null);
      if (place === null) throw new PatchRefused(422, `the server rejected our request due to an error in our request`);
    }
    const holder = place as JsonObject;
    const there = Array.isArray(place) ? Number(last) < place.length : last in holder;
    if (step.op === 'test' && JSON.stringify(holder[last]) !== JSON.stringify(step.value))
      throw new PatchRefused(
        422,
        `the server rejected our request due to an error in our request: ${step.op} ${step.path} ${JSON.stringify(step.value)} ${JSON.stringify(holder[last])}`,
      );
    if (step.op === 'replace' && !there)
      throw new PatchRefused(
        422,
        `the server rejected our request due to an error in our request: ${step.op} ${step.path} ${JSON.stringify(step.value)} ${JSON.stringify(holder[last])}`,
      );
    if (step.op === 'add' || step.op === 'replace') holder[last] = step.value;
    if (step.op === 'remove') delete holder[last];
  }
  return object;
}

function merged(into: Json, patch: Json, strategic: boolean): Json {
  if (strategic && Array.isArray(patch) && Array.isArray(into) && patch.every(isNamed)) {
    const list = [...into];
    for (const item of patch as JsonObject[]) {
      const at = list.findIndex((one) => isNamed(one) && one.name === item.name);
      if (at === -1) list.push(item);
      else list[at] = merged(list[at] ?? null, item, strategic);
    }
    return list;
  }
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base: JsonObject = into !== null && typeof into === 'object' && !Array.isArray(into) ? into : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete base[key];
    else base[key] = merged(base[key] ?? null, value, strategic);
  }
  return base;
}

function isNamed(value: Json): value is JsonObject & { name: string } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && typeof value.name === 'string';
}
