// Answers about tags: which of them point at a commit.
import { z } from 'zod';
import type { TagsFact } from '../../../evidence/fact.ts';
import type { Client } from '../client.ts';

/** Twenty pages. The list is in the order of names, so what lies behind them may be of any age. */
const mostTags = 2000;

const tagShape = z.object({ name: z.string(), commit: z.object({ sha: z.string() }) });

/** The tags of a commit. GitHub's list names the commit behind an annotated tag too, not the tag's own object. */
export async function tagsOf(client: Client, sha: string): Promise<TagsFact> {
  const listed = await client.pages(client.path('/tags'), {}, tagShape, { most: mostTags });
  const names = listed.filter(({ commit }) => commit.sha === sha).map(({ name }) => name);
  return { names, complete: listed.length < mostTags };
}
