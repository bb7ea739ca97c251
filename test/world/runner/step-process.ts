// Starts the process of a step and stops it as a runner does: SIGINT, SIGTERM, SIGKILL, to that one process only.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Signal, Waits } from './types.ts';

/** The runner's own waits in milliseconds (ProcessInvoker.cs of actions/runner 2.336). */
export const exactWaits: Waits = { interrupt: 7_500, terminate: 2_500, streams: 5_000 };

export type Ended = { readonly exitCode: number | null; readonly diedOf: NodeJS.Signals | null };

export type StepProcess = {
  readonly pid: number | undefined;
  readonly ended: Promise<Ended>;
  /** What was sent so far. */
  readonly signals: readonly Signal[];
  /** SIGINT, after `interrupt` SIGTERM, after `terminate` SIGKILL. A second call changes nothing. */
  interrupt(): void;
  /** SIGKILL at once. */
  kill(): void;
};

export type ProcessOptions = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly waits: Waits;
  readonly onLine: (line: string) => void;
};

/** Starts a process without a terminal and hands each line of both streams on. `ended` never rejects: no start is exit code 127. */
export function startProcess(options: ProcessOptions): StepProcess {
  const child = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const signals: Signal[] = [];
  const timers: NodeJS.Timeout[] = [];
  const flush = [splitLines(child.stdout, options.onLine), splitLines(child.stderr, options.onLine)];
  const send = (signal: Signal): void => {
    if (child.exitCode === null && child.signalCode === null && child.kill(signal)) signals.push(signal);
  };

  const ended = new Promise<Ended>((resolve) => {
    child.once('error', (error) => {
      options.onLine(`##[error]${error.message}`);
      if (child.pid === undefined) resolve({ exitCode: 127, diedOf: null });
    });
    child.once('exit', (exitCode, diedOf) => {
      for (const timer of timers) clearTimeout(timer);
      // A child of the process may hold the streams open: they are given up after a while.
      const giveUp = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, options.waits.streams);
      child.once('close', () => {
        clearTimeout(giveUp);
        for (const rest of flush) rest();
        resolve({ exitCode, diedOf });
      });
    });
  });

  return {
    pid: child.pid,
    ended,
    signals,
    interrupt() {
      if (timers.length > 0) return;
      send('SIGINT');
      timers.push(setTimeout(() => send('SIGTERM'), options.waits.interrupt));
      timers.push(setTimeout(() => send('SIGKILL'), options.waits.interrupt + options.waits.terminate));
    },
    kill: () => send('SIGKILL'),
  };
}

/** Hands on whole lines; the function it returns hands on what is left without a line end. */
function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  });
  return () => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') onLine(last);
  };
}

/** Kills every process that still carries a job's tracking id, as a runner does at the end of a job. Linux only. */
export function sweepOrphans(trackingId: string): readonly number[] {
  const swept: number[] = [];
  const mark = `RUNNER_TRACKING_ID=${trackingId}`;
  for (const entry of processFolders()) {
    const pid = Number(entry);
    if (pid === process.pid || !environmentOf(entry).split('\0').includes(mark)) continue;
    try {
      process.kill(pid, 'SIGKILL');
      swept.push(pid);
    } catch {
      // It ended meanwhile.
    }
  }
  return swept;
}

function processFolders(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
