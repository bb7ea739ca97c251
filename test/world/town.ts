// A town: everything one deployment needs, started in one call. A repository on the fake GitHub, a shop on two sides behind a router, a
// database, users, and a runner that carries the bundles. The demo and the tests of the bundles live in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type FakeGithub, type FakeRepository, startFakeGithub } from './github/fake.ts';
import type { Conclusion, Deployment, Pull, Review, WorkflowRun } from './github/records.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import type { Prometheus } from './prometheus.ts';
import type { Json, RunnerOptions, Words } from './runner/types.ts';
import { startRouter } from './service/router.ts';
import { startService } from './service/service.ts';
import { startTraffic } from './service/traffic.ts';
import type { Behaviour, Router, Service, Traffic } from './service/types.ts';
import { type Entrance, type EntranceKind, startEntrance } from './town/entrance.ts';
import { dispatched, type Occasion, pullChanged, pushed, scheduled } from './town/event.ts';
import {
  type Done,
  type JobAsked,
  type Place,
  type SingleJob,
  startJob,
  startRun,
  type UnderWay,
  type WorkflowAsked,
} from './town/run.ts';
import { shopFiles } from './town/shop.ts';

export type { Occasion } from './town/event.ts';
export type { Done, JobAsked, SingleJob, UnderWay, WorkflowAsked } from './town/run.ts';
export { shopPolicy } from './town/shop.ts';

export type TownOptions = {
  /** Text of `.github/deploy-policy.yml`; default: `shop/.github/deploy-policy.yml`. */
  readonly policy?: string;
  /** More files of the first commit, or others in their place; null leaves one out. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Behaviour by version, before what a commit's `services/shop/behaviour.json` says. */
  readonly releases?: Readonly<Record<string, Behaviour>>;
  /** A Postgres with the shop's orders; default true. */
  readonly database?: boolean;
  /** What users come through; default: the toy router. */
  readonly entrance?: EntranceKind;
  /** Scrapes both sides, their series with the label `shop` of this value. */
  readonly scraped?: { readonly by: Prometheus; readonly shop: string };
  /** Requests a second that users send, 0 for none; default 150. */
  readonly users?: number;
  /** The first commit runs on blue with all users, and nobody recorded how it came there; default true. */
  readonly running?: boolean;
  /** Every masked line that a step writes. */
  readonly onLine?: RunnerOptions['onLine'];
  readonly actions?: string;
  readonly waits?: RunnerOptions['waits'];
};

export type NewChange = {
  readonly title: string;
  /** Path to new text; null deletes. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly body?: string;
  readonly labels?: readonly string[];
  /** Default: ada. */
  readonly author?: string;
};

type RunOptions = Pick<WorkflowAsked, 'again' | 'cancelWhen' | 'onStep' | 'secrets'> & { readonly by?: string };

