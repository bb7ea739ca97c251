// Routes about git: files, refs, commits, trees, tags and comparisons.
import { diffFiles } from '../diff.ts';
import type { Commit } from '../records.ts';
import { notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import {
  commitShape,
  contentShape,
  fileShape,
  folderShape,
  fullCommitShape,
  gitCommitShape,
  refShape,
  treeShapes,
} from '../shapes/commits.ts';
import { repositoryPage, repositoryUrl } from '../shapes/links.ts';
import { reading } from '../tokens.ts';

const needs = reading('contents');
/** A comparison lists no more files than this, whatever the page (`DESIGN.md`, "over 300 files"). */
const mostFiles = 300;
/** Commits of a comparison when no page was asked for. */
const mostCommits = 250;

export const commitRoutes: Routes = {
  'repos/get-content': { needs, answer: getContent },
  'git/get-ref': {
    needs,
    answer(asked) {
      const ref = `refs/${asked.text('ref')}`;
      const sha = refsOf(asked).get(ref);
      if (sha === undefined) throw notFound();
      return { status: 200, body: refShape(asked.repo, ref, sha) };
    },
  },
  'git/list-matching-refs': {
    needs,
    answer(asked) {
      const start = `refs/${asked.text('ref')}`;
      const found = [...refsOf(asked)]
        .filter(([ref]) => ref.startsWith(start))
        .sort(([left], [right]) => (left < right ? -1 : 1));
      return { status: 200, body: found.map(([ref, sha]) => refShape(asked.repo, ref, sha)) };
    },
  },
  'git/get-commit': {
    needs,
    answer(asked) {
      const commit = asked.hub.objects.find(asked.text('commit_sha'));
      if (commit === undefined) throw notFound();
      return { status: 200, body: gitCommitShape(asked.repo, commit) };
    },
  },
  'git/get-tree': {
    needs,
    answer(asked) {
      const name = asked.text('tree_sha');
      const sha = asked.hub.objects.tree(name) ? name : resolveRef(asked, name).tree;
      // Any value of `recursive` means yes, "0" and "false" too.
      const tree = treeShapes(asked.repo, sha, asked.option('recursive') !== undefined);
      return {
        status: 200,
        body: { sha, url: `${repositoryUrl(asked.repo)}/git/trees/${sha}`, tree, truncated: false },
      };
    },
  },
  'git/get-blob': {
    needs,
    answer(asked) {
      const sha = asked.text('file_sha');
      const text = asked.hub.objects.blob(sha);
      if (text === undefined) throw notFound();
      const content = Buffer.from(text).toString('base64');
      const url = `${repositoryUrl(asked.repo)}/git/blobs/${sha}`;
      return {
        status: 200,
        body: { sha, node_id: sha, url, size: Buffer.byteLength(text), content, encoding: 'base64' },
      };
    },
  },
  'repos/list-tags': {
    needs: reading('metadata'),
    answer(asked) {
      const url = repositoryUrl(asked.repo);
      const tags = [...asked.repo.tags].reverse().map(([name, sha]) => ({
        name,
        commit: { sha, url: `${url}/commits/${sha}` },
        zipball_url: `${url}/zipball/refs/tags/${name}`,
        tarball_url: `${url}/tarball/refs/tags/${name}`,
        node_id: name,
      }));
      return { status: 200, body: asked.page(tags) };
    },
  },
  'repos/list-commits': { needs, answer: listCommits },
  'repos/get-commit': {
    needs,
    answer(asked) {
      const commit = resolveRef(asked, asked.text('ref'));
      if (asked.accept.includes('sha')) return { status: 200, text: commit.sha };
      return { status: 200, body: fullCommitShape(asked.repo, commit) };
    },
  },
  'repos/compare-commits-with-basehead': { needs, answer: compare },
};

/** The commit a name stands for; GitHub's 422 when there is none. */
export function resolveRef(asked: Asked, ref: string): Commit {
  const commit = asked.repo.resolve(ref);
  if (commit === undefined) throw refuse(422, `No commit found for SHA: ${ref}`);
  return commit;
}

function refsOf(asked: Asked): Map<string, string> {
  const branches = [...asked.repo.branches].map(([name, sha]): [string, string] => [`refs/heads/${name}`, sha]);
  const tags = [...asked.repo.tags].map(([name, sha]): [string, string] => [`refs/tags/${name}`, sha]);
  return new Map([...branches, ...tags]);
}

function getContent(asked: Asked) {
  const path = asked.text('path').replace(/^\/|\/$/g, '');
  const ref = asked.option('ref') ?? asked.repo.defaultBranch;
  const commit = asked.repo.resolve(ref);
  if (commit === undefined) throw refuse(404, `No commit found for the ref ${ref}`);
  const text = commit.files.get(path);
  if (text !== undefined) {
    if (/\.raw\b/.test(asked.accept)) return { status: 200, text };
    return { status: 200, body: contentShape(asked.repo, ref, path, text) };
  }
  const folder = folderShape(asked.repo, ref, commit, path);
  if (folder === null) throw notFound();
  return { status: 200, body: folder };
}

function listCommits(asked: Asked) {
  const { objects } = asked.hub;
  const start = resolveRef(asked, asked.option('sha') ?? asked.repo.defaultBranch);
  const path = asked.option('path');
  const [since, until, author] = [asked.option('since'), asked.option('until'), asked.option('author')];
  const touches = (commit: Commit): boolean => {
    if (path === undefined) return true;
    const parent = commit.parents[0] === undefined ? undefined : objects.get(commit.parents[0]);
    const isInside = (name: string) => name === path || name.startsWith(`${path}/`);
    return diffFiles(parent?.files ?? new Map(), commit.files).some(
      (file) => isInside(file.filename) || isInside(file.previous ?? ''),
    );
  };
  const isWithin = (commit: Commit) =>
    (since === undefined || commit.date >= since) && (until === undefined || commit.date <= until);
  const commits = objects
    .between(undefined, start.sha)
    .reverse()
    .filter(
      (commit) => touches(commit) && isWithin(commit) && (author === undefined || commit.author.login === author),
    );
  return { status: 200, body: asked.page(commits).map((commit) => commitShape(asked.repo, commit)) };
}

function compare(asked: Asked) {
  const { repo } = asked;
  const { objects } = asked.hub;
  const basehead = asked.text('basehead');
  const [baseName, headName] = basehead.split('...');
  const base = compared(asked, baseName ?? '');
  const head = compared(asked, headName ?? '');
  const fork = objects.mergeBase(base.sha, head.sha);
  if (fork === undefined) throw refuse(404, `No common ancestor between ${baseName} and ${headName}.`);
  const ahead = objects.between(base.sha, head.sha);
  const behind = objects.between(head.sha, base.sha);
  const isPaged = asked.isGiven('page') || asked.isGiven('per_page');
  const commits = isPaged ? asked.page(ahead) : ahead.slice(0, mostCommits);
  // Files come with the first page only, all of them or the first 300.
  const files = asked.number('page') > 1 ? [] : diffFiles(objects.get(fork).files, head.files).slice(0, mostFiles);
  const page = `${repositoryPage(repo)}/compare/${basehead}`;
  return {
    status: 200,
    body: {
      url: `${repositoryUrl(repo)}/compare/${basehead}`,
      html_url: page,
      permalink_url: `${repositoryPage(repo)}/compare/${base.sha}...${head.sha}`,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commitShape(repo, base),
      merge_base_commit: commitShape(repo, objects.get(fork)),
      status:
        ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical',
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: commits.map((commit) => commitShape(repo, commit)),
      files: files.map((file) => fileShape(repo, head.sha, file)),
    },
  };
}

/** A side of a comparison: a ref of this repository, or `owner:branch` of another in its network. */
function compared(asked: Asked, name: string): Commit {
  const parts = name.split(':');
  const ref = parts.at(-1) ?? '';
  const owner = parts.length > 1 ? (parts[0] ?? '') : asked.repo.owner.login;
  const repo = owner === asked.repo.owner.login ? asked.repo : asked.hub.findRepository(`${owner}/${asked.repo.name}`);
  const commit = repo?.resolve(ref);
  if (commit === undefined) throw notFound();
  return commit;
}
