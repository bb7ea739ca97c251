// One job on the runner: its steps in order, what they hand on, cancellation, and the post steps at the end.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionFile, inputsOf, inputVariables, readAction } from './action-file.ts';
import { contextVariables, type Fields, githubContext, machineVariables, runnerContext } from './contexts.ts';
import { evaluateCondition, evaluateText, type Scope } from './expressions.ts';
import { Masks } from './masks.ts';
import { Stage } from './stage.ts';
import { sweepOrphans } from './step-process.ts';
import type {
  Job,
  JobOptions,
  JobResult,
  JobStatus,
  Json,
  RunnerOptions,
  RunOptions,
  StepHandle,
  StepOptions,
  StepResult,
  Waits,
  Words,
  Work,
} from './types.ts';

export type Machine = {
  readonly options: RunnerOptions;
  readonly temp: string;
  readonly node: string;
  readonly actions: string;
  readonly waits: Waits;
};

type Post = { readonly action: ActionFile; readonly options: StepOptions; state: Words };
/** Works out what to start, when the step begins. */
type Command = (scope: Scope) => {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Words;
  readonly warnings: readonly string[];
};

/** A job under way. */
export class JobRun implements Job {
  readonly workspace: string;
  #status: JobStatus = 'success';
  #running: { readonly stage: Stage; readonly condition: string; readonly ended: Promise<StepResult> } | undefined;
  #lost = false;
  #path: readonly string[] = [];
  #env: Record<string, string>;
  readonly #steps: Record<string, Json> = {};
  readonly #results: StepResult[] = [];
  readonly #posts: Post[] = [];
  readonly #masks = new Masks();
  readonly #trackingId = `github_${randomUUID()}`;
  readonly #github: Fields;
  readonly #runner: Fields;
  readonly #machine: Machine;
  readonly #options: JobOptions;

