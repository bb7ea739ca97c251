// One request of a suite as it goes out: address, headers and body, built from the file and the values known by then.
import type { SmokePort } from './port.ts';
import type { SuiteRequest } from './shape.ts';
import { filled, type Values } from './template.ts';

export interface Address {
  readonly baseUrl: string;
  readonly connectTo?: string | undefined;
}

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly connectTo?: string;
}

/** The whole address of a request; undefined when what was filled in makes none. */
export function urlOf(request: Pick<SuiteRequest, 'url' | 'query'>, values: Values, to: Address): URL | undefined {
  const url = filled(request.url, values);
  const whole = url.startsWith('/') ? `${to.baseUrl.replace(/\/+$/, '')}${url}` : url;
  const made = parsedUrl(whole);
  if (made === undefined || request.query === undefined) return made;
  for (const [name, value] of Object.entries(filled(request.query, values)))
    made.searchParams.append(name, String(value));
  return made;
}

/** The request as it goes out, or why it cannot. `connectTo` holds for the address under test only, never for other hosts. */
export async function outgoingOf(
  request: SuiteRequest,
  values: Values,
  to: Address,
  files: SmokePort['files'],
): Promise<Outgoing | { readonly because: string }> {
  const url = urlOf(request, values, to);
  if (url === undefined) return { because: 'the URL is not valid once it is filled in' };
  const content = await contentOf(filled(request, values), files);
  if ('because' in content) return content;
  const { connectTo } = to;
  return {
    method: request.method,
    url: url.href,
    headers: { ...content.headers, ...filled(request.headers, values) },
    ...(content.body === undefined ? {} : { body: content.body }),
    ...(connectTo === undefined || url.origin !== originOf(to.baseUrl) ? {} : { connectTo }),
  };
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

async function contentOf(request: SuiteRequest, files: SmokePort['files']): Promise<Content | { because: string }> {
  const { json, form, body, file, graphql, multipart } = request;
  if (json !== undefined) return ofJson(json);
  if (graphql !== undefined) {
    const { query, variables, operation } = graphql;
    return ofJson({
      query,
      variables: variables ?? {},
      ...(operation === undefined ? {} : { operationName: operation }),
    });
  }
  if (form !== undefined) {
    const fields = Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { headers, body: new URLSearchParams(fields).toString() };
  }
  if (multipart !== undefined) return multipartOf(multipart, files);
  if (file === undefined) return body === undefined ? { headers: {} } : { headers: {}, body };
  const bytes = await bytesOf(file, files);
  return 'because' in bytes ? bytes : { headers: { 'content-type': typeOf(file) }, body: bytes.bytes };
}

function ofJson(value: unknown): Content {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** Does not come up in texts by accident; a file that has it would be its own fault. */
const boundary = 'boring-deploys-7d3f5c1e9a';

async function multipartOf(
  parts: NonNullable<SuiteRequest['multipart']>,
  files: SmokePort['files'],
): Promise<Content | { because: string }> {
  const pieces: Uint8Array[] = [];
  const say = (text: string) => pieces.push(new TextEncoder().encode(text));
  for (const [name, value] of Object.entries(parts)) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (typeof value !== 'object') {
      say(`${head}\r\n\r\n${String(value)}\r\n`);
      continue;
    }
    const read = await bytesOf(value.file, files);
    if ('because' in read) return read;
    const shown = value.name ?? value.file.split('/').at(-1) ?? 'file';
    say(`${head}; filename="${quoted(shown)}"\r\nContent-Type: ${value.type.replace(/[\r\n]/g, '')}\r\n\r\n`);
    pieces.push(read.bytes);
    say('\r\n');
  }
  say(`--${boundary}--\r\n`);
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: together(pieces) };
}

/** As browsers write names (HTML, multipart/form-data encoding). */
function quoted(text: string): string {
  return text.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function together(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function bytesOf(
  path: string,
  files: SmokePort['files'],
): Promise<{ readonly bytes: Uint8Array } | { readonly because: string }> {
  try {
    const bytes = await files.bytes(path);
    return bytes === undefined ? { because: `there is no file ${path} in the checked-out repository` } : { bytes };
  } catch (error) {
    return { because: error instanceof Error ? error.message : `${path} cannot be read` };
  }
}

const types: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  svg: 'image/svg+xml',
};

function typeOf(path: string): string {
  return types[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** Scheme, host and port; empty when the address is not one. */
export function originOf(url: string): string {
  return parsedUrl(url)?.origin ?? '';
}

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
