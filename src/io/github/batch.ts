// Puts what is asked at the same moment into one GraphQL query; what a query cannot tell is asked by itself over REST.
import { isFinal } from './refusal.ts';

/** Gives a value to the query as a variable of this type and tells the variable's name. */
export type Give = (type: 'String!' | 'Int!' | 'GitObjectID!', value: string | number) => string;

/** One thing that a query can tell about the repository. */
export interface Part<T> {
  /** The field below `repository`, with what is selected of it. */
  readonly select: (give: Give) => string;
  /** Reads the field; undefined where a query cannot tell it: too long a list, another shape. */
  readonly tell: (field: unknown) => T | undefined | Promise<T | undefined>;
  /** The calls that tell the same over REST, and how many they are at the least: a query pays from two on. */
  readonly alone: () => Promise<T>;
  readonly calls: number;
}

export interface BatchQuery {
  readonly text: string;
  readonly variables: Readonly<Record<string, string | number>>;
}

/** The fields that were told, by their alias. Throws a Refusal where the whole query was refused. */
type Send = (query: BatchQuery) => Promise<ReadonlyMap<string, unknown>>;

interface Waiting {
  readonly alias: string;
  readonly select: Part<unknown>['select'];
  readonly calls: number;
  /** Settles the promise; a field that was not told is asked for over REST. */
  readonly settle: (field: { readonly told: unknown } | undefined) => Promise<void>;
  readonly fail: (fault: unknown) => void;
}

// GitHub ends a query after 10 s and counts the nodes it may return, 500,000 at most; forty lists of pull requests with their labels are 80,000.
const mostParts = 40;

export class Batch {
  readonly #send: Send;
  #waiting: Waiting[] = [];

  constructor(send: Send) {
    this.#send = send;
  }

  /** Told together with all else that is asked before the next turn. Throws a Refusal. */
  ask<T>(part: Part<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => this.#turn());
      const settle = async (field: { readonly told: unknown } | undefined) => {
        const told = field === undefined ? undefined : await part.tell(field.told);
        resolve(told === undefined ? await part.alone() : told);
      };
      const { select, calls } = part;
      this.#waiting.push({ alias: `part${this.#waiting.length}`, select, calls, settle, fail: reject });
    });
  }

  #turn(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += mostParts) void this.#answer(all.slice(from, from + mostParts));
  }

  async #answer(parts: readonly Waiting[]): Promise<void> {
    const calls = parts.reduce((sum, part) => sum + part.calls, 0);
    let fields: ReadonlyMap<string, unknown> = new Map();
    try {
      if (calls > 1) fields = await this.#send(queryOf(parts));
    } catch (fault) {
      if (isFinal(fault)) {
        for (const { fail } of parts) fail(fault);
        return;
      }
    }
    await Promise.all(
      parts.map(({ alias, settle, fail }) =>
        settle(fields.has(alias) ? { told: fields.get(alias) } : undefined).catch(fail),
      ),
    );
  }
}

function queryOf(parts: readonly Waiting[]): BatchQuery {
  const variables: Record<string, string | number> = {};
  const declared = ['$owner: String!', '$name: String!'];
  const give: Give = (type, value) => {
    const name = `v${Object.keys(variables).length}`;
    variables[name] = value;
    declared.push(`$${name}: ${type}`);
    return `$${name}`;
  };
  const fields = parts.map(({ alias, select }) => `${alias}: ${select(give)}`);
  const text = `query facts(${declared.join(', ')}) {\n  repository(owner: $owner, name: $name) {\n    ${fields.join('\n    ')}\n  }\n}`;
  return { text, variables };
}
