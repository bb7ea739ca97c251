// An issue that owes somebody a look: opened once for its occasion, found again by the marker in front of its text.
import { z } from 'zod';
import type { Client } from './client.ts';
import type { Outgoing } from './outgoing.ts';
import { wordsOf } from './refusal.ts';

export interface NewIssue {
  readonly title: string;
  /** Markdown, with the mentions in it. */
  readonly body: string;
  /** Names the occasion: the same one opens one issue, however often a run is repeated. */
  readonly key: string;
  readonly labels?: readonly string[];
}

export interface Opened {
  /** Empty when none could be opened. */
  readonly url: string;
  readonly warnings: readonly string[];
}

const shape = z.object({ html_url: z.string(), body: z.string().nullish() });
/** So many of the newest issues are looked through for the same occasion. */
const newest = 50;

/** Opens the issue unless one with its key is among the newest. Never throws: trouble becomes a warning that names the permission. */
export async function openIssue(
  { client, outgoing }: { readonly client: Client; readonly outgoing: Outgoing },
  issue: NewIssue,
): Promise<Opened> {
  const marker = `<!-- boring-deploys issue v1 ${issue.key.replaceAll('--', '- -').replace(/[<>]/g, '')} -->`;
  const path = client.path('/issues');
  const find = async () => {
    const words = { state: 'all', sort: 'created', direction: 'desc' };
    const listed = await client.pages(path, words, shape, { most: newest });
    return listed.find(({ body }) => body?.startsWith(marker) === true);
  };
  try {
    const there = await find();
    if (there !== undefined) return { url: there.html_url, warnings: [] };
    const body = {
      title: outgoing.text(issue.title),
      body: `${marker}\n${outgoing.text(issue.body)}`,
      labels: issue.labels ?? [],
    };
    const made = await client.write('POST', path, body, { shape, lookUp: find });
    return { url: made.value.html_url, warnings: [] };
  } catch (fault) {
    return { url: '', warnings: [`no issue was opened: ${wordsOf(fault)}`] };
  }
}
