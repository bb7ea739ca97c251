// The page that the demo leaves: the pull requests as GitHub would show them, with comments, checks and deployments. Labelled as simulated.
import type { FakeRepository } from '../world/github/fake.ts';
import type { CheckRun, Comment, Deployment, Pull, Review } from '../world/github/records.ts';
import { escapeHtml, type LinkTo, renderMarkdown } from './markdown.ts';
import { style } from './style.ts';

export type PageOptions = {
  /** What the demo measured, one fact a line. */
  readonly facts: readonly string[];
};

/** A whole HTML document without any request to elsewhere. */
export function renderPage(repository: FakeRepository, { facts }: PageOptions): string {
  const linkTo = linker(repository);
  const pulls = [...repository.pulls()].reverse();
  const deployments = [...repository.deployments()].reverse();
  const name = escapeHtml(repository.fullName);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: simulated GitHub</title>
<style>${style}</style>
<div class="banner"><strong>Simulated GitHub.</strong> Everything here was written by the actions' own bundles through a GitHub that ran on this machine. Nothing of it is on github.com.</div>
<main>
<header><h1>${name}</h1></header>
<p><a href="#deployments">Deployments</a></p>
<div class="box"><h3>What was measured</h3>${facts.map((fact) => `<div class="row proof"><span class="grow">${escapeHtml(fact)}</span></div>`).join('')}</div>
<div class="box"><h3>Pull requests</h3>${pulls.map(pullRow).join('')}</div>
${pulls.map((pull) => pullSection(repository, pull, linkTo)).join('\n')}
<section class="pull" id="deployments"><h2>Deployments</h2>
<div class="box"><h3>Newest first</h3>${deployments.map((one) => deploymentRow(one, linkTo)).join('')}</div></section>
</main>
</html>
`;
}

function pullRow(pull: Pull): string {
  return `<div class="row">${stateOf(pull)}<span class="grow"><a href="#pull-${pull.number}">${escapeHtml(pull.title)}</a> <span class="number">#${pull.number} by ${escapeHtml(pull.author.login)}</span></span><span class="when">${timeOf(pull.mergedAt ?? pull.createdAt)}</span></div>`;
}

function pullSection(repository: FakeRepository, pull: Pull, linkTo: LinkTo): string {
  const markdown = (text: string) => renderMarkdown(text, linkTo);
  const happened: readonly (readonly [string, string])[] = [
    ...pull.reviews.map((review) => [review.submittedAt, reviewEvent(review)] as const),
    ...repository.commentsOf(pull).map((comment) => [comment.createdAt, commentBlock(comment, markdown)] as const),
    ...(pull.mergedAt === null ? [] : [[pull.mergedAt, mergeEvent(pull)] as const]),
  ];
  const inOrder = [...happened]
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([, html]) => html);
  const labels = pull.labels.map((label) => `<span class="label">${escapeHtml(label)}</span>`).join(' ');
  const description = {
    user: pull.author,
    body: pull.body ?? '',
    createdAt: pull.createdAt,
    id: 0,
    isBot: pull.app !== null,
  };
  return `<section class="pull" id="pull-${pull.number}">
<h2>${escapeHtml(pull.title)} <span class="number">#${pull.number}</span></h2>
<p>${stateOf(pull)}<span class="muted"><b>${escapeHtml(pull.author.login)}</b> wants to merge into <code>${escapeHtml(pull.base)}</code> from <code>${escapeHtml(pull.headBranch)}</code></span> ${labels}</p>
${block(description, markdown)}
${inOrder.join('\n')}
${checksBox(repository, `Checks on the head ${short(pull.headSha)}`, pull.headSha, markdown)}
${pull.mergeSha === null ? '' : checksBox(repository, `Checks on ${pull.base} after the merge, ${short(pull.mergeSha)}`, pull.mergeSha, markdown)}
</section>`;
}

function stateOf(pull: Pull): string {
  const state = pull.mergedAt !== null ? 'merged' : pull.state;
  return `<span class="state ${state}">${state[0]?.toUpperCase()}${state.slice(1)}</span>`;
}

function reviewEvent(review: Review): string {
  const did =
    { APPROVED: 'approved these changes', CHANGES_REQUESTED: 'requested changes' }[review.state as string] ??
    'reviewed';
  const body = review.body === '' ? '' : `: ${escapeHtml(review.body)}`;
  return event(`<b>${escapeHtml(review.user.login)}</b> ${did}${body}`, review.submittedAt);
}

function mergeEvent(pull: Pull): string {
  const by = escapeHtml(pull.mergedBy?.login ?? '');
  return event(
    `<b>${by}</b> merged commit <code>${short(pull.mergeSha ?? '')}</code> into <code>${escapeHtml(pull.base)}</code>`,
    pull.mergedAt ?? '',
  );
}

function event(html: string, at: string): string {
  return `<div class="event">${html} <span class="muted">${timeOf(at)}</span></div>`;
}

function commentBlock(comment: Comment, markdown: (text: string) => string): string {
  return block({ ...comment, isBot: comment.app !== null }, markdown);
}

