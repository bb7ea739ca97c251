// Answers about commits: the default branch, one commit, and what lies between two.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChangedFile, CommitFact, Comparison } from '../../../evidence/fact.ts';
import type { Told } from '../../../evidence/question.ts';
import { type Client, segment } from '../client.ts';
import { commitFields, graphCommit, readField } from '../graph.ts';
import { orMissing, orNoCommit } from '../refusal.ts';
import { commitShape } from '../shape.ts';
import { compareTrees } from './trees.ts';

// GitHub lists at most 300 files of a comparison (REST reference, "Compare two commits") and does not say when it cut.
const mostFiles = 300;
const commitsAPage = 100;
// A range of more commits than this is no deployment anybody reviews; it is told as not complete.
const mostCommits = 1000;

/** The default branch's name and head: asked of GitHub, for an event may be weeks old when its run is run again. */
export function defaultBranch(client: Client): Promise<Told<'default-branch'>> {
  return client.part({
    calls: 2,
    select: () => 'defaultBranchRef { name target { oid } }',
    tell: (field) => readField(field, branchField),
    alone: () => defaultBranchByCalls(client),
  });
}

async function defaultBranchByCalls(client: Client): Promise<Told<'default-branch'>> {
  const { default_branch: name } = await client.get(client.path(''), {}, z.object({ default_branch: z.string() }));
  return branch(client, name);
}

/** The head of a branch, asked of GitHub at this moment. */
export async function branch(client: Client, name: string): Promise<Told<'branch'>> {
  const head = z.object({ commit: z.object({ sha: z.string() }) });
  const { commit } = await client.get(client.path(`/branches/${segment(name)}`), {}, head);
  return { name, sha: commit.sha };
}

const branchField = z
  .object({ name: z.string(), target: z.object({ oid: z.string() }) })
  .transform(({ name, target }) => ({ name, sha: target.oid }));

/** One commit; it is read once. */
export async function commit(client: Client, sha: string): Promise<CommitFact> {
  const kept = client.commits.find(sha);
  if (kept !== undefined) return kept;
  const read = client.part({
    calls: 1,
    select: (give) => `object(oid: ${give('GitObjectID!', sha)}) { ... on Commit ${commitFields} }`,
    tell: (field) => readField(field, graphCommit),
    alone: () => orNoCommit(client.get(client.path(`/commits/${segment(sha)}`), {}, commitShape), sha),
  });
  return client.commits.keep(await read);
}

/** What lies between the merge base of two commits and the second of them. */
export async function comparison(client: Client, base: string, head: string): Promise<Comparison> {
  const path = client.path(`/compare/${segment(base)}...${segment(head)}`);
  const first = await orMissing(
    client.get(path, { per_page: commitsAPage, page: 1 }, compared),
    `GitHub can not compare ${base} with ${head}: it does not know one of them, or they have no common past`,
    'check that both commits are still in the repository; a force push may have dropped one',
  );
  const commits = [...first.commits];
  for (let page = 2; commits.length < Math.min(first.total_commits, mostCommits); page += 1) {
    const next = await client.get(path, { per_page: commitsAPage, page }, compared.pick({ commits: true }));
    if (next.commits.length === 0) break;
    commits.push(...next.commits);
  }
  for (const each of commits) client.commits.keep(each);
  const base_ = first.merge_base_commit;
  const listed = first.files ?? [];
  const changed =
    listed.length < mostFiles
      ? { files: listed.flatMap(changedFile), complete: true }
      : await compareTrees(client, base_.tree, commits.length === first.total_commits ? commits.at(-1)?.tree : head);
  return {
    base,
    head,
    mergeBase: base_.sha,
    status: first.status,
    files: changed.files,
    commits,
    complete: changed.complete && commits.length >= first.total_commits,
    url: first.html_url,
  };
}

const file = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.enum(['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged']),
  additions: z.number(),
  deletions: z.number(),
  sha: z.string().nullish(),
  patch: z.string().optional(),
});

const compared = z.object({
  html_url: z.string(),
  status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
  total_commits: z.number(),
  merge_base_commit: commitShape,
  commits: z.array(commitShape),
  files: z.array(file).optional(),
});

function changedFile(listed: z.infer<typeof file>): readonly ChangedFile[] {
  const { filename: path, previous_filename: previous, additions, deletions } = listed;
  const counted = {
    path,
    additions,
    deletions,
    ...(typeof listed.sha === 'string' ? { content: listed.sha } : {}),
    ...(listed.patch === undefined ? {} : { lines: digestOf(listed.patch), added: addedRuns(listed.patch) }),
  };
  if (listed.status === 'unchanged') return [];
  if (listed.status === 'copied') return [{ ...counted, status: 'added' }];
  if (listed.status === 'changed') return [{ ...counted, status: 'modified' }];
  if (listed.status === 'renamed' && previous !== undefined) return [{ ...counted, previous, status: 'renamed' }];
  return [{ ...counted, status: listed.status }];
}

/** Of the changed lines alone: a merge moves them up or down and may change what stands around them. */
function digestOf(patch: string): string {
  const changed = patch.split('\n').filter((line) => line.startsWith('+') || line.startsWith('-'));
  return createHash('sha256').update(changed.join('\n')).digest('hex');
}

/** Runs of added lines by their numbers in the new file, from the hunks of a patch. */
function addedRuns(patch: string): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  let at = 0;
  for (const line of patch.split('\n')) {
    const begin = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)?.[1];
    if (begin !== undefined) at = Number(begin);
    else if (line.startsWith('+')) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === at - 1) last[1] = at;
      else runs.push([at, at]);
      at += 1;
    } else if (line.startsWith(' ')) at += 1;
  }
  return runs;
}
