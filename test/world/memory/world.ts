// The whole World in memory, for tests of procedures: real rooms, no network, a clock that moves when told.
import { createGrammar } from '../../../src/io/migrations/grammar.ts';
import { Problem } from '../../../src/kit/problem.ts';
import type { WantedIssue } from '../../../src/record/issue-desk.ts';
import type {
  Announcing,
  CommandOptions,
  CommandReply,
  DatabaseOptions,
  FeatureFlag,
  HttpReply,
  HttpRequest,
  Incident,
  MigrationDatabase,
  NetworkPort,
  Redeployer,
  RedeployOptions,
  Run,
  Shadow,
  ShadowOptions,
  World,
} from '../../../src/world.ts';
import { MemoryClock } from './clock.ts';
import { deskOf } from './desk.ts';
import { MemoryGithub, sha } from './github.ts';
import { MemoryTraffic } from './traffic.ts';

export { MemoryClock } from './clock.ts';
export { MemoryGithub, sha } from './github.ts';
export { MemoryTraffic } from './traffic.ts';

export interface MemoryWorld extends World {
  readonly clock: MemoryClock;
  readonly github: MemoryGithub;
  readonly traffic: MemoryTraffic;
  /** Everything logged: `beat: …`, `info: …`, `warn: …`, in order. */
  readonly told: string[];
  readonly masked: string[];
  /** Every event announced, in order. */
  readonly announced: Announcing[];
  /** The issues that hygiene keeps, by key; `refuses` says why none is taken. */
  readonly desk: { readonly kept: Map<string, WantedIssue>; refuses: string };
  readonly states: Map<string, string>;
  readonly commands: CommandOptions[];
  readonly requests: HttpRequest[];
  readonly incidents: Incident[];
  readonly dispatched: {
    readonly workflow: string;
    readonly ref: string;
    readonly inputs: Readonly<Record<string, string>>;
  }[];
  readonly runsCancelled: number[];
  readonly cancel: () => void;
}

export interface MemoryOptions {
  readonly run?: Partial<Run>;
  /** Start of the clock; default Tuesday 2026-11-17 10:00 UTC. */
  readonly now?: number;
  /** Text of `.github/deploy-policy.yml` on the default branch. */
  readonly policy?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: (options: CommandOptions) => CommandReply | Promise<CommandReply>;
  readonly http?: (request: HttpRequest) => HttpReply | Promise<HttpReply>;
  readonly network?: NetworkPort;
  readonly database?: (options: DatabaseOptions) => MigrationDatabase;
  /** A server to rehearse on; absent: there is none. */
  readonly shadow?: (options: ShadowOptions) => Shadow | Promise<Shadow>;
  readonly flag?: (name: string) => FeatureFlag;
  readonly redeployer?: (options: RedeployOptions) => Redeployer;
  /** What happens when a workflow is started; gives its run's id where GitHub tells it. */
  readonly dispatched?: (inputs: Readonly<Record<string, string>>) => number | undefined | Promise<number | undefined>;
  /** What main saved, for tests of `finish`. */
  readonly states?: Map<string, string>;
  /** Carry on in the world of an earlier call: same GitHub, traffic and clock, another run. */
  readonly after?: MemoryWorld;
}

