// Serves every question that GitHub and the workspace can answer: one line a kind. It never throws.
import { type Answer, type Ask, keyOf, known, unknown } from '../../evidence/answer.ts';
import type { NetworkKind } from '../../evidence/network.ts';
import type { QuestionKind, QuestionOf, Told } from '../../evidence/question.ts';
import type { Command, Files } from '../../world.ts';
import { alerts } from './answers/alerts.ts';
import { artifactFile } from './answers/artifacts.ts';
import { attestations } from './answers/attestations.ts';
import { checkRuns, ci, recordFacts } from './answers/ci.ts';
import { said } from './answers/commands.ts';
import { branch, commit, comparison, defaultBranch } from './answers/commits.ts';
import { comments, issues } from './answers/conversations.ts';
import { checkout, file, foreignFile, workspaceFile, workspacePaths } from './answers/files.ts';
import { permission, teamMembers } from './answers/people.ts';
import { contributions, pull, pullsFrom, pullsOf, reviews } from './answers/pulls.ts';
import { approvals, environmentReviewers, environments, run, workflowRuns } from './answers/runs.ts';
import { settingNames } from './answers/settings.ts';
import { tagsOf } from './answers/tags.ts';
import { paths } from './answers/trees.ts';
import type { Client } from './client.ts';
import { readDeployments } from './deployment-list.ts';
import type { OwnWrites } from './own-writes.ts';
import { toUnknown } from './refusal.ts';

export interface AnswerOptions {
  readonly client: Client;
  readonly own: OwnWrites;
  readonly files: Pick<Files, 'read' | 'walk'>;
  /** Runs commands of the policy; absent: none is run. */
  readonly command?: Command | undefined;
  /** Takes known secrets out of a text. */
  readonly clean: (text: string) => string;
  /** The event and the number of this run. */
  readonly event: string;
  readonly runId: number;
  /** Where people read the repository, e.g. `https://github.com`. */
  readonly serverUrl: string;
}

type OwnKind = Exclude<QuestionKind, NetworkKind | 'image'>;
type Tellers = { readonly [K in OwnKind]: (question: QuestionOf<K>) => Promise<Told<K>> };
type Teller<K extends QuestionKind> = (question: QuestionOf<K>) => Promise<Told<K>>;

/** Makes the port for questions. Equal questions that are under way at the same time share one answer; none is kept for later. */
export function createAsk(options: AnswerOptions): Ask {
  const tellers = createTellers(options);
  const share = createShare();

  async function tell<K extends QuestionKind>(question: QuestionOf<K>): Promise<Answer<K>> {
    const teller = (tellers as Partial<Record<QuestionKind, unknown>>)[question.kind] as Teller<K> | undefined;
    if (teller === undefined) return unknown(`${question.kind} is no question for GitHub`, 'ask the network');
    try {
      return known(await teller(question));
    } catch (fault) {
      return toUnknown(fault);
    }
  }

  return (question) => share(keyOf(question), () => tell(question));
}

function createTellers({ client, own, files, command, event, runId, serverUrl, clean }: AnswerOptions): Tellers {
  const share = createShare();
  const sharedChecks = (sha: string) => share(`check-runs ${sha}`, () => checkRuns(client, sha));
  const sharedPull = (number: number) => share(`pull ${number}`, () => pull(client, number));
  return {
    'default-branch': () => defaultBranch(client),
    branch: ({ name }) => branch(client, name),
    commit: ({ sha }) => commit(client, sha),
    comparison: ({ base, head }) => comparison(client, base, head),
    'pulls-of': ({ sha }) => pullsOf(client, sha),
    'pulls-from': ({ ref }) => pullsFrom(client, ref),
    pull: ({ number }) => sharedPull(number),
    // The pull request's own list of files has neither its commits nor its merge base.
    'pull-files': async ({ number }) => {
      const { baseSha, headSha } = await sharedPull(number);
      return comparison(client, baseSha, headSha);
    },
    reviews: (question) => reviews(client, question.pull),
    contributions: (question) => contributions(client, question.pull),
    comments: (question) => comments(client, question.number),
    issues: (question) => issues(client, question),
    'tags-of': ({ sha }) => tagsOf(client, sha),
    ci: ({ sha }) => ci(client, sha, sharedChecks(sha)),
    records: async ({ sha }) => own.inRecords(sha, recordFacts(await sharedChecks(sha))),
    deployments: ({ environment, newest }) => readDeployments(client, own, environment, newest),
    environments: () => environments(client),
    run: ({ id }) => run(client, id),
    'workflow-runs': ({ workflow }) => workflowRuns(client, workflow),
    'artifact-file': (question) => artifactFile(client, question, { ownRun: runId, share }),
    alerts: (question) => alerts(client, question, serverUrl),
    attestations: ({ digest }) => attestations(client, digest),
    approvals: (question) => approvals(client, question.runId),
    permission: ({ login }) => permission(client, login),
    'team-members': ({ team }) => teamMembers(client, team),
    'environment-reviewers': ({ environment }) => environmentReviewers(client, environment),
    'setting-names': (question) => settingNames(client, question),
    file: ({ path, sha }) => file(client, path, sha, serverUrl),
    'foreign-file': (question) => foreignFile(client, question, serverUrl),
    'workspace-file': ({ path }) => workspaceFile(files, path),
    paths: ({ sha }) => paths(client, sha),
    'workspace-paths': ({ folder }) => workspacePaths(files, folder),
    checkout: () => checkout(files),
    command: (question) => said(command, { event, clean }, question),
  };
}

/** Calls with the same key that overlap in time are one call. */
function createShare(): <T>(key: string, make: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<unknown>>();
  return <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const shared = underWay.get(key);
    if (shared !== undefined) return shared as Promise<T>;
    const made = make().finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  };
}
