// Routes about check runs and commit statuses.
import type { CheckRun, CommitStatus } from '../records.ts';
import { invalid, notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { repositoryUrl } from '../shapes/links.ts';
import { repositoryShape } from '../shapes/repositories.ts';
import { annotationShapes, checkRunShape, statusShape } from '../shapes/runs.ts';
import { reading, writing } from '../tokens.ts';
import { resolveRef } from './commits.ts';

/** Check runs of one name in a suite, and statuses of one context on a commit (`reference/github.md` section 2). */
const mostOfOneName = 1000;
/** Characters of a commit status' description. */
const longestDescription = 140;

export const checkRoutes: Routes = {
  'checks/create': { needs: writing('checks'), answer: createCheckRun },
  'checks/get': {
    needs: reading('checks'),
    answer: (asked) => ({ status: 200, body: checkRunShape(asked.repo, findCheckRun(asked)) }),
  },
  'checks/update': { needs: writing('checks'), answer: updateCheckRun },
  'checks/list-annotations': {
    needs: reading('checks'),
    answer: (asked) => ({ status: 200, body: asked.page(annotationShapes(asked.repo, findCheckRun(asked))) }),
  },
  'checks/list-for-ref': { needs: reading('checks'), answer: listCheckRuns },
  'repos/get-combined-status-for-ref': { needs: reading('statuses'), answer: combinedStatus },
  'repos/list-commit-statuses-for-ref': {
    needs: reading('statuses'),
    answer(asked) {
      const statuses = asked.listed(asked.repo.statusesOf(resolveRef(asked, asked.text('ref')).sha)).reverse();
      return { status: 200, body: asked.page(statuses).map((status) => statusShape(asked.repo, status)) };
    },
  },
  'repos/create-commit-status': { needs: writing('statuses'), answer: createStatus },
};

function findCheckRun(asked: Asked): CheckRun {
  const run = asked.repo.checkRuns.get(asked.number('check_run_id'));
  if (run === undefined) throw notFound();
  return run;
}

/** The description says status and conclusion only, not that they depend on each other. */
function checkConclusion(body: Asked['body']): void {
  if (body.status === 'completed' && body.conclusion === undefined) {
    throw refuse(422, 'Invalid request.\n\nNo subschema in "oneOf" matched. "conclusion" wasn\'t supplied.');
  }
  if (body.conclusion === 'stale') throw invalid('CheckRun', 'conclusion', 'only GitHub can mark a check run stale');
}

function createCheckRun(asked: Asked) {
  const { body, caller, repo } = asked;
  // Personal tokens cannot write check runs (`reference/github.md` section 2).
  if (caller.app === null) throw refuse(403, 'You must authenticate via a GitHub App.');
  checkConclusion(body);
  const commit = asked.hub.objects.find(body.head_sha);
  if (commit === undefined) throw refuse(422, `No commit found for SHA: ${body.head_sha}`);
  const run = repo.checkRun({
    sha: commit.sha,
    name: body.name,
    app: caller.app.slug,
    status: body.conclusion === undefined ? (body.status ?? 'queued') : 'completed',
    conclusion: body.conclusion ?? null,
    externalId: body.external_id ?? '',
    detailsUrl: body.details_url,
    output: body.output,
    at: body.started_at,
    completedAt: body.completed_at ?? asked.hub.clock.now(),
  });
  const twins = [...repo.checkRuns.values()].filter((other) => other.suite === run.suite && other.name === run.name);
  for (const old of twins.slice(0, -mostOfOneName)) repo.checkRuns.delete(old.id);
  return { status: 201, body: checkRunShape(repo, asked.made(run)) };
}

function updateCheckRun(asked: Asked) {
  const { body, caller, repo } = asked;
  const run = findCheckRun(asked);
  if (caller.app?.id !== run.app.id) {
    throw refuse(
      403,
      `Invalid app_id \`${caller.app?.id ?? 'none'}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  checkConclusion(body);
  const now = asked.hub.clock.stamp();
  if (body.name !== undefined) run.name = body.name;
  if (body.external_id !== undefined) run.externalId = body.external_id;
  if (body.details_url !== undefined) run.detailsUrl = body.details_url;
  if (body.started_at !== undefined) run.startedAt = body.started_at;
  if (body.status !== undefined && body.conclusion === undefined) {
    Object.assign(run, { status: body.status, conclusion: null, completedAt: null, startedAt: run.startedAt ?? now });
  }
  if (body.conclusion !== undefined) {
    Object.assign(run, { status: 'completed', conclusion: body.conclusion, completedAt: body.completed_at ?? now });
  }
  const { title, summary, text, annotations } = body.output ?? {};
  if (title !== undefined) run.output.title = title;
  if (summary !== undefined) run.output.summary = summary;
  if (text !== undefined) run.output.text = text;
  // Each request adds its 50 to those before (`reference/github.md` section 2).
  run.output.annotations.push(...(annotations ?? []));
  return { status: 200, body: checkRunShape(repo, run) };
}

function listCheckRuns(asked: Asked) {
  const { sha } = resolveRef(asked, asked.text('ref'));
  const [name, status, app] = [asked.option('check_name'), asked.option('status'), asked.option('app_id')];
  const newestFirst = asked.listed(asked.repo.checkRunsOf(sha)).sort((left, right) => right.id - left.id);
  const fitting = newestFirst
    .filter((run) => name === undefined || run.name === name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => app === undefined || String(run.app.id) === app);
  // "latest" is the default: one run per name in each suite.
  const isNewest = (run: CheckRun, index: number) =>
    fitting.findIndex((other) => other.suite === run.suite && other.name === run.name) === index;
  const runs = asked.text('filter') === 'all' ? fitting : fitting.filter(isNewest);
  return {
    status: 200,
    body: { total_count: runs.length, check_runs: asked.page(runs).map((run) => checkRunShape(asked.repo, run)) },
  };
}

function createStatus(asked: Asked) {
  const { body, repo } = asked;
  const commit = asked.hub.objects.find(asked.text('sha'));
  if (commit === undefined) throw refuse(422, `No commit found for SHA: ${asked.text('sha')}`);
  if ([...(body.description ?? '')].length > longestDescription) {
    throw invalid('Status', 'description', `description is too long (maximum is ${longestDescription} characters)`);
  }
  const context = body.context ?? 'default';
  if (repo.statusesOf(commit.sha).filter((status) => status.context === context).length >= mostOfOneName) {
    throw invalid('Status', 'context', 'This SHA and context has reached the maximum number of statuses.');
  }
  const status = repo.status({
    sha: commit.sha,
    context,
    state: body.state,
    description: body.description ?? null,
    targetUrl: body.target_url ?? null,
    creator: asked.caller.user.login,
  });
  return { status: 201, body: statusShape(repo, asked.made(status)) };
}

/** Newest status of each context. */
export function newestStatuses(statuses: readonly CommitStatus[]): CommitStatus[] {
  return [...new Map(statuses.map((status) => [status.context, status])).values()];
}

function combinedStatus(asked: Asked) {
  const { sha } = resolveRef(asked, asked.text('ref'));
  const statuses = newestStatuses(asked.listed(asked.repo.statusesOf(sha)));
  const states = statuses.map((status) => status.state);
  const isRed = states.some((state) => state === 'failure' || state === 'error');
  const isGreen = states.length > 0 && states.every((state) => state === 'success');
  const url = repositoryUrl(asked.repo);
  return {
    status: 200,
    body: {
      state: isRed ? 'failure' : isGreen ? 'success' : 'pending',
      statuses: asked.page(statuses).map((status) => statusShape(asked.repo, status)),
      sha,
      total_count: statuses.length,
      repository: repositoryShape(asked.repo),
      commit_url: `${url}/commits/${sha}`,
      url: `${url}/commits/${sha}/status`,
    },
  };
}
