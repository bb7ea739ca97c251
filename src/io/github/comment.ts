// The living comment: a projection of the records onto a pull request, right even when many jobs write it at once.
import { z } from 'zod';
import type { Client } from './client.ts';
import type { Identity } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import { isMissing, wordsOf } from './refusal.ts';
import { type CommentAnswer, commentShape } from './shape.ts';

export interface Projection {
  readonly pull: number;
  /** The HTML comment our comment begins with. */
  readonly marker: string;
  /** The whole text from all records, read afresh at every call; the marker in front is added when it is not there. */
  readonly render: () => Promise<string>;
  /** Milliseconds: the first write waits a random part of it, so that the legs of a matrix do not write all at once. */
  readonly spreadMs?: number;
  /** Others may be writing at this moment: look once more after the lists had time to catch up. Default true. */
  readonly crowded?: boolean;
}

export interface Projected {
  /** Empty when there is no comment of ours. */
  readonly url: string;
  readonly warnings: readonly string[];
}

export interface CommentParts {
  readonly client: Client;
  readonly outgoing: Outgoing;
  readonly identity: Identity;
}

const mostRounds = 3;
// GitHub's lists may lag behind what was just written (reference/github.md, section 3): look once more after 2 to 5 s.
const recheckMs = { least: 2_000, spread: 3_000 };

/**
 * Renders, writes and looks again until nothing changes. Each write is followed by a look of the same writer, so whoever writes last has
 * seen every record. The oldest comment of our bot wins, younger twins go. Never throws: trouble becomes a warning.
 */
export async function projectComment(parts: CommentParts, projection: Projection): Promise<Projected> {
  const { clock, random } = parts.client;
  const projector = new Projector(parts, projection);
  try {
    if (projection.spreadMs !== undefined) await clock.sleep(projection.spreadMs * random());
    const isCrowded = projection.crowded ?? true;
    await projector.settle(isCrowded ? 'own' : 'all');
    if (isCrowded && projector.isUnsure) {
      await clock.sleep(recheckMs.least + recheckMs.spread * random());
      await projector.settle('all');
    }
  } catch (fault) {
    projector.warn(`the comment on #${projection.pull} could not be brought up to date: ${wordsOf(fault)}`);
  }
  return { url: projector.url, warnings: projector.warnings };
}

/** The comments of our bot that begin with the marker, oldest first; `foreign` are those of others that do. */
export async function findComments(
  { client, identity }: CommentParts,
  pull: number,
  marker: string,
): Promise<{ readonly ours: readonly CommentAnswer[]; readonly foreign: readonly CommentAnswer[] }> {
  const login = await identity.login();
  const listed = await client.pages(client.path(`/issues/${pull}/comments`), {}, commentShape);
  const marked = listed.filter((comment) => comment.body?.startsWith(marker)).sort((a, b) => a.id - b.id);
  return {
    ours: marked.filter((comment) => comment.user.login === login),
    foreign: marked.filter((comment) => comment.user.login !== login),
  };
}

/** Posts a comment; one that may have been made without an answer is looked up before it is made again. Throws a Refusal. */
export async function postComment(
  parts: CommentParts,
  pull: number,
  marker: string,
  body: string,
): Promise<CommentAnswer> {
  const { client } = parts;
  const made = await client.write(
    'POST',
    client.path(`/issues/${pull}/comments`),
    { body },
    {
      shape: commentShape,
      lookUp: async () => (await findComments(parts, pull, marker)).ours.at(-1),
    },
  );
  return made.value;
}

/** Removes a comment of ours; one that is gone already is gone. Throws a Refusal. */
export async function removeComment({ client }: CommentParts, id: number): Promise<void> {
  try {
    const path = client.path(`/issues/comments/${id}`);
    await client.write('DELETE', path, {}, { shape: z.unknown(), lookUp: async () => undefined });
  } catch (fault) {
    if (!isMissing(fault)) throw fault;
  }
}

/** Which younger twins to remove: at once only our own, for each writer removes its own; later whatever a killed writer left. */
type Twins = 'own' | 'all';

class Projector {
  readonly #parts: CommentParts;
  readonly #projection: Projection;
  readonly #made = new Map<number, CommentAnswer>();
  readonly #gone = new Set<number>();
  readonly #warnings = new Set<string>();
  url = '';
  /** True when we wrote, or saw twins of others: then a later look is due. */
  isUnsure = false;

  constructor(parts: CommentParts, projection: Projection) {
    this.#parts = parts;
    this.#projection = projection;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  warn(words: string): void {
    this.#warnings.add(words);
  }

  /** Rounds until one finds nothing to do. */
  async settle(twins: Twins): Promise<void> {
    for (let round = 1; round <= mostRounds; round += 1) {
      if (!(await this.#round(twins))) return;
      this.isUnsure = true;
    }
  }

  /** Says whether anything was written. */
  async #round(twins: Twins): Promise<boolean> {
    // Whoever writes looks again afterwards: so it does not matter which of the two was read first.
    const [body, [first, ...younger]] = await Promise.all([this.#render(), this.#list()]);
    if (first === undefined) {
      const { pull, marker } = this.#projection;
      this.#keep(await postComment(this.#parts, pull, marker, body));
      return true;
    }
    this.url = first.html_url;
    const isSame = normal(first.body ?? '') === normal(body);
    if (!isSame) await this.#update(first, body);
    const due = younger.filter((twin) => twins === 'all' || this.#made.has(twin.id));
    for (const twin of due) {
      await removeComment(this.#parts, twin.id);
      this.#gone.add(twin.id);
    }
    if (due.length < younger.length) this.isUnsure = true;
    return !isSame || due.length > 0;
  }

  async #render(): Promise<string> {
    const { marker, render } = this.#projection;
    const text = this.#parts.outgoing.text(await render());
    return text.startsWith(marker) ? text : `${marker}\n${text}`;
  }

  /** Ours, oldest first: what GitHub lists, with what we made and without what we know to be gone. */
  async #list(): Promise<readonly CommentAnswer[]> {
    const { pull, marker } = this.#projection;
    const { ours, foreign } = await findComments(this.#parts, pull, marker);
    for (const comment of foreign) {
      this.warn(`a comment of ${comment.user.login} bears our marker and was left alone: ${comment.html_url}`);
    }
    const listed = new Set(ours.map((comment) => comment.id));
    const late = [...this.#made.values()].filter((comment) => !listed.has(comment.id));
    return [...ours, ...late].filter((comment) => !this.#gone.has(comment.id)).sort((a, b) => a.id - b.id);
  }

  async #update(comment: CommentAnswer, body: string): Promise<void> {
    const { client } = this.#parts;
    try {
      const path = client.path(`/issues/comments/${comment.id}`);
      const repeat = { shape: commentShape, lookUp: async () => undefined };
      const updated = await client.write('PATCH', path, { body }, repeat);
      if (this.#made.has(comment.id)) this.#keep(updated.value);
    } catch (fault) {
      if (!isMissing(fault)) throw fault;
      // Another writer removed it as the younger twin of one we do not see yet.
      this.#gone.add(comment.id);
    }
  }

  #keep(comment: CommentAnswer): void {
    this.#made.set(comment.id, comment);
    this.url = comment.html_url;
  }
}

// GitHub may hand text back with other line ends or without the last blank.
function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
