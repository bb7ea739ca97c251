// The one way to GitHub's API: reads, lists, queries and writes, every answer parsed, every refusal saying what is missing.
import { z } from 'zod';
import type { Clock } from '../../world.ts';
import { Batch, type BatchQuery, type Part } from './batch.ts';
import { KeptCommits } from './kept-commits.ts';
import { refuse } from './reading.ts';
import { isUnanswered, type Refusal } from './refusal.ts';
import { Transport, type TransportOptions, type Words } from './transport.ts';

export interface Repository {
  readonly owner: string;
  readonly name: string;
}

export interface ClientOptions extends TransportOptions {
  readonly repository: Repository;
}

/** Every call ends within the client's deadline and throws a Refusal when it was not answered as asked. */
export interface Client {
  readonly repository: Repository;
  readonly clock: Clock;
  readonly random: () => number;
  /** Path below the repository, e.g. `path('/pulls')`; parts that come from outside go through `segment`. */
  path(below: string): string;
  /** One GET. Repeated on 5xx, a spent limit, a broken connection and no answer, while the deadline allows. */
  get<T>(path: string, words: Words, shape: z.ZodType<T>): Promise<T>;
  /** All pages of a list, in GitHub's order. Each page is repeated like a GET. */
  pages<T>(path: string, words: Words, item: z.ZodType<T>, options?: PageOptions): Promise<readonly T[]>;
  /** A conditional GET: undefined when nothing changed since `etag`. Such an answer costs nothing of the rate limit. */
  changed<T>(path: string, shape: z.ZodType<T>, etag: string | undefined): Promise<Fresh<T> | undefined>;
  /** Where a GET sends us on to; the token stays here. */
  location(path: string): Promise<string>;
  /** One GraphQL query: a read, repeated like a GET. */
  query<T>(text: string, variables: Words, shape: z.ZodType<T>): Promise<T>;
  /** One fact about the repository, by a query it shares with all that is asked at the same moment, or over REST. */
  part<T>(part: Part<T>): Promise<T>;
  /** The commits read so far. */
  readonly commits: KeptCommits;
  /** One write. Repeated (twice at most) when the answer got lost and `lookUp` does not find the thing made. */
  write<T>(method: Method, path: string, words: Words, write: Write<T>): Promise<{ status: number; value: T }>;
  /** HTTP requests sent so far, repeats among them. */
  calls(): number;
}

export interface PageOptions {
  /** Name of the list inside an envelope. */
  readonly field?: string;
  /** Ends with the page that brings so many items. */
  readonly most?: number;
}

export interface Fresh<T> {
  readonly value: T;
  readonly etag: string | undefined;
  /** True when the list goes on behind this page of 100. */
  readonly more: boolean;
}

type Method = 'POST' | 'PATCH' | 'DELETE';

export interface Write<T> {
  readonly shape: z.ZodType<T>;
  /** Finds what a call without an answer may have made. An update or a removal repeats without harm and answers undefined. */
  readonly lookUp: () => Promise<T | undefined>;
}

const mostWrites = 3;

/** Makes the client. It sends nothing yet and never throws. */
export function createClient(options: ClientOptions): Client {
  return new OctokitClient(options);
}

/** A part of a path that comes from outside: slashes and braces lose their meaning. */
export function segment(text: string | number): string {
  return encodeURIComponent(String(text));
}

class OctokitClient implements Client {
  readonly repository: Repository;
  readonly clock: Clock;
  readonly random: () => number;
  readonly #options: ClientOptions;
  readonly #transport: Transport;
  readonly #batch = new Batch((query) => this.#fields(query));
  readonly commits = new KeptCommits();

  constructor(options: ClientOptions) {
    this.repository = options.repository;
    this.clock = options.clock;
    this.random = options.random;
    this.#options = options;
    this.#transport = new Transport(options);
  }

  calls(): number {
    return this.#transport.calls;
  }

  path(below: string): string {
    const { owner, name } = this.repository;
    return `/repos/${segment(owner)}/${segment(name)}${below}`;
  }

  async get<T>(path: string, words: Words, shape: z.ZodType<T>): Promise<T> {
    return this.#parse('GET', path, (await this.#transport.send('GET', path, words)).data, shape);
  }