type Block = Pick<Comment, 'user' | 'body' | 'createdAt' | 'id'> & {
  readonly updatedAt?: string;
  readonly isBot: boolean;
};

function block(comment: Block, markdown: (text: string) => string): string {
  const login = escapeHtml(comment.user.login.replace(/\[bot\]$/, ''));
  const bot = comment.isBot ? ' <span class="label">bot</span>' : '';
  const edited =
    comment.updatedAt === undefined || comment.updatedAt === comment.createdAt
      ? ''
      : ` · edited ${timeOf(comment.updatedAt)}`;
  const id = comment.id === 0 ? '' : ` id="comment-${comment.id}"`;
  const body =
    comment.body.trim() === '' ? '<p class="muted"><em>No description provided.</em></p>' : markdown(comment.body);
  return `<div class="thread"${id}><span class="avatar">${login[0]?.toUpperCase() ?? ''}</span><div class="comment${comment.isBot ? ' bot' : ''}">
<div class="head"><b>${login}</b>${bot} <span class="muted">commented ${timeOf(comment.createdAt)}${edited}</span></div><div class="markdown">${body}</div></div></div>`;
}

function checksBox(repository: FakeRepository, title: string, sha: string, markdown: (text: string) => string): string {
  // GitHub shows the newest of each name.
  const newest = [...new Map(repository.checkRunsOf(sha).map((check) => [check.name, check])).values()];
  return `<div class="box"><h3>${escapeHtml(title)}</h3>${newest.map((check) => checkRow(check, markdown)).join('') || '<div class="row muted">None.</div>'}</div>`;
}

function checkRow(check: CheckRun, markdown: (text: string) => string): string {
  const { title, summary } = check.output;
  const word = check.conclusion ?? check.status;
  const line = `<b>${escapeHtml(check.name)}</b> <span class="muted">${escapeHtml(title ?? word)}</span>`;
  const text =
    summary === null
      ? line
      : `<details><summary>${line}</summary><div class="markdown">${markdown(summary)}</div></details>`;
  return `<div class="row" id="check-${check.id}">${markOf(word)}<span class="grow">${text}</span><span class="when">${timeOf(check.completedAt ?? '')}</span></div>`;
}

function deploymentRow(deployment: Deployment, linkTo: LinkTo): string {
  const state = deployment.statuses.at(-1)?.state ?? 'pending';
  const steps = deployment.statuses.map((status) => {
    const target = linkTo(status.logUrl);
    const text = escapeHtml(status.description);
    return `<li>${pillOf(status.state)}<span>${target === undefined ? text : `<a href="${escapeHtml(target)}">${text}</a>`}</span> <span class="muted">${timeOf(status.createdAt)}</span></li>`;
  });
  const what = `<b>${escapeHtml(deployment.environment)}</b> <code>${escapeHtml(deployment.task)}</code> <code>${short(deployment.sha)}</code> <span class="number">${deployment.id}</span>`;
  return `<div class="row" id="deployment-${deployment.id}">${markOf(state)}<span class="grow">${what}</span><span class="when">${timeOf(deployment.createdAt)}</span></div><ol class="timeline">${steps.join('')}</ol>`;
}

const tones: Readonly<Record<string, 'good' | 'bad' | 'warn'>> = {
  success: 'good',
  failure: 'bad',
  error: 'bad',
  timed_out: 'bad',
  action_required: 'warn',
  in_progress: 'warn',
  queued: 'warn',
  pending: 'warn',
};
const marks = { good: '✓', bad: '✕', warn: '•' } as const;

function markOf(word: string): string {
  const tone = tones[word];
  return `<span class="mark ${tone ?? ''}" title="${escapeHtml(word)}">${tone === undefined ? '–' : marks[tone]}</span>`;
}

function pillOf(state: string): string {
  return `<span class="pill ${tones[state] ?? ''}">${escapeHtml(state)}</span>`;
}

function timeOf(iso: string): string {
  return iso === '' ? '' : `<time datetime="${escapeHtml(iso)}">${escapeHtml(iso.slice(11, 19))} UTC</time>`;
}

function short(sha: string): string {
  return escapeHtml(sha.slice(0, 7));
}

/** Links to what the page shows lead to its place there. */
function linker(repository: FakeRepository): LinkTo {
  const home = `${repository.hub.serverUrl}/${repository.fullName}/`;
  return (url) => {
    if (url.startsWith('#')) return url;
    if (!url.startsWith(home)) return undefined;
    const path = url.slice(home.length);
    const comment = /#issuecomment-(\d+)$/.exec(path)?.[1];
    const check = /^(?:runs|actions\/runs\/\d+\/job)\/(\d+)/.exec(path)?.[1];
    const pull = /^(?:pull|issues)\/(\d+)/.exec(path)?.[1];
    if (comment !== undefined) return `#comment-${comment}`;
    if (check !== undefined && repository.checkRuns.has(Number(check))) return `#check-${check}`;
    if (pull !== undefined && repository.issues.has(Number(pull))) return `#pull-${pull}`;
    return undefined;
  };
}
