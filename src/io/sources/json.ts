// The source `json`: one GET, and the query is a JSON pointer (or dotted path) to a number in its answer.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import { valueAt } from '../../kit/pointer.ts';
import type { JsonSourceOptions } from '../../providers/sources.ts';
import type { HttpReply, MetricSource, PartsReading, Reading, World } from '../../world.ts';
import { erred, failedReading, showUrl } from './reading.ts';

const defaultTimeout = 10_000;
/** A statistics page of a mebibyte is a mistake. */
const maxBytes = 1_048_576;

/** Reads numbers out of one document. Queries of the same instant share one answer, so that bad and total belong together. */
export function jsonReader(options: JsonSourceOptions, http: World['http']): MetricSource {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const headers = { accept: 'application/json', ...options.headers };
  let newest: { readonly at: number; readonly reply: Promise<HttpReply> } | undefined;
  const get = (at: number): Promise<HttpReply> => {
    if (newest?.at !== at)
      newest = { at, reply: http({ method: 'GET', url: options.json, headers, timeoutMs, maxBytes }) };
    return newest.reply;
  };
  return {
    async read(query, at) {
      const call = `GET ${showUrl(options.json)}`;
      const reply = await get(at);
      return failedReading(call, reply, at) ?? numberIn(reply.kind === 'reply' ? reply.body : '', query, call, at);
    },
    async parts(query, _label, at) {
      const call = `GET ${showUrl(options.json)}`;
      const reply = await get(at);
      const failed = failedReading(call, reply, at);
      if (failed !== undefined && failed.kind !== 'value') return failed;
      return partsIn(reply.kind === 'reply' ? reply.body : '', query, call, at);
    },
  };
}

/** An object of numbers, one for each stratum. */
function partsIn(body: string, query: string, call: string, at: number): PartsReading {
  const wrong = () =>
    erred(
      `${call} has no object of numbers at ${query}`,
      'Strata need one number for each value of the label.',
      false,
      at,
    );
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return wrong();
  }
  const found = valueAt(document, query);
  const parts = z.record(z.string(), z.number()).safeParse(found.kind === 'nothing' ? undefined : found.value);
  return parts.success ? { kind: 'parts', parts: parts.data } : wrong();
}

function numberIn(body: string, query: string, call: string, at: number): Reading {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return erred(`${call} answered no JSON`, 'The source json needs a JSON document.', false, at);
  }
  const found = valueAt(document, query);
  if (found.kind === 'nothing') {
    return erred(
      `${call} has nothing at ${query}: there is no “${found.at}”`,
      'Write the query as a JSON pointer such as /blue/errors.',
      false,
      at,
    );
  }
  if (found.value === null) return { kind: 'no-data', because: `${call} has null at ${query}`, at };
  if (typeof found.value === 'number' && Number.isFinite(found.value)) return { kind: 'value', value: found.value, at };
  const infinite = typeof found.value === 'number' ? 'a number without bound' : `a ${typeof found.value}`;
  const kind = Array.isArray(found.value) ? 'a list' : infinite;
  return erred(`${call} has ${kind} at ${query}`, 'Point the query at a number.', false, at);
}