  async pages<T>(path: string, words: Words, item: z.ZodType<T>, options: PageOptions = {}): Promise<readonly T[]> {
    const { field, most = Number.POSITIVE_INFINITY } = options;
    const items: T[] = [];
    let next: string | undefined = path;
    let wanted: Words = { per_page: 100, ...words };
    while (next !== undefined && items.length < most) {
      const reply = await this.#transport.send('GET', next, wanted);
      const list = field === undefined ? reply.data : this.#parse('GET', path, reply.data, envelope)[field];
      items.push(...this.#parse('GET', path, list, z.array(item)));
      next = this.#nextPage(path, reply.headers.link);
      wanted = {};
    }
    return items;
  }

  async changed<T>(path: string, shape: z.ZodType<T>, etag: string | undefined): Promise<Fresh<T> | undefined> {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const reply = await this.#transport.send('GET', path, { per_page: 100, headers });
    if (reply.status === 304) return undefined;
    const more = this.#nextPage(path, reply.headers.link) !== undefined;
    return { value: this.#parse('GET', path, reply.data, shape), etag: reply.headers.etag, more };
  }

  async location(path: string): Promise<string> {
    const { headers } = await this.#transport.send('GET', path, { redirect: 'manual' });
    return this.#parse('GET', path, headers.location, z.string());
  }

  async query<T>(text: string, variables: Words, shape: z.ZodType<T>): Promise<T> {
    const { graphqlUrl } = this.#options;
    const reply = await this.#transport.send('POST', graphqlUrl, { query: text, variables });
    const { data, errors } = this.#parse('POST', graphqlUrl, reply.data, graphqlAnswer);
    const first = errors?.[0];
    if (first !== undefined) throw this.#graphqlFault(first);
    return this.#parse('POST', graphqlUrl, data, shape);
  }

  part<T>(part: Part<T>): Promise<T> {
    return this.#batch.ask(part);
  }

  /** What GitHub refuses of a query it names by its path; what it does not name so, it refuses as a whole. */
  async #fields({ text, variables }: BatchQuery): Promise<ReadonlyMap<string, unknown>> {
    const { graphqlUrl } = this.#options;
    const words = { query: text, variables: { ...this.repository, ...variables } };
    const reply = await this.#transport.send('POST', graphqlUrl, words);
    const { data, errors = [] } = this.#parse('POST', graphqlUrl, reply.data, graphqlAnswer);
    const whole = errors.find(({ path }) => path?.[1] === undefined);
    if (whole !== undefined) throw this.#graphqlFault(whole);
    const { repository } = this.#parse('POST', graphqlUrl, data, z.object({ repository: envelope }));
    const refused = new Set(errors.map(({ path }) => path?.[1]));
    return new Map(Object.entries(repository).filter(([alias]) => !refused.has(alias)));
  }

  async write<T>(method: Method, path: string, words: Words, write: Write<T>): Promise<{ status: number; value: T }> {
    for (let written = 1; ; written += 1) {
      try {
        const reply = await this.#transport.send(method, path, words);
        return { status: reply.status, value: this.#parse(method, path, reply.data, write.shape) };
      } catch (fault) {
        if (!isUnanswered(fault) || written >= mostWrites) throw fault;
      }
      await this.clock.sleep(this.#transport.pause(written));
      const made = await write.lookUp();
      if (made !== undefined) return { status: 200, value: made };
    }
  }

  // The token goes only where it was meant to go.
  #nextPage(path: string, link: string | undefined): string | undefined {
    const next = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    if (next === undefined || new URL(next).origin === new URL(this.#options.apiUrl).origin) return next;
    throw refuse(this.#transport.call('GET', path), {
      kind: 'unreadable',
      because: `the next page of the list is said to be at another server, ${new URL(next).origin}`,
      remedy: 'the token is not sent there; look at the proxy between the runner and GitHub',
    });
  }

  #parse<T>(method: string, path: string, data: unknown, shape: z.ZodType<T>): T {
    const parsed = shape.safeParse(data);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const at = issue === undefined || issue.path.length === 0 ? 'the answer' : `\`${issue.path.join('.')}\``;
    throw refuse(this.#transport.call(method, path), {
      kind: 'unreadable',
      because: `GitHub's answer has a shape this release does not know: ${at}: ${issue?.message ?? 'unreadable'}`,
      remedy: 'this is a fault in boring-deploys, please report it',
    });
  }

  #graphqlFault(error: z.infer<typeof graphqlError>): Refusal {
    return refuse(this.#transport.call('POST', this.#options.graphqlUrl), {
      kind: graphqlKinds[error.type ?? ''] ?? 'invalid',
      because: `GitHub refuses the query (${error.message})`,
      remedy: 'give `github-token` a token that may read this repository',
    });
  }
}

const envelope = z.record(z.string(), z.unknown());
const graphqlError = z.object({
  type: z.string().optional(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
});
const graphqlAnswer = z.object({ data: z.unknown().optional(), errors: z.array(graphqlError).optional() });
const graphqlKinds: Readonly<Record<string, 'forbidden' | 'missing'>> = {
  // A budget of its own: REST may have calls left.
  RATE_LIMITED: 'forbidden',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'missing',
};
