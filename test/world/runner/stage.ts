// One stage (main or post) of one step: its process, its log, its files, and the result they add up to.
import { fileCommands } from './file-commands.ts';
import type { Masks } from './masks.ts';
import { StepLog } from './step-log.ts';
import { type Ended, type StepProcess, startProcess } from './step-process.ts';
import type { Outcome, StepResult, Waits, Words } from './types.ts';

export type StageOptions = {
  readonly name: 'main' | 'post';
  readonly label: string;
  readonly masks: Masks;
  readonly temp: string;
  readonly waits: Waits;
  readonly onLine: (line: string) => void;
};

export type StageCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Words;
  readonly warnings: readonly string[];
  readonly timeoutMs?: number;
  readonly continueOnError: boolean;
  /** The runner adds an error with the exit code to `run:` steps, not to actions. */
  readonly saysExitCode: boolean;
};

type Watch = { readonly text: string; readonly found: (line: string) => void; readonly missed: (error: Error) => void };

/** A stage, from the start of its process to its result. */
export class Stage {
  readonly name: 'main' | 'post';
  readonly pid: Promise<number | undefined>;
  #tellPid: (pid: number | undefined) => void = () => undefined;
  #process: StepProcess | undefined;
  #cancelled = false;
  #timedOut = false;
  #watches: Watch[] = [];
  #over = false;
  readonly #log: StepLog;
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.name = options.name;
    this.#options = options;
    this.pid = new Promise((resolve) => {
      this.#tellPid = resolve;
    });
    this.#log = new StepLog(options.masks, (line) => {
      options.onLine(line);
      for (const watch of this.#watches.filter(({ text }) => line.includes(text))) watch.found(line);
    });
  }

  /** A cancel by a person: signals, one after the other, until the process is gone. */
  cancel(): void {
    this.#cancelled = true;
    this.#process?.interrupt();
  }

  /** The machine goes: SIGKILL. */
  kill(): void {
    this.#cancelled = true;
    this.#process?.kill();
  }

  /** The first line that holds a text, past lines included. */
  sees(text: string): Promise<string> {
    const seen = this.#log.lines.find((line) => line.includes(text));
    if (seen !== undefined) return Promise.resolve(seen);
    if (this.#over) return Promise.reject(this.#missing(text));
    return new Promise((found, missed) => {
      this.#watches.push({ text, found, missed });
    });
  }

  /** The result of a step whose `if:` did not hold. */
  skip(): StepResult {
    this.#finish();
    return this.#result({ exitCode: null, diedOf: null }, 'skipped', 'skipped', {}, 0);
  }

  /** The result of a step that could not be started, e.g. for a bad expression. */
  refuse(message: string, continueOnError: boolean): StepResult {
    this.#log.say('error', message);
    this.#finish();
    return this.#result({ exitCode: null, diedOf: null }, 'failure', continueOnError ? 'success' : 'failure', {}, 0);
  }

  /** Does something in this process instead of starting one, e.g. a checkout. What it throws fails the step. */
  async perform(work: () => Promise<Words>, continueOnError: boolean): Promise<StepResult> {
    const began = performance.now();
    try {
      const outputs = await work();
      this.#finish();
      const outcome = this.#cancelled ? 'cancelled' : 'success';
      return this.#result({ exitCode: 0, diedOf: null }, outcome, outcome, { outputs }, performance.now() - began);
    } catch (error) {
      return this.refuse(error instanceof Error ? error.message : String(error), continueOnError);
    }
  }

  /** Runs the process to its end and reads what it left. */
  async run(options: StageCommand): Promise<{ readonly result: StepResult; readonly path: readonly string[] }> {
    const began = performance.now();
    const files = fileCommands(this.#options.temp);
    for (const warning of options.warnings) this.#log.say('warning', warning);
    const { command, args, cwd } = options;
    const { waits } = this.#options;
    const env = { ...options.env, ...files.env };
    const process = startProcess({ command, args, cwd, env, waits, onLine: (line) => this.#log.read(line) });
    this.#process = process;
    this.#tellPid(process.pid);
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => this.#timeOut(), options.timeoutMs);
    const ended = await process.ended;
    clearTimeout(timer);
    if (this.#timedOut) this.#sayTimedOut(options.timeoutMs ?? 0);
    else if (ended.exitCode !== 0 && !this.#cancelled)
      this.#log.say('error', `Process completed with ${cause(ended)}.`);
    const written = files.read();
    for (const error of written.errors) this.#log.say('error', error);
    const failed = ended.exitCode !== 0 || this.#timedOut || this.#log.failed || written.failed;
    const outcome = this.#cancelled ? 'cancelled' : failed ? 'failure' : 'success';
    const conclusion = outcome === 'failure' && options.continueOnError ? 'success' : outcome;
    this.#finish();
    const result = this.#result(ended, outcome, conclusion, written, performance.now() - began);
    return { result, path: written.path };
  }

  #timeOut(): void {
    this.#timedOut = true;
    this.#process?.interrupt();
  }

  #sayTimedOut(ms: number): void {
    this.#log.say('error', `The action '${this.#options.label}' has timed out after ${ms / 60_000} minutes.`);
  }

  #finish(): void {
    this.#over = true;
    this.#tellPid(undefined);
    for (const watch of this.#watches) watch.missed(this.#missing(watch.text));
    this.#watches = [];
  }

  #missing(text: string): Error {
    const last = this.#log.lines.slice(-20).join('\n');
    return new Error(
      `The step '${this.#options.label}' ended without a line holding "${text}". Its last lines:\n${last}`,
    );
  }

  #result(
    ended: Ended,
    outcome: Outcome,
    conclusion: Outcome,
    written: { readonly env?: Words; readonly outputs?: Words; readonly state?: Words; readonly summary?: string },
    durationMs: number,
  ): StepResult {
    const log = this.#log;
    const summary = (written.summary ?? '').split('\n').map((line) => this.#options.masks.hide(line));
    return {
      name: this.#options.label,
      stage: this.name,
      ...ended,
      outcome,
      conclusion,
      outputs: { ...log.outputs, ...written.outputs },
      state: { ...log.state, ...written.state },
      env: written.env ?? {},
      summary: summary.join('\n'),
      log: log.lines,
      annotations: log.annotations,
      masks: log.masked,
      signals: this.#process?.signals ?? [],
      timedOut: this.#timedOut,
      durationMs,
    };
  }
}

function cause(ended: Ended): string {
  return ended.diedOf === null ? `exit code ${ended.exitCode}` : `signal ${ended.diedOf}`;
}