export type Town = {
  readonly github: FakeGithub;
  readonly repo: FakeRepository;
  readonly service: Service;
  /** The toy router; another entrance stands in its place, or tells it how to split. */
  readonly router: Router;
  readonly entrance: Entrance;
  /** Undefined without a database. */
  readonly postgres: Postgres | undefined;
  readonly databaseUrl: string;
  readonly traffic: Traffic;
  /** What the shop's secrets hold. */
  readonly secrets: Words;
  /** A branch, a commit on it, and a pull request for it. */
  pullRequest(change: NewChange): Pull;
  /** A finished run of ci.yml with its job `test`, on a commit. */
  ci(sha: string, conclusion?: Conclusion): WorkflowRun;
  approve(pull: Pull, by?: string, body?: string): Review;
  /** Squashes it onto main and builds the version. Gives the new commit. */
  merge(pull: Pull, by?: string): string;
  /** Lets a commit's `behaviour.json` be how its version behaves; `merge` does so by itself. */
  build(sha: string): string;
  /** Runs gate.yml on the pull request. */
  reviewGate(pull: Pull, options?: RunOptions): Promise<Done>;
  /** Runs deploy.yml on a push of the commit to main. */
  deploy(sha: string, options?: RunOptions): Promise<Done>;
  startDeploy(sha: string, options?: RunOptions): UnderWay;
  /** A person runs rollback.yml. */
  rollback(inputs?: Readonly<Record<string, Json>>, options?: RunOptions): Promise<Done>;
  startRollback(inputs?: Readonly<Record<string, Json>>, options?: RunOptions): UnderWay;
  /** The clock runs caretaker.yml; with inputs a person does, as answers are given. */
  tend(inputs?: Readonly<Record<string, Json>>, options?: RunOptions): Promise<Done>;
  /** A job whose steps the caller gives, on a push of a commit to main unless another occasion is given. */
  job(asked?: Partial<JobAsked> & { readonly sha?: string }): SingleJob;
  readonly occasions: {
    pushed(sha: string, by?: string): Occasion;
    pullChanged(pull: Pull, how?: Parameters<typeof pullChanged>[2]): Occasion;
    dispatched(file: string, inputs?: Readonly<Record<string, Json>>, by?: string): Occasion;
  };
  /** Bodies of the comments on a pull request, oldest first. */
  comments(pull: Pull): readonly string[];
  /** Oldest first. */
  deployments(task?: string): readonly Deployment[];
  /** Rows of a query on the shop's database. */
  sql(query: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
};

/** Starts a town. Whatever it started is stopped by `stop`, also when only half of it came up. */
export async function startTown(options: TownOptions = {}): Promise<Town> {
  const closing: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (let close = closing.pop(); close !== undefined; close = closing.pop()) {
      try {
        await close();
      } catch (fault) {
        // What comes after it is closed all the same.
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
  try {
    return await open(options, (close) => closing.push(close), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(
  options: TownOptions,
  atEnd: (close: () => unknown) => void,
  stop: () => Promise<void>,
): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), 'boring-town-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const github = await startFakeGithub();
  atEnd(() => github.close());
  const files = Object.entries({ ...shopFiles(options.policy), ...options.files });
  const kept = files.filter((entry): entry is [string, string] => entry[1] !== null);
  const repo = github.repository('octo-org/shop', { files: Object.fromEntries(kept) });
  for (const login of ['ada', 'grace']) repo.collaborator(login, 'maintain');
  repo.collaborator('linus', 'write');

  const postgres = options.database === false ? undefined : await startPostgres();
  atEnd(() => postgres?.stop());
  const databaseUrl = (await postgres?.createDatabase()) ?? '';
  if (postgres !== undefined) await query(databaseUrl, repo.filesAt()['db/schema.sql'] ?? '');

  // The store of built versions: behaviour by label, filled as commits are built.
  const releases: Record<string, Behaviour> = { ...options.releases };
  const build = (sha: string): string => {
    const version = sha.slice(0, 7);
    releases[version] ??= JSON.parse(repo.filesAt(sha)['services/shop/behaviour.json'] ?? '{}') as Behaviour;
    return version;
  };
  const service = await startService({ releases, ...(postgres === undefined ? {} : { databaseUrl }) });
  atEnd(() => service.stop());
  const router = await startRouter({ upstreams: { blue: service.blue.url, green: service.green.url } });
  atEnd(() => router.stop());
  const entrance = await startEntrance(options.entrance ?? 'toy', { service, router });
  atEnd(() => entrance.stop());
  options.scraped?.by.add([`127.0.0.1:${service.blue.port}`, `127.0.0.1:${service.green.port}`], {
    shop: options.scraped.shop,
  });
  if (options.running !== false) await service.blue.deploy({ version: build(repo.head()), sha: repo.head() });
  const traffic = startTraffic({ url: entrance.url, rate: options.users ?? 150, forSeconds: 3_600 });
  atEnd(() => traffic.stop());

  const more = { ...entrance.env, ...(options.scraped && { PROMETHEUS_URL: options.scraped.by.url }) };
  const secrets = secretsOf({ service, router, url: entrance.url, databaseUrl, more });
  const running = new Set<() => Promise<void>>();
  atEnd(() => Promise.all([...running].map((end) => end())));
  const { onLine, actions, waits } = options;
  const runner = { ...(onLine && { onLine }), ...(actions && { actions }), ...(waits && { waits }) };
  const place: Place = { github, repository: repo, folder, runner, secrets, open: running };
  return {
    ...desk(place, build),
    github,
    repo,
    service,
    router,
    entrance,
    postgres,
    databaseUrl,
    traffic,
    secrets,
    build,
    stop,
  };
}

/** What people of the town do. */
function desk(place: Place, build: (sha: string) => string) {
  const { repository: repo } = place;
  const occasions = {
    pushed: (sha: string, by = 'ada') => pushed(repo, sha, by),
    pullChanged: (pull: Pull, how?: Parameters<typeof pullChanged>[2]) => pullChanged(repo, pull, how),
    dispatched: (file: string, inputs: Readonly<Record<string, Json>> = {}, by = 'ada') =>
      dispatched(repo, file, inputs, by),
  };
  const start = (name: string, occasion: Occasion, options: RunOptions, inputs?: Readonly<Record<string, Json>>) => {
    const { by: _by, ...rest } = options;
    return startRun(place, { ...rest, path: workflow(name), occasion, ...(inputs === undefined ? {} : { inputs }) });
  };
  const startDeploy = (sha: string, options: RunOptions = {}) =>
    start('deploy', occasions.pushed(sha, options.by), options);
  const startRollback = (inputs: Readonly<Record<string, Json>> = {}, options: RunOptions = {}) =>
    start('rollback', occasions.dispatched(workflow('rollback'), inputs, options.by), options, inputs);
  return {
    occasions,
    startDeploy,
    startRollback,
    deploy: (sha: string, options?: RunOptions) => startDeploy(sha, options).result,
    rollback: (inputs?: Readonly<Record<string, Json>>, options?: RunOptions) => startRollback(inputs, options).result,
    tend: (inputs?: Readonly<Record<string, Json>>, options: RunOptions = {}) => {
      const occasion =
        inputs === undefined
          ? scheduled(repo, options.by ?? 'ada')
          : occasions.dispatched(workflow('caretaker'), inputs, options.by);
      return start('caretaker', occasion, options, inputs).result;
    },
    reviewGate: (pull: Pull, options: RunOptions = {}) =>
      start('gate', occasions.pullChanged(pull, options), options).result,
    pullRequest: (change: NewChange) => propose(repo, change),
    ci: (sha: string, conclusion: Conclusion = 'success') => tested(repo, sha, conclusion),
    approve: (pull: Pull, by = 'grace', body = '') => repo.review(pull, { user: by, body }),
    merge: (pull: Pull, by = pull.author.login) => {
      const { sha } = repo.merge(pull, 'squash', { by });
      build(sha);
      return sha;
    },
    job: ({ sha = repo.head(), occasion = occasions.pushed(sha), ...asked }: Parameters<Town['job']>[0] = {}) =>
      startJob(place, { ...asked, occasion }),
    comments: (pull: Pull) => repo.commentsOf(pull).map(({ body }) => body),
    deployments: (task?: string) => repo.deployments().filter((one) => task === undefined || one.task === task),
    sql: (text: string) => query(place.secrets.DATABASE_URL ?? '', text),
  };
}

function workflow(name: string): string {
  return `.github/workflows/${name}.yml`;
}

function propose(repo: FakeRepository, { title, files, body, labels = [], author = 'ada' }: NewChange): Pull {
  const branch = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  repo.branch(branch);
  repo.commit({ branch, files, message: title, author });
  return repo.openPull({ title, branch, author, labels, ...(body === undefined ? {} : { body }) });
}

function tested(repo: FakeRepository, sha: string, conclusion: Conclusion): WorkflowRun {
  const pull = repo.pulls().find((one) => one.headSha === sha);
  return repo.workflowRun({
    path: workflow('ci'),
    headSha: sha,
    event: pull === undefined ? 'push' : 'pull_request',
    ...(pull === undefined ? {} : { headBranch: pull.headBranch }),
    conclusion,
    jobs: [{ name: 'test', conclusion }],
  });
}

/** What a person stores in the repository's settings. */
function secretsOf(at: {
  readonly service: Service;
  readonly router: Router;
  readonly url: string;
  readonly databaseUrl: string;
  readonly more: Words;
}): Words {
  const { service, router } = at;
  const lines = {
    SHOP_URL: at.url,
    ROUTER_URL: router.adminUrl,
    BLUE_URL: service.blue.url,
    GREEN_URL: service.green.url,
    STATS_URL: `${service.adminUrl}/stats`,
    SHOP_ADMIN: service.adminUrl,
    ...at.more,
  };
  return {
    DATABASE_URL: at.databaseUrl,
    DEPLOY_ENV: Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  };
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
