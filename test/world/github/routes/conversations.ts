// Routes about issues, their labels and comments.
import { type Comment, type Issue, isPull, type Pull } from '../records.ts';
import { invalid, notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { commentShape, issueShape, labelShape } from '../shapes/conversations.ts';
import { reading, writing } from '../tokens.ts';

/** Characters of a comment or an issue's body (`reference/github.md` section 2). */
const longestBody = 65_536;
// A pull request is an issue: either permission does.
const reads = reading('issues', 'pull-requests');
const writes = writing('issues', 'pull-requests');

export const conversationRoutes: Routes = {
  'issues/list-for-repo': { needs: reads, answer: listIssues },
  'issues/create': {
    needs: writing('issues'),
    answer(asked) {
      checkBody('Issue', asked.body.body);
      const issue = asked.repo.issue({
        title: String(asked.body.title),
        body: asked.body.body ?? null,
        author: asked.caller.user.login,
        labels: labelNames(asked.body.labels),
      });
      return { status: 201, body: issueShape(asked.repo, asked.made(issue)) };
    },
  },
  'issues/get': { needs: reads, answer: (asked) => ({ status: 200, body: issueShape(asked.repo, findIssue(asked)) }) },
  'issues/update': { needs: writes, answer: updateIssue },
  'issues/list-labels-on-issue': {
    needs: reads,
    answer: (asked) => ({ status: 200, body: asked.page(labelsOf(asked, findIssue(asked))) }),
  },
  'issues/add-labels': {
    needs: writes,
    answer(asked) {
      const issue = findIssue(asked);
      asked.repo.label(issue, ...labelNames(asked.body.labels ?? asked.body));
      return { status: 200, body: labelsOf(asked, issue) };
    },
  },
  'issues/remove-label': {
    needs: writes,
    answer(asked) {
      const issue = findIssue(asked);
      const name = asked.text('name');
      if (!issue.labels.includes(name)) throw refuse(404, 'Label does not exist');
      asked.repo.unlabel(issue, name);
      return { status: 200, body: labelsOf(asked, issue) };
    },
  },
  'issues/list-comments': {
    needs: reads,
    answer(asked) {
      const since = asked.option('since');
      const all = asked.listed(asked.repo.commentsOf(findIssue(asked)));
      const comments = all.filter((comment) => since === undefined || comment.updatedAt >= since);
      return { status: 200, body: asked.page(comments).map((comment) => commentShape(asked.repo, comment)) };
    },
  },
  'issues/create-comment': {
    needs: writes,
    answer(asked) {
      const issue = findIssue(asked);
      checkBody('IssueComment', asked.body.body);
      const comment = asked.made(asked.repo.comment(issue, asked.caller.user.login, asked.body.body));
      return { status: 201, body: commentShape(asked.repo, comment) };
    },
  },
  'issues/get-comment': {
    needs: reads,
    answer: (asked) => ({ status: 200, body: commentShape(asked.repo, findComment(asked)) }),
  },
  'issues/update-comment': {
    needs: writes,
    answer(asked) {
      const comment = findOwnComment(asked);
      checkBody('IssueComment', asked.body.body);
      asked.repo.editComment(comment, asked.body.body);
      return { status: 200, body: commentShape(asked.repo, comment) };
    },
  },
  'issues/delete-comment': {
    needs: writes,
    answer(asked) {
      asked.repo.comments.delete(findOwnComment(asked).id);
      return { status: 204 };
    },
  },
};

function findIssue(asked: Asked): Issue | Pull {
  const issue = asked.repo.issues.get(asked.number('issue_number'));
  if (issue === undefined) throw notFound();
  return issue;
}

function findComment(asked: Asked): Comment {
  const comment = asked.repo.comments.get(asked.number('comment_id'));
  if (comment === undefined) throw notFound();
  return comment;
}

/** Apps and people with write access may change anybody's comment, others only their own. */
function findOwnComment(asked: Asked): Comment {
  const comment = findComment(asked);
  const { user, app } = asked.caller;
  const mayWrite = app !== null || ['admin', 'maintain', 'write'].includes(asked.repo.roleOf(user.login));
  if (comment.user !== user && !mayWrite) throw refuse(403, 'Must have admin rights to Repository.');
  return comment;
}

function checkBody(resource: string, body: unknown): void {
  if (typeof body !== 'string') return;
  if (resource === 'IssueComment' && body.trim() === '') {
    throw refuse(422, 'Validation Failed', { errors: [{ resource, code: 'missing_field', field: 'body' }] });
  }
  // GitHub counts characters, not bytes and not UTF-16 units.
  if ([...body].length <= longestBody) return;
  throw invalid(resource, 'body', `Body is too long (maximum is ${longestBody} characters)`);
}

function labelNames(labels: unknown): string[] {
  if (!Array.isArray(labels)) return [];
  return labels.map((label) => (typeof label === 'string' ? label : String(label.name)));
}

function labelsOf(asked: Asked, issue: Issue) {
  return issue.labels.map((label) => labelShape(asked.repo, label));
}

function listIssues(asked: Asked) {
  const [state, creator, since] = [asked.text('state'), asked.option('creator'), asked.option('since')];
  const labels = asked.option('labels')?.split(',') ?? [];
  const key = asked.text('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = asked.text('direction') === 'asc' ? 1 : -1;
  const issues = asked
    .listed([...asked.repo.issues.values()])
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => creator === undefined || issue.author.login === creator)
    .filter((issue) => since === undefined || issue.updatedAt >= since)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .sort((left, right) => sign * (left[key].localeCompare(right[key]) || left.id - right.id));
  return { status: 200, body: asked.page(issues).map((issue) => issueShape(asked.repo, issue)) };
}

function updateIssue(asked: Asked) {
  const issue = findIssue(asked);
  const { title, body, state, state_reason: reason, labels } = asked.body;
  checkBody('Issue', body);
  const now = asked.hub.clock.stamp();
  if (isPull(issue) && issue.mergedAt !== null && state === 'open')
    throw invalid('Issue', 'state', 'cannot be reopened');
  if (title !== undefined) issue.title = String(title);
  if (body !== undefined) issue.body = body;
  if (labels !== undefined) issue.labels = labelNames(labels);
  if (state === 'closed' && issue.state === 'open') Object.assign(issue, { closedAt: now, stateReason: 'completed' });
  if (state === 'open') Object.assign(issue, { closedAt: null, stateReason: null });
  if (state !== undefined) issue.state = state;
  if (reason !== undefined) issue.stateReason = reason;
  issue.updatedAt = now;
  return { status: 200, body: issueShape(asked.repo, issue) };
}
