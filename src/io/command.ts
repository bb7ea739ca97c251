// Runs commands of the trusted policy in their own process group, so that nothing they started outlives a timeout or a cancel.
import type { spawn } from 'node:child_process';
import type { Command, CommandReply } from '../world.ts';

const outputLimit = 1024 * 1024;
/** Time a group has after SIGTERM before SIGKILL, ms. */
const grace = 2000;
/** Time for what it still says after that, ms. */
const lastWords = 500;

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
    const child = around.spawn(program, rest, {
      cwd: around.cwd,
      env: around.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout = (stdout + piece).slice(-outputLimit);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr = (stderr + piece).slice(-outputLimit);
    });
    let leaving: NodeJS.Timeout | undefined;
    const end = () => {
      endGroup(child.pid);
      // Who left the group may hold its output open for ever: that is waited for no longer.
      leaving ??= setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        finish(child.exitCode ?? 1);
      }, grace + lastWords);
    };
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
      resolve({ code, stdout, stderr, timedOut });
    };
    child.on('error', (error) => {
      stderr += `${program}: ${error.message}`;
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
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
