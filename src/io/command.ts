// Runs commands of the trusted policy in their own process group, so that nothing they started outlives a timeout or a cancel.
import type { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Command, CommandReply } from '../world.ts';

const outputLimit = 1024 * 1024;
/** Time a group has after SIGTERM before SIGKILL, ms. */
const grace = 2000;
/** Time for what it still says after that, ms. */
const lastWords = 500;
/** Time for output that something left behind holds open after the command's own end, ms. */
const straggling = 2000;

/** Serves `Command`: `cwd` is the workspace, `cancelled` ends what runs. Output over 1 MiB a stream is cut at its beginning. */
export function createCommand(cwd: string, cancelled: AbortSignal): Command {
  return async ({ line, env, timeoutMs, despiteCancel }) => {
    // Loaded with the first command: most runs have none.
    const { spawn } = await import('node:child_process');
    const [program, ...rest] = typeof line === 'string' ? ['bash', '-c', line] : line;
    const signal = despiteCancel === true ? new AbortController().signal : cancelled;
    return start(program ?? '', rest, {
      spawn,
      cwd,
      env: { ...ownEnvironment(), ...env },
      timeoutMs,
      cancelled: signal,
    });
  };
}

interface Surroundings {
  readonly spawn: typeof spawn;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly cancelled: AbortSignal;
}

/** The step's environment without the inputs of the action: a script has no business with the token among them. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')));
}

function start(program: string, rest: readonly string[], around: Surroundings): Promise<CommandReply> {
  return new Promise((resolve) => {
    const child = spawned(program, rest, around);
    if ('because' in child)
      return resolve({ code: 126, stdout: '', stderr: `${program}: ${child.because}`, timedOut: false });
    const [stdout, stderr] = [endOf(child.stdout), endOf(child.stderr)];
    let timedOut = false;
    let failure = '';
    let leaving: NodeJS.Timeout | undefined;
    // Who left the group, or was left behind by it, may hold its output open for ever: that is waited for no longer.
    const leave = () => {
      child.stdout.destroy();
      child.stderr.destroy();
      finish(child.exitCode ?? codeOf(child.signalCode));
    };
    const end = () => {
      endGroup(child.pid);
      clearTimeout(leaving);
      leaving = setTimeout(leave, grace + lastWords);
    };
    // What was said already is still taken.
    child.on('exit', () => (leaving ??= setTimeout(() => setImmediate(leave), straggling)));
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, around.timeoutMs);
    if (around.cancelled.aborted) end();
    around.cancelled.addEventListener('abort', end, { once: true });
    const finish = (code: number) => {
      clearTimeout(timer);
      clearTimeout(leaving);
      around.cancelled.removeEventListener('abort', end);
      const cut = [...(stdout.isCut() ? (['stdout'] as const) : []), ...(stderr.isCut() ? (['stderr'] as const) : [])];
      const said = { stdout: stdout.text(), stderr: `${stderr.text()}${failure}` };
      resolve({ code, ...said, timedOut, ...(cut.length === 0 ? {} : { cut }) });
    };
    child.on('error', (error) => {
      failure = `${program}: ${error.message}`;
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? codeOf(signal)));
  });
}

/** The end of what a stream says. */
function endOf(stream: Readable): { readonly text: () => string; readonly isCut: () => boolean } {
  let text = '';
  let whole = true;
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    whole &&= text.length <= outputLimit;
    // Cut now and then: a copy of the whole for every piece would keep the process busy.
    if (text.length > 2 * outputLimit) text = text.slice(-outputLimit);
  });
  return { text: () => text.slice(-outputLimit), isCut: () => !whole };
}

/** The process, or why there can be none: a value of its environment is too long, or holds what no environment can. */
function spawned(program: string, rest: readonly string[], { spawn, cwd, env }: Surroundings) {
  try {
    return spawn(program, rest, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // Node shows the value beside its reason; a value may be a secret.
    return { because: String(error).replace(/ Received .*$/s, '') };
  }
}

/** As shells count: 128 and the number of the signal that ended it. */
function codeOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + constants.signals[signal];
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), grace).unref();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}
