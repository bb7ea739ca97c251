// A side asked directly, past the router: which version runs there, and does it say it is well.
import { z } from 'zod';
import type { SideFact } from '../../evidence/fact.ts';
import { nameIn, withAllDigits } from '../../kit/digits.ts';
import { valueAt } from '../../kit/pointer.ts';
import { redact } from '../../kit/redact.ts';
import type { HttpReply, World } from '../../world.ts';

/** The keys of `traffic` that say how a side is asked, as the policy has them. */
const asked = z.object({
  at: z.record(z.string(), z.string()).default({}),
  version: z
    .object({ path: z.string().default('/version'), field: z.string().optional(), header: z.string().optional() })
    .default({ path: '/version' }),
});

const sideTimeout = 5_000;

export class Sides {
  readonly #at: Readonly<Record<string, string>>;
  readonly #version: z.infer<typeof asked>['version'];
  readonly #http: World['http'];

  constructor(options: Readonly<Record<string, unknown>>, http: World['http']) {
    const parsed = asked.parse(options);
    this.#at = parsed.at;
    this.#version = parsed.version;
    this.#http = http;
  }

  /** What one side answers; `url` is empty when the policy gives it no address. */
  async ask(side: string): Promise<SideFact> {
    const base = this.#at[side];
    const none = { side, answers: false, version: '', sha: '' };
    if (base === undefined) return { ...none, because: `the policy names no traffic.at.${side}`, url: '' };
    const url = joined(base, this.#version.path);
    const reply = await this.#get(url);
    const shown = redact(url);
    if (reply.kind === 'failed') return { ...none, because: reply.because, url: shown };
    if (reply.status >= 500) return { ...none, because: `answered ${reply.status}`, url: shown };
    return { side, answers: true, ...this.#named(reply), because: '', url: shown };
  }

  /** The version that the public entrance answers once; empty when it does not say. */
  async entrance(publicUrl: string): Promise<string> {
    const reply = await this.#get(
      this.#version.header === undefined ? joined(publicUrl, this.#version.path) : publicUrl,
    );
    return reply.kind === 'failed' ? '' : this.#named(reply).version;
  }

  #get(url: string): Promise<HttpReply> {
    return this.#http({ method: 'GET', url, timeoutMs: sideTimeout, fresh: true, maxBytes: 65_536 });
  }

  #named(reply: HttpReply & { readonly kind: 'reply' }): { readonly version: string; readonly sha: string } {
    const body = parsed(reply.body);
    const header = reply.headers[(this.#version.header ?? '').toLowerCase()] ?? '';
    const version = header === '' ? textAt(body, this.#version.field ?? 'version') : header;
    const sha =
      ['sha', 'commit', 'revision'].map((name) => textAt(body, name)).find((text) => fullSha.test(text)) ?? '';
    return { version, sha: sha === '' && fullSha.test(version) ? version : sha };
  }
}

const fullSha = /^[0-9a-f]{40}$/;

function textAt(body: unknown, path: string): string {
  const found = valueAt(body, path);
  return found.kind === 'found' ? nameIn(found.value).slice(0, 200) : '';
}

function joined(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}${path.startsWith('/') ? '' : '/'}${path}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(withAllDigits(text));
  } catch {
    return undefined;
  }
}