/** Builds a World in memory. Everything in it may be changed by the test before and while the procedure runs. */
export function memoryWorld(options: MemoryOptions = {}): MemoryWorld {
  const clock = options.after?.clock ?? new MemoryClock(options.now ?? Date.UTC(2026, 10, 17, 10, 0, 0));
  const github = options.after?.github ?? new MemoryGithub(clock);
  const traffic = options.after?.traffic ?? new MemoryTraffic(clock);
  if (options.policy !== undefined) github.files.set('.github/deploy-policy.yml', options.policy);
  const cancelling = new AbortController();
  const told: string[] = [];
  const masked: string[] = [];
  const announced: Announcing[] = [];
  const desk = options.after?.desk ?? { kept: new Map<string, WantedIssue>(), refuses: '' };
  const commands: CommandOptions[] = [];
  const requests: HttpRequest[] = [];
  const states = options.states ?? new Map<string, string>();
  const incidents: Incident[] = [];
  const dispatched: MemoryWorld['dispatched'] = [];
  const runsCancelled: number[] = [];
  const written = new Map<string, string>();
  return {
    clock,
    github,
    traffic,
    told,
    masked,
    states,
    commands,
    requests,
    incidents,
    dispatched,
    runsCancelled,
    cancel: () => cancelling.abort(),
    run: { ...aRun, ...options.run },
    log: {
      beat: async (name, run) => {
        told.push(`beat: ${name}`);
        return run();
      },
      info: (line) => told.push(`info: ${line}`),
      warn: (line) => told.push(`warn: ${line}`),
      mask: (secret) => masked.push(secret),
    },
    state: { save: (key, value) => states.set(key, value), read: (key) => states.get(key) ?? '' },
    announced,
    desk,
    announce: async (event) => {
      announced.push(event);
    },
    issues: deskOf(desk),
    ask: github.ask,
    deployments: github.store,
    files: {
      read: async (path) => github.workspace.get(path),
      bytes: async (path) => {
        const text = github.workspace.get(path);
        return text === undefined ? undefined : new TextEncoder().encode(text);
      },
      changedAt: async (path) => (github.workspace.has(path) ? clock.now() : undefined),
      list: async (folder) =>
        [...github.workspace.keys()]
          .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
          .sort(),
      walk: async (folder) => github.folder(folder),
      write: async (name, text) => {
        written.set(name, text);
        return `/tmp/${name}`;
      },
    },
    command: async (asked) => {
      commands.push(asked);
      if (options.command === undefined)
        return { code: 127, stdout: '', stderr: 'no command in this memory', timedOut: false };
      return options.command(asked);
    },
    cancelled: cancelling.signal,
    env: (name) => options.env?.[name],
    router: () => traffic.router,
    metrics: () => traffic.source,
    database: (asked) => {
      if (options.database === undefined) throw new Error('No database in this memory: give memoryWorld({database})');
      return options.database(asked);
    },
    shadow: async (asked) => {
      if (options.shadow === undefined)
        throw new Problem({
          what: 'There is no server to rehearse on',
          where: 'input shadow-url',
          fix: 'Give memoryWorld({shadow}).',
          reason: 'no-shadow',
        });
      return options.shadow(asked);
    },
    flag: ({ name }) => {
      const flag = options.flag?.(name);
      if (flag === undefined) throw new Error('No flags in this memory: give memoryWorld({flag})');
      return flag;
    },
    redeployer: (asked) => {
      if (options.redeployer === undefined)
        throw new Error('No redeployer in this memory: give memoryWorld({redeployer})');
      return options.redeployer(asked);
    },
    workflows: {
      dispatch: async (workflow, ref, inputs) => {
        dispatched.push({ workflow, ref, inputs });
        return options.dispatched?.(inputs);
      },
      cancel: async (runId) => {
        runsCancelled.push(runId);
      },
    },
    incident: async (incident) => {
      incidents.push(incident);
      return github.down
        ? { url: '', warnings: ['no incident was opened: GitHub does not answer'] }
        : { url: 'https://github.example/octo-org/shop/issues/491', warnings: [] };
    },
    network: options.network ?? noNetwork,
    grammar: createGrammar(),
    http: async (request) => {
      requests.push(request);
      if (options.http === undefined)
        return { kind: 'failed', because: 'connection refused', unreachable: true, durationMs: 1 };
      return options.http(request);
    },
  };
}

const nothing = {
  kind: 'failed',
  because: 'no network in this memory',
  unreachable: true,
  durationMs: 1,
  trouble: 'network',
} as const;
const noNetwork: NetworkPort = {
  handshake: async () => nothing,
  names: async () => nothing,
  open: async () => nothing,
};

const aRun: Run = {
  event: 'push',
  repository: { owner: 'octo-org', name: 'shop' },
  sha: sha('c'),
  ref: 'refs/heads/main',
  defaultBranch: 'main',
  actor: 'alice',
  triggeringActor: 'alice',
  id: 7001,
  attempt: 1,
  job: 'deploy',
  workflow: 'Deploy',
  workflowPath: '.github/workflows/deploy.yml',
  startedAt: Date.UTC(2026, 10, 17, 9, 59, 0),
  url: 'https://github.example/octo-org/shop/actions/runs/7001',
  serverUrl: 'https://github.example',
  jobStatus: 'success',
  byPerson: false,
};
