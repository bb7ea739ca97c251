// Routes about pull requests: they are only read; tests open, review and merge them.
import { diffFiles } from '../diff.ts';
import type { Pull } from '../records.ts';
import { notFound } from '../refusal.ts';
import type { FakeRepository } from '../repository.ts';
import type { Asked, Routes } from '../routing.ts';
import { commitShape, fileShape } from '../shapes/commits.ts';
import { fullPullShape, pullRange, pullShape, reviewShape } from '../shapes/conversations.ts';
import { reading } from '../tokens.ts';
import { resolveRef } from './commits.ts';

const needs = reading('pull-requests');
/** Files and commits of one pull request that GitHub lists at most. */
const mostFiles = 3000;
const mostCommits = 250;

export const pullRoutes: Routes = {
  'pulls/list': { needs, answer: listPulls },
  'pulls/get': { needs, answer: (asked) => ({ status: 200, body: fullPullShape(asked.repo, findPull(asked)) }) },
  'pulls/list-files': {
    needs,
    answer(asked) {
      const pull = findPull(asked);
      const { from, to } = pullRange(asked.repo, pull);
      const { objects } = asked.hub;
      const files = diffFiles(objects.get(from).files, objects.get(to).files).slice(0, mostFiles);
      return { status: 200, body: asked.page(files).map((file) => fileShape(asked.repo, to, file)) };
    },
  },
  'pulls/list-commits': {
    needs,
    answer(asked) {
      const { from, to } = pullRange(asked.repo, findPull(asked));
      const commits = asked.hub.objects.between(from, to).slice(0, mostCommits);
      return { status: 200, body: asked.page(commits).map((commit) => commitShape(asked.repo, commit)) };
    },
  },
  'pulls/list-reviews': {
    needs,
    answer(asked) {
      const pull = findPull(asked);
      return { status: 200, body: asked.page(pull.reviews).map((review) => reviewShape(asked.repo, pull, review)) };
    },
  },
  'repos/list-pull-requests-associated-with-commit': { needs, answer: pullsOfCommit },
};

function findPull(asked: Asked): Pull {
  const number = asked.number('pull_number');
  const pull = asked.repo.pulls().find((each) => each.number === number);
  if (pull === undefined) throw notFound();
  return pull;
}

function listPulls(asked: Asked) {
  const [state, head, base] = [asked.text('state'), asked.option('head'), asked.option('base')];
  const key = asked.text('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  // Newest first unless told; a sort by anything else than the creation is oldest first.
  const direction = asked.option('direction') ?? (asked.text('sort') === 'created' ? 'desc' : 'asc');
  const sign = direction === 'asc' ? 1 : -1;
  const pulls = asked
    .listed(asked.repo.pulls())
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === undefined || pull.base === base)
    .filter((pull) => head === undefined || `${pull.headRepository.split('/')[0]}:${pull.headBranch}` === head)
    .sort((left, right) => sign * (left[key].localeCompare(right[key]) || left.id - right.id));
  return { status: 200, body: asked.page(pulls).map((pull) => pullShape(asked.repo, pull)) };
}

/**
 * On the default branch: the merged pull request that brought the commit. Elsewhere: every pull request, open or merged, that has it
 * (GitHub's text of this operation).
 */
export function pullsWith(repo: FakeRepository, sha: string): Pull[] {
  const { objects } = repo.hub;
  const isOnDefault = objects.ancestors(repo.head()).has(sha);
  const holds = (pull: Pull): boolean => {
    const { from, to } = pullRange(repo, pull);
    return pull.landed.includes(sha) || objects.between(from, to).some((commit) => commit.sha === sha);
  };
  return repo
    .pulls()
    .filter((pull) => holds(pull) && (pull.mergedAt !== null || (!isOnDefault && pull.state === 'open')));
}

function pullsOfCommit(asked: Asked) {
  const { sha } = resolveRef(asked, asked.text('commit_sha'));
  const pulls = pullsWith(asked.repo, sha);
  return { status: 200, body: asked.page(pulls).map((pull) => pullShape(asked.repo, pull)) };
}
