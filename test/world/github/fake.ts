// The fake GitHub: starts it on 127.0.0.1 and is what tests and the demo hold in their hands.
import { type Clock, FakeClock } from './clock.ts';
import { Faults, type Match, matches } from './faults.ts';
import { Hub, type NewUser } from './hub.ts';
import type { User } from './records.ts';
import { FakeRepository } from './repository.ts';
import type { RepositoryOptions } from './repository-git.ts';
import { type LogLine, listen } from './server.ts';
import { type NewToken, TokenBook } from './tokens.ts';

export type { Clock, FakeClock, Moment } from './clock.ts';
export type { Fault, Faults, ListLag, Match } from './faults.ts';
export type * from './records.ts';
export type { FakeRepository, NewDeployment, NewDeploymentStatus } from './repository.ts';
export type { FileChanges, NewCommit, RepositoryOptions } from './repository-git.ts';
export type { NewIssue, NewPull, NewReview } from './repository-pulls.ts';
export type { NewArtifact, NewCheckRun, NewJob, NewStatus, NewWorkflowRun } from './repository-runs.ts';
export type { LogLine } from './server.ts';
export type { NewToken, Permissions } from './tokens.ts';

export interface FakeGithubOptions {
  /** Default: real time. */
  readonly clock?: Clock;
  /** What links to pages begin with; default https://github.com. */
  readonly serverUrl?: string;
}

export interface FakeGithub {
  /** For GITHUB_API_URL and Octokit's baseUrl. */
  readonly url: string;
  /** For GITHUB_GRAPHQL_URL. */
  readonly graphqlUrl: string;
  /** For GITHUB_SERVER_URL. */
  readonly serverUrl: string;
  readonly clock: FakeClock;
  readonly faults: Faults;
  /** Every request that got an answer or was cut, oldest first. */
  readonly log: readonly LogLine[];
  /** What no real GitHub client should do, and what this fake did wrong itself. A test may empty it. */
  readonly problems: string[];
  repository(fullName: string, options?: RepositoryOptions): FakeRepository;
  user(login: string, made?: NewUser): User;
  team(name: `${string}/${string}`, members: readonly string[]): void;
  token(made?: NewToken): string;
  /** How many requests fit a pattern, `'GET /repos/**'` for one. */
  count(match: Match): number;
  /** Throws when a request or an answer broke GitHub's description, or went where there is no route. */
  assertClean(): void;
  /** From now on every connection is reset. */
  down(): void;
  up(): void;
  close(): Promise<void>;
}

/** Starts a fake GitHub on a free port of 127.0.0.1. */
export async function startFakeGithub(options: FakeGithubOptions = {}): Promise<FakeGithub> {
  const clock = new FakeClock(options.clock);
  const hub = new Hub(clock);
  const tokens = new TokenBook(hub);
  const faults = new Faults(clock);
  const log: LogLine[] = [];
  const problems: string[] = [];
  const server = await listen({ hub, tokens, faults, log, problems });
  hub.apiUrl = server.url;
  hub.serverUrl = options.serverUrl ?? hub.serverUrl;

  return {
    url: server.url,
    graphqlUrl: `${server.url}/graphql`,
    serverUrl: hub.serverUrl,
    clock,
    faults,
    log,
    problems,
    repository(fullName, made = {}) {
      const known = hub.findRepository(fullName);
      if (known !== undefined) return known;
      const repository = new FakeRepository(hub, fullName, made);
      hub.repositories.set(fullName.toLowerCase(), repository);
      return repository;
    },
    user: (login, made) => hub.user(login, made),
    team: (name, members) => void hub.teams.set(name.toLowerCase(), members),
    token: (made = {}) => tokens.issue(made),
    count: (match) => log.filter((line) => matches(match, line)).length,
    assertClean() {
      if (problems.length === 0) return;
      throw new Error(`the fake GitHub saw ${problems.length} problem(s):\n- ${problems.join('\n- ')}`);
    },
    down() {
      faults.isDown = true;
    },
    up() {
      faults.isDown = false;
    },
    close: server.close,
  };
}
