// Commits, trees, files and comparisons as GitHub's REST API shows them.
import type { FileChange } from '../diff.ts';
import { diffFiles } from '../diff.ts';
import { nodeId } from '../hub.ts';
import { blobSha, emailOf } from '../objects.ts';
import type { Commit } from '../records.ts';
import type { GitRepository } from '../repository-git.ts';
import { repositoryPage, repositoryUrl } from './links.ts';
import { type Json, userShape } from './people.ts';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

function signatures(commit: Commit): Json {
  const by = (user: Commit['author']) => ({ name: user.name ?? user.login, email: emailOf(user), date: commit.date });
  return { author: by(commit.author), committer: by(commit.committer) };
}

/** GitHub maps an address to an account or not, whatever it was used for. */
export function isUnmapped(commit: Commit, user: Commit['author']): boolean {
  return commit.unmapped === true && user.login === commit.author.login;
}

function links(repo: GitRepository, shas: readonly string[], kind: 'commits' | 'git/commits'): Json[] {
  return shas.map((sha) => ({
    sha,
    url: `${repositoryUrl(repo)}/${kind}/${sha}`,
    html_url: `${repositoryPage(repo)}/commit/${sha}`,
  }));
}

export function commitShape(repo: GitRepository, commit: Commit): Json {
  const url = `${repositoryUrl(repo)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      ...signatures(commit),
      message: commit.message,
      tree: { sha: commit.tree, url: `${repositoryUrl(repo)}/git/trees/${commit.tree}` },
      url: `${repositoryUrl(repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${repositoryPage(repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: commit.unmapped ? null : userShape(repo.hub, commit.author),
    committer: isUnmapped(commit, commit.committer) ? null : userShape(repo.hub, commit.committer),
    parents: links(repo, commit.parents, 'commits'),
  };
}

/** A commit with what it changed against its first parent. */
export function fullCommitShape(repo: GitRepository, commit: Commit): Json {
  const parent = commit.parents[0];
  const before = parent === undefined ? new Map<string, string>() : repo.hub.objects.get(parent).files;
  const files = diffFiles(before, commit.files);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...commitShape(repo, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, 300).map((file) => fileShape(repo, commit.sha, file)),
  };
}

export function gitCommitShape(repo: GitRepository, commit: Commit): Json {
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${repositoryUrl(repo)}/git/commits/${commit.sha}`,
    html_url: `${repositoryPage(repo)}/commit/${commit.sha}`,
    ...signatures(commit),
    tree: { sha: commit.tree, url: `${repositoryUrl(repo)}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: links(repo, commit.parents, 'git/commits'),
    verification: unsigned,
  };
}

/** The short form inside a workflow run. */
export function simpleCommitShape(commit: Commit): Json {
  const { author, committer } = signatures(commit) as { author: Json; committer: Json };
  return { id: commit.sha, tree_id: commit.tree, message: commit.message, timestamp: commit.date, author, committer };
}

export function fileShape(repo: GitRepository, sha: string, file: FileChange): Json {
  const path = encodeURI(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repositoryPage(repo)}/blob/${sha}/${path}`,
    raw_url: `${repositoryPage(repo)}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(repo)}/contents/${path}?ref=${sha}`,
    ...(file.patch === '' ? {} : { patch: file.patch }),
    ...(file.previous === null ? {} : { previous_filename: file.previous }),
  };
}

export function refShape(repo: GitRepository, ref: string, sha: string): Json {
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: `${repositoryUrl(repo)}/git/${ref}`,
    object: { type: 'commit', sha, url: `${repositoryUrl(repo)}/git/commits/${sha}` },
  };
}

/** One entry of a folder, or a file without its content. */
function entryShape(
  repo: GitRepository,
  path: string,
  ref: string,
  entry: { type: 'file' | 'dir'; sha: string; size: number },
): Json {
  const encoded = encodeURI(path);
  const url = `${repositoryUrl(repo)}/contents/${encoded}?ref=${ref}`;
  const git = `${repositoryUrl(repo)}/git/${entry.type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`;
  const page = `${repositoryPage(repo)}/${entry.type === 'dir' ? 'tree' : 'blob'}/${ref}/${encoded}`;
  return {
    name: path.split('/').at(-1),
    path,
    sha: entry.sha,
    size: entry.size,
    url,
    html_url: page,
    git_url: git,
    download_url: entry.type === 'dir' ? null : `https://raw.githubusercontent.com/${repo.fullName}/${ref}/${encoded}`,
    type: entry.type,
    _links: { self: url, git, html: page },
  };
}

export function contentShape(repo: GitRepository, ref: string, path: string, text: string): Json {
  const entry = entryShape(repo, path, ref, { type: 'file', sha: blobSha(text), size: Buffer.byteLength(text) });
  // GitHub breaks base64 into lines of 60.
  const content = Buffer.from(text)
    .toString('base64')
    .replace(/.{1,60}/g, '$&\n');
  return { ...entry, content, encoding: 'base64' };
}

/** What lies directly in a folder; null when nothing does. */
export function folderShape(repo: GitRepository, ref: string, commit: Commit, folder: string): Json[] | null {
  let tree = commit.tree;
  for (const part of folder.split('/').filter((name) => name !== '')) {
    const next = repo.hub.objects.tree(tree)?.find((entry) => entry.path === part && entry.type === 'tree');
    if (next === undefined) return null;
    tree = next.sha;
  }
  return (repo.hub.objects.tree(tree) ?? []).map((entry) => {
    const path = [folder, entry.path].filter((part) => part !== '').join('/');
    return entryShape(repo, path, ref, {
      type: entry.type === 'tree' ? 'dir' : 'file',
      sha: entry.sha,
      size: entry.size ?? 0,
    });
  });
}

/** A tree's entries; with everything below when asked for. */
export function treeShapes(repo: GitRepository, sha: string, isDeep: boolean, prefix = ''): Json[] {
  return (repo.hub.objects.tree(sha) ?? []).flatMap((entry) => {
    const url = `${repositoryUrl(repo)}/git/${entry.type}s/${entry.sha}`;
    const here = { ...entry, path: `${prefix}${entry.path}`, url };
    const below = isDeep && entry.type === 'tree' ? treeShapes(repo, entry.sha, true, `${prefix}${entry.path}/`) : [];
    return [here, ...below];
  });
}
