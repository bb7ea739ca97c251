// Routes about reviews with comments on lines: GitHub takes a comment only where the diff shows the line.
import { diffFiles } from '../diff.ts';
import { isPull, type LineComment, type Pull } from '../records.ts';
import { invalid, notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { lineCommentShape, pullRange, reviewShape } from '../shapes/conversations.ts';
import { reading, writing } from '../tokens.ts';

export const reviewRoutes: Routes = {
  'pulls/list-review-comments': {
    needs: reading('pull-requests'),
    answer(asked) {
      const pull = findPull(asked);
      const comments = asked.listed(pull.lineComments);
      return { status: 200, body: asked.page(comments).map((one) => lineCommentShape(asked.repo, pull, one)) };
    },
  },
  'pulls/create-review': { needs: writing('pull-requests'), answer: createReview },
};

function createReview(asked: Asked) {
  const pull = findPull(asked);
  const { body, event, comments = [], commit_id: commitId = pull.headSha } = asked.body;
  if (event !== 'COMMENT') throw refuse(422, 'the fake takes no verdicts from a bot');
  if (!body) throw invalid('PullRequestReview', 'body', "can't be blank");
  const hunks = new Map(shownLines(asked, pull));
  for (const { path, line, start_line: start = line } of comments) {
    const shown = hunks.get(path)?.find((hunk) => hunk.lines.includes(line) && hunk.lines.includes(start));
    if (shown === undefined || start > line)
      throw refuse(422, 'Unprocessable Entity', { errors: ['Line could not be resolved'] });
  }
  const review = asked.repo.review(pull, { user: asked.caller.user.login, state: 'COMMENTED', body, commitId });
  for (const { path, line, start_line: start = null, body: words } of comments) {
    const comment: LineComment = {
      id: asked.hub.nextId(),
      review: review.id,
      user: asked.caller.user,
      path,
      body: words,
      line,
      startLine: start,
      hunk: hunks.get(path)?.find((hunk) => hunk.lines.includes(line))?.head ?? '',
      commitId,
      createdAt: review.submittedAt,
    };
    pull.lineComments.push(asked.made(comment));
  }
  return { status: 200, body: reviewShape(asked.repo, pull, review) };
}

interface Hunk {
  readonly head: string;
  /** Lines of the new file that it shows. */
  readonly lines: readonly number[];
}

/** What the diff shows of each file, hunk by hunk. */
function shownLines(asked: Asked, pull: Pull): (readonly [string, readonly Hunk[]])[] {
  const { from, to } = pullRange(asked.repo, pull);
  const { objects } = asked.hub;
  return diffFiles(objects.get(from).files, objects.get(to).files).map(({ filename, patch }) => {
    const hunks: { head: string; lines: number[] }[] = [];
    let next = 0;
    for (const line of patch.split('\n')) {
      const begin = /^@@ -\S+ \+(\d+)/.exec(line)?.[1];
      if (begin !== undefined) {
        next = Number(begin);
        hunks.push({ head: line, lines: [] });
      } else if (!line.startsWith('-')) {
        hunks.at(-1)?.lines.push(next);
        next += 1;
      }
    }
    return [filename, hunks] as const;
  });
}

function findPull(asked: Asked): Pull {
  const pull = asked.repo.issues.get(asked.number('pull_number'));
  if (pull === undefined || !isPull(pull)) throw notFound();
  return pull;
}
