// From a request line to the operation it means, and what a route gets to answer it.
import type { Faults } from './faults.ts';
import type { Hub } from './hub.ts';
import { notFound } from './refusal.ts';
import type { FakeRepository } from './repository.ts';
import type { Caller, Needs } from './tokens.ts';
import type { Operation } from './validation.ts';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent as it is, instead of JSON. */
  readonly text?: string;
  /** Where it sends the caller on to. */
  readonly location?: string;
}

export interface Route {
  readonly needs: Needs;
  readonly answer: (asked: Asked) => Answer;
}

/** Operation id to route. */
export type Routes = Readonly<Record<string, Route>>;

export interface Asking {
  readonly hub: Hub;
  readonly faults: Faults;
  readonly caller: Caller;
  readonly repo: FakeRepository | undefined;
  readonly operation: Operation;
  /** Path and query values, typed by the description. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly accept: string;
  readonly url: URL;
}

/** One request as a route sees it. */
export class Asked {
  readonly hub: Hub;
  readonly caller: Caller;
  readonly accept: string;
  readonly #asking: Asking;
  /** The Link header, once a page was cut. */
  link: string | undefined;

  constructor(asking: Asking) {
    this.hub = asking.hub;
    this.caller = asking.caller;
    this.accept = asking.accept;
    this.#asking = asking;
  }

  get repo(): FakeRepository {
    if (this.#asking.repo === undefined) throw notFound();
    return this.#asking.repo;
  }

  /** The body, which the description has already approved. */
  get body(): Record<string, any> {
    return (this.#asking.body ?? {}) as Record<string, any>;
  }

  text(name: string): string {
    return String(this.#asking.values[name] ?? '');
  }

  /** A query value, or undefined when it was left out. */
  option(name: string): string | undefined {
    const value = this.#asking.values[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  /** Whether the query names it, whatever its default. */
  isGiven(name: string): boolean {
    return this.#asking.url.searchParams.has(name);
  }

  number(name: string): number {
    return Number(this.#asking.values[name]);
  }

  /** Notes something new, which a lagging list will not show at once. */
  made<T extends object>(item: T): T {
    this.#asking.faults.hide(item);
    return item;
  }

  /** What of a list shows now. */
  listed<T extends object>(items: readonly T[]): T[] {
    return this.#asking.faults.listed(`${this.#asking.operation.operationId} ${this.#asking.url.pathname}`, items);
  }

  /** The page of a list that was asked for; at most 100 entries, with the Link header GitHub sends along. */
  page<T>(items: readonly T[], largest = 100): T[] {
    const size = Math.min(Math.max(this.number('per_page') || 30, 1), largest);
    const page = Math.max(this.number('page') || 1, 1);
    const last = Math.max(1, Math.ceil(items.length / size));
    const links: string[] = [];
    const add = (rel: string, number: number) => links.push(this.#link(rel, { page: String(number) }));
    if (page > 1) add('prev', Math.min(page - 1, last));
    if (page < last) add('next', page + 1);
    if (page < last) add('last', last);
    if (page > 1) add('first', 1);
    if (links.length > 0) this.link = links.join(', ');
    return items.slice((page - 1) * size, page * size);
  }

  /** Names another part of a list that knows no page numbers. */
  linkTo(rel: string, words: Readonly<Record<string, string>>): void {
    this.link = this.#link(rel, words);
  }

  #link(rel: string, words: Readonly<Record<string, string>>): string {
    const url = new URL(this.#asking.url.href);
    for (const [name, value] of Object.entries(words)) url.searchParams.set(name, value);
    return `<${url.href}>; rel="${rel}"`;
  }
}

// Refs and paths hold slashes, and not every client encodes them.
const greedy = new Set(['path', 'basehead']);

export class Router {
  readonly #lines: { readonly operation: Operation; readonly pattern: RegExp; readonly names: readonly string[] }[];

  constructor(operations: readonly Operation[]) {
    this.#lines = operations.map((operation) => {
      const names: string[] = [];
      const source = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        names.push(name);
        const isRef = operation.path.startsWith('/repos/{owner}/{repo}/git/') && name === 'ref';
        return greedy.has(name) || isRef ? '(.*)' : '([^/]+)';
      });
      return { operation, pattern: new RegExp(`^${source}$`), names };
    });
  }

  find(
    method: string,
    path: string,
  ): { readonly operation: Operation; readonly parameters: Record<string, string> } | undefined {
    for (const { operation, pattern, names } of this.#lines) {
      const match = operation.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const parameters = Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
      );
      return { operation, parameters };
    }
    return undefined;
  }
}
