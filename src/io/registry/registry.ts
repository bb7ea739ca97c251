// Asks an OCI registry whether an image is there and may be pulled: one HEAD of its manifest, with the token the registry asks for.
import { type Answer, type Ask, known, unknown } from '../../evidence/answer.ts';
import type { QuestionKind, QuestionOf } from '../../evidence/question.ts';
import type { HttpReply, World } from '../../world.ts';
import { type Reference, readReference } from './reference.ts';

/** `login`: `user:password` in base64, as Docker keeps it for a host. `helper`: the program that Docker would ask. */
export type Credentials =
  | { readonly kind: 'login'; readonly value: string }
  | { readonly kind: 'helper'; readonly program: string };

/** What is kept for a host; undefined when there is nothing. */
export type CredentialsOf = (host: string) => Promise<Credentials | undefined>;

export interface RegistryOptions {
  /** On the event of a pull request no registry is asked: the name may be the pull request's own. */
  readonly event: string;
  readonly http: World['http'];
  readonly credentialsOf: CredentialsOf;
  readonly cancelled: AbortSignal;
}

const timeoutMs = 10_000;
const mostAttempts = 3;
/** OCI and Docker, one platform or several: without them some registries answer with an old form that has another digest. */
const manifests = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** One port for questions: images go to their registry, all else where it went before. */
export function withRegistry(ask: Ask, options: RegistryOptions): Ask {
  return async <K extends QuestionKind>(question: QuestionOf<K>): Promise<Answer<K>> => {
    if (question.kind !== 'image') return ask(question);
    const { reference } = question as unknown as QuestionOf<'image'>;
    return (await imageAt(reference, options)) as Answer<K>;
  };
}

/** What the registry says of the image. Never throws: what cannot be told is unknown, with what would make it known. */
export async function imageAt(text: string, options: RegistryOptions): Promise<Answer<'image'>> {
  if (options.event.startsWith('pull_request'))
    return unknown('registries are not asked on pull requests', 'nothing: the gate asks at deploy');
  const reference = readReference(text);
  if (reference === undefined)
    return unknown(
      `\`${text.slice(0, 200)}\` is no name of an image`,
      'write it as registry/name@sha256:… or registry/name:tag',
    );
  const reply = await head(reference, options);
  if (typeof reply === 'string')
    return unknown(
      `${reference.host} did not tell: ${reply}`,
      'check the address, and that this runner can reach the registry',
    );
  const closed = reply.status === 401 || reply.status === 403;
  return closed
    ? notLetIn(reference, reply, await options.credentialsOf(reference.host))
    : readManifest(reference, reply);
}

type Reply = HttpReply & { readonly kind: 'reply' };

/** The answer, once a token was fetched where one is asked for; words where there was none. */
async function head(reference: Reference, options: RegistryOptions): Promise<Reply | string> {
  const { host, name, wanted, secure } = reference;
  const url = `${secure ? 'https' : 'http'}://${host}/v2/${name}/manifests/${wanted}`;
  const ask = (authorization: string | undefined) =>
    send(options, {
      method: 'HEAD',
      url,
      headers: { accept: manifests, ...(authorization === undefined ? {} : { authorization }) },
    });
  const first = await ask(undefined);
  if (typeof first === 'string' || first.status !== 401) return first;
  const challenge = first.headers['www-authenticate'] ?? '';
  const kept = await options.credentialsOf(host);
  const credentials = kept?.kind === 'login' ? kept.value : undefined;
  if (/^basic\b/i.test(challenge)) return credentials === undefined ? first : ask(`Basic ${credentials}`);
  const token = await tokenOf(challenge, reference, credentials, options);
  if (token === undefined) return first;
  return token.kind === 'token' ? ask(`Bearer ${token.value}`) : token.because;
}

type Token = { readonly kind: 'token'; readonly value: string } | { readonly kind: 'none'; readonly because: string };

/** Fetches the token that a challenge names (distribution token authentication): undefined where it may not be had. */
async function tokenOf(
  challenge: string,
  reference: Reference,
  credentials: string | undefined,
  options: RegistryOptions,
): Promise<Token | undefined> {
  const words = new Map(
    [...challenge.matchAll(/([a-z]+)="([^"]*)"/gi)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = words.get('realm') ?? '';
  if (!/^bearer\b/i.test(challenge) || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  // Credentials leave in the clear for nobody but this very machine.
  if (url.protocol !== 'https:' && reference.secure)
    return { kind: 'none', because: 'it wants its token fetched in the clear' };
  const service = words.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', words.get('scope') ?? `repository:${reference.name}:pull`);
  const headers = credentials === undefined ? {} : { authorization: `Basic ${credentials}` };
  const reply = await send(options, { method: 'GET', url: url.href, headers });
  if (typeof reply === 'string') return { kind: 'none', because: `no token from ${url.host}: ${reply}` };
  if (reply.status === 401 || reply.status === 403) return undefined;
  const value = tokenIn(reply.body);
  if (reply.status !== 200 || value === undefined)
    return { kind: 'none', because: `no token from ${url.host} (${reply.status})` };
  return { kind: 'token', value };
}

function tokenIn(body: string): string | undefined {
  try {
    const { token, access_token: other } = JSON.parse(body);
    const value: unknown = token ?? other;
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Repeated on trouble of the registry's own and on its limits, within the attempts; words when there was no answer. */
async function send(
  { http, cancelled }: RegistryOptions,
  request: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string>> },
): Promise<Reply | string> {
  let because = '';
  for (let attempt = 1; attempt <= mostAttempts && !cancelled.aborted; attempt += 1) {
    const reply = await http({ ...request, timeoutMs, signal: cancelled, maxBytes: 262_144 });
    if (reply.kind === 'reply' && reply.status < 500 && reply.status !== 429) return reply;
    because = reply.kind === 'reply' ? `it answers ${reply.status}` : reply.because;
  }
  return cancelled.aborted ? 'the job was cancelled' : because;
}

/** Whoever logged in by a helper is logged in as far as Docker is concerned: the finding says why that does not help here, and what does. */
function notLetIn({ host, name }: Reference, { status }: Reply, kept: Credentials | undefined): Answer<'image'> {
  const closed = `${host} does not let us pull ${name} (${status})`;
  if (kept?.kind !== 'helper')
    return unknown(
      closed,
      'log in before the gate (docker/login-action), or let the token read packages (`packages: read`)',
    );
  return unknown(
    `${closed}: Docker keeps its login behind the credential helper ${kept.program}, a program that the gate does not run`,
    'give a token instead: in a step before the gate, with `DOCKER_CONFIG` naming an empty folder for that step and for the gate, ' +
      `\`docker login ${host} --username … --password-stdin\` keeps it where the gate reads it`,
  );
}

function readManifest({ host, name, wanted, digest }: Reference, reply: Reply): Answer<'image'> {
  const place = `${host}/${name}`;
  if (reply.status === 404) return known({ found: false, because: `${host} has no ${name} with ${wanted}` });
  if (reply.status !== 200)
    return unknown(`${place} answers ${reply.status}`, 'look at the registry, then run the gate again');
  const told = reply.headers['docker-content-digest'] ?? '';
  if (digest !== '' && told !== '' && told !== digest)
    return known({ found: false, because: `${place} answers ${digest} with another image, ${told}` });
  const real = told || digest;
  if (real === '') return unknown(`${place} does not say the digest of ${wanted}`, 'name the image by its digest');
  return known({ found: true, digest: real, mediaType: reply.headers['content-type'] ?? '' });
}
