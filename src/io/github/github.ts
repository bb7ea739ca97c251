// GitHub as the actions use it: questions, Deployments, records, the living comment and notes, over one client.
import type { Ask } from '../../evidence/answer.ts';
import type { Clock, Command, DeploymentStore, Files, IssueDesk, Run, Workflows, World } from '../../world.ts';
import { createAsk } from './answers.ts';
import { createClient, type Repository } from './client.ts';
import { type Projected, type Projection, projectComment } from './comment.ts';
import { createDeploymentStore } from './deployments.ts';
import { Identity } from './identity.ts';
import { keepIncident } from './incident.ts';
import { type NewIssue, type Opened, openIssue } from './issue.ts';
import { createIssueDesk } from './issue-desk.ts';
import { type Note, type Noted, postNote } from './note.ts';
import { createOutgoing } from './outgoing.ts';
import { OwnWrites } from './own-writes.ts';
import { type Kept, keepEvidence, type NewRecord } from './records.ts';
import { postSuggestions, type Suggesting } from './suggestion.ts';
import { createWorkflows } from './workflows.ts';

export interface GithubOptions {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
  readonly token: string;
  readonly repository: Repository;
  readonly run: Pick<Run, 'event' | 'pull' | 'id'>;
  readonly files: Pick<Files, 'read' | 'walk'>;
  /** Answers questions that are commands; absent: none is run. */
  readonly command?: Command;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** All secrets known so far: asked anew for every text that leaves. */
  readonly secrets: () => readonly string[];
  /** Milliseconds a call may take with all its repeats; default 10 s. */
  readonly deadlineMs?: number;
  /** Login our writes bear; found out when it is not given. */
  readonly botLogin?: string;
}

export interface Github {
  readonly ask: Ask;
  readonly deployments: DeploymentStore;
  readonly keepEvidence: (record: NewRecord) => Promise<Kept>;
  readonly projectComment: (projection: Projection) => Promise<Projected>;
  readonly note: (note: Note) => Promise<Noted>;
  readonly suggest: (suggesting: Suggesting) => ReturnType<typeof postSuggestions>;
  readonly workflows: Workflows;
  readonly incident: World['incident'];
  readonly issue: (issue: NewIssue) => Promise<Opened>;
  /** The desk of kept issues; `render` makes Markdown of a phrase. */
  readonly issues: (render: Parameters<typeof createIssueDesk>[1]) => IssueDesk;
  /** HTTP requests sent so far. */
  readonly calls: () => number;
}

/** Joins the parts. Sends nothing yet and never throws. */
export function createGithub(options: GithubOptions): Github {
  const { files, command, serverUrl } = options;
  const client = createClient({ ...options, fromFork: canOnlyRead(options.run) });
  const own = new OwnWrites();
  const outgoing = createOutgoing(options.secrets);
  const identity = new Identity(client, options.botLogin);
  const parts = { client, own, outgoing, identity };
  return {
    ask: createAsk({
      ...{ client, own, files, command, serverUrl, clean: outgoing.text },
      event: options.run.event,
      runId: options.run.id,
    }),
    deployments: createDeploymentStore(client, own, outgoing),
    keepEvidence: (record) => keepEvidence(client, parts, record),
    projectComment: (projection) => projectComment(parts, projection),
    note: (note) => postNote(parts, note),
    suggest: (suggesting) => postSuggestions(parts, suggesting),
    workflows: createWorkflows(client),
    incident: (incident) => keepIncident(parts, incident),
    issue: (issue) => openIssue(parts, issue),
    issues: (render) => createIssueDesk(parts, render),
    calls: () => client.calls(),
  };
}

// A pull request from a fork gets a token that only reads, but for pull_request_target, which runs the base's own workflow.
function canOnlyRead(run: Pick<Run, 'event' | 'pull'>): boolean {
  return run.pull?.fork === true && run.event.startsWith('pull_request') && run.event !== 'pull_request_target';
}
