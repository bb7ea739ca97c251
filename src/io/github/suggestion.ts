// Suggestions: lines of a pull request as they would stand when mended, posted as one review that a reader takes with a click.
import { z } from 'zod';
import type { CommentParts } from './comment.ts';
import { wordsOf } from './refusal.ts';

export interface NewSuggestion {
  readonly path: string;
  /** First and last line that it takes the place of; both were added by the pull request. */
  readonly line: number;
  readonly to: number;
  /** Names what is suggested and where, whatever commit it stands at: the same is suggested once. */
  readonly key: string;
  /** Markdown, with the suggestion in its fence. */
  readonly body: string;
}

export interface Suggesting {
  readonly pull: number;
  /** The head whose lines are meant. */
  readonly sha: string;
  readonly suggestions: readonly NewSuggestion[];
  /** What the review itself says. */
  readonly opening: string;
}

const there = z.object({ body: z.string(), user: z.object({ login: z.string() }).nullish() });
const made = z.object({ id: z.number() });

/** More at once nobody reads; the report has them all. */
const most = 20;

/** Posts those that are not there yet, all in one review. Never throws: trouble becomes a warning. */
export async function postSuggestions(
  parts: CommentParts,
  { pull, sha, suggestions, opening }: Suggesting,
): Promise<{ readonly posted: number; readonly warnings: readonly string[] }> {
  const { client, outgoing } = parts;
  // What holds a secret would be posted with `***` in it, and taken so.
  const clean = suggestions.filter(({ body }) => outgoing.text(body) === body);
  if (clean.length === 0) return { posted: 0, warnings: [] };
  try {
    const fresh = (await unsaid(parts, pull, clean)).slice(0, most);
    if (fresh.length === 0) return { posted: 0, warnings: [] };
    const comments = fresh.map(({ path, line, to, key, body }) => ({
      path,
      body: `${markerOf(key)}\n${body}`,
      side: 'RIGHT',
      line: to,
      ...(to > line ? { start_line: line, start_side: 'RIGHT' } : {}),
    }));
    const words = { commit_id: sha, event: 'COMMENT', body: outgoing.text(opening), comments };
    const lookUp = async () => ((await unsaid(parts, pull, fresh)).length === 0 ? { id: 0 } : undefined);
    await client.write('POST', client.path(`/pulls/${pull}/reviews`), words, { shape: made, lookUp });
    return { posted: fresh.length, warnings: [] };
  } catch (fault) {
    return { posted: 0, warnings: [`no line was suggested on #${pull}: ${wordsOf(fault)}`] };
  }
}

/** Those that no comment of ours has made before: GitHub keeps it on its line from push to push, and a resolved one stays resolved. */
async function unsaid(
  { client, identity }: CommentParts,
  pull: number,
  suggestions: readonly NewSuggestion[],
): Promise<readonly NewSuggestion[]> {
  const login = await identity.login();
  const comments = await client.pages(client.path(`/pulls/${pull}/comments`), {}, there);
  const ours = comments.filter(({ user }) => user?.login === login).map(({ body }) => body);
  return suggestions.filter(({ key }) => !ours.some((body) => body.startsWith(markerOf(key))));
}

function markerOf(key: string): string {
  return `<!-- boring-deploys suggestion v1 ${key} -->`;
}