  constructor(machine: Machine, options: JobOptions) {
    this.#machine = machine;
    this.#options = options;
    this.workspace = machine.options.workspace;
    this.#github = githubContext(machine.options, options, machine.temp);
    this.#runner = runnerContext(machine.temp);
    for (const secret of [...Object.values(options.secrets ?? {}), String(this.#github.token)]) this.#masks.add(secret);
    this.#env = {};
    for (const [name, value] of Object.entries(options.env ?? {})) this.#env[name] = this.evaluate(value);
  }

  get status(): JobStatus {
    return this.#status;
  }

  get lost(): boolean {
    return this.#lost;
  }

  evaluate(text: string): string {
    return evaluateText(text, this.#scope());
  }

  holds(condition: string): boolean {
    return evaluateCondition(condition, this.#scope());
  }

  uses(action: string, options: StepOptions = {}): Promise<StepResult> {
    return this.start(action, options).result;
  }

  run(script: string, options: RunOptions = {}): Promise<StepResult> {
    return this.startRun(script, options).result;
  }

  start(name: string, options: StepOptions = {}): StepHandle {
    const action = readAction(this.#machine.actions, name);
    const named = { name, ...options };
    return this.#start(named, async (stage) => {
      const post: Post = { action, options: named, state: {} };
      // Registered before main runs: a main that is killed has its post all the same.
      if (action.post !== undefined) this.#posts.push(post);
      const result = await this.#execute(stage, named, action.name, this.#commandOf(action, action.main, named), {});
      post.state = result.state;
      return result;
    });
  }

  startRun(script: string, options: RunOptions = {}): StepHandle {
    const named = { name: 'run', ...options };
    const command: Command = (scope) => {
      const file = join(this.#machine.temp, '_temp', `${randomUUID()}.sh`);
      writeFileSync(file, evaluateText(script, scope));
      // What GitHub runs without `shell:`, and with `shell: bash`.
      const flags = options.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
      return { command: 'bash', args: [...flags, file], env: {}, warnings: [] };
    };
    return this.#start(named, (stage) => this.#execute(stage, named, '__run', command, {}));
  }

  perform(work: Work, options: StepOptions = {}): Promise<StepResult> {
    return this.startWork(work, options).result;
  }

  startWork(work: Work, options: StepOptions = {}): StepHandle {
    const named = { name: 'work', ...options };
    return this.#start(named, (stage) => {
      const scope = this.#scope(named);
      const given = Object.entries(named.with ?? {}).map(([key, value]) => [key, evaluateText(String(value), scope)]);
      const at = {
        with: Object.fromEntries(given) as Words,
        env: scope.contexts.env as Words,
        workspace: this.workspace,
      };
      return stage.perform(async () => work(at), named.continueOnError ?? false);
    });
  }

  async cancel(): Promise<void> {
    this.#status = 'cancelled';
    const running = this.#running;
    if (running === undefined) return;
    if (running.stage.name === 'main' && !evaluateCondition(running.condition, this.#scope())) running.stage.cancel();
    await running.ended;
  }

  async kill(): Promise<void> {
    this.#lost = true;
    this.#status = 'cancelled';
    this.#running?.stage.kill();
    sweepOrphans(this.#trackingId);
    await this.#running?.ended;
  }

  async end(options: { readonly status?: JobStatus } = {}): Promise<JobResult> {
    if (options.status !== undefined && this.#status !== 'cancelled') this.#status = options.status;
    await this.#running?.ended;
    const post: StepResult[] = [];
    while (!this.#lost) {
      const next = this.#posts.pop();
      if (next === undefined) break;
      if (this.holds(next.action.postIf)) post.push(await this.#runPost(next));
    }
    sweepOrphans(this.#trackingId);
    return { status: this.#status, steps: this.#results, post };
  }

  #start(options: StepOptions, execute: (stage: Stage) => Promise<StepResult>): StepHandle {
    if (this.#running !== undefined)
      throw new Error('A step of this job is still running: steps go one after another.');
    if (this.#lost) throw new Error('The machine of this job is gone.');
    const condition = options.if ?? 'success()';
    const stage = this.#stage('main', options);
    const skip = !evaluateCondition(condition, this.#scope(options));
    const result = (skip ? Promise.resolve(stage.skip()) : execute(stage)).then((done) => {
      this.#running = undefined;
      this.#settle(done);
      const { outputs, outcome, conclusion } = done;
      if (options.id !== undefined) this.#steps[options.id] = { outputs, outcome, conclusion };
      return done;
    });
    this.#running = { stage, condition, ended: result };
    return {
      result,
      pid: stage.pid,
      sees: (text) => stage.sees(text),
      cancel: async () => {
        await this.cancel();
        return result;
      },
      kill: async () => {
        await this.kill();
        return result;
      },
    };
  }

  async #runPost(post: Post): Promise<StepResult> {
    const { action, options, state } = post;
    const stage = this.#stage('post', options);
    const command = this.#commandOf(action, action.post ?? action.main, options);
    const ended = this.#execute(stage, options, action.name, command, state);
    this.#running = { stage, condition: 'always()', ended };
    const done = await ended;
    this.#running = undefined;
    this.#settle(done);
    return done;
  }

  #settle(result: StepResult): void {
    this.#results.push(result);
    Object.assign(this.#env, result.env);
    if (result.conclusion === 'failure' && this.#status === 'success') this.#status = 'failure';
  }

  #stage(name: 'main' | 'post', options: StepOptions): Stage {
    const label = options.name ?? 'step';
    const onLine = (line: string): void => this.#machine.options.onLine?.(line, label);
    return new Stage({ name, label, masks: this.#masks, temp: this.#machine.temp, waits: this.#machine.waits, onLine });
  }

  async #execute(
    stage: Stage,
    options: StepOptions,
    action: string,
    command: Command,
    state: Words,
  ): Promise<StepResult> {
    const continueOnError = options.continueOnError ?? false;
    let scope: Scope;
    let program: ReturnType<Command>;
    try {
      scope = this.#scope(options);
      program = command(scope);
    } catch (error) {
      return stage.refuse(error instanceof Error ? error.message : String(error), continueOnError);
    }
    const env = scope.contexts.env as Words;
    const done = await stage.run({
      command: program.command,
      args: program.args,
      cwd: this.workspace,
      env: {
        ...machineVariables(),
        ...env,
        ...Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value])),
        ...program.env,
        PATH: [...this.#path, env.PATH ?? process.env.PATH ?? ''].join(':'),
        ...contextVariables({ ...this.#github, action: options.id ?? action }, this.#runner, this.#trackingId),
      },
      warnings: program.warnings,
      ...(options.timeoutMs === undefined || stage.name === 'post' ? {} : { timeoutMs: options.timeoutMs }),
      continueOnError,
      saysExitCode: program.command === 'bash',
    });
    this.#path = [...done.path].reverse().concat(this.#path);
    return done.result;
  }

  #commandOf(action: ActionFile, entry: string, options: StepOptions): Command {
    return (scope) => {
      const { inputs, warnings } = inputsOf(action, options.with ?? {}, scope);
      return { command: this.#machine.node, args: [join(action.folder, entry)], env: inputVariables(inputs), warnings };
    };
  }

  #scope(options: StepOptions = {}): Scope {
    const { matrix, strategy, secrets, vars, inputs, needs } = this.#options;
    const contexts = {
      github: this.#github,
      runner: this.#runner,
      env: this.#env,
      job: { status: this.#status },
      steps: this.#steps,
      matrix: matrix ?? null,
      strategy: strategy ?? {},
      secrets: { github_token: String(this.#github?.token ?? ''), ...secrets },
      vars: vars ?? {},
      inputs: inputs ?? {},
      needs: needs ?? {},
    };
    const scope = { contexts, status: this.#status };
    if (options.env === undefined) return scope;
    const env: Record<string, string> = { ...this.#env };
    for (const [name, value] of Object.entries(options.env)) env[name] = evaluateText(value, scope);
    return { contexts: { ...contexts, env }, status: this.#status };
  }
}
