// A program of the cluster as the runner has it: words without a shell, one deadline, its last words where it fails.
import { redact } from '../../kit/redact.ts';
import type { Command } from '../../world.ts';

/** Ends with its output, or with why it failed. `code` 0 is the only success. */
export interface Said {
  readonly ok: boolean;
  readonly out: string;
  readonly because: string;
}

export type Program = (words: readonly string[], timeoutMs?: number) => Promise<Said>;

const defaultTimeout = 15_000;

/** Calls `program` with `place` (context, namespace) in front of the words. It runs on although the job is cancelled: users come first. */
export function createProgram(program: string, place: readonly string[], command: Command): Program {
  const line = program.split(/\s+/).filter((word) => word !== '');
  return async (words, timeoutMs = defaultTimeout) => {
    const reply = await command({ line: [...line, ...words, ...place], env: {}, timeoutMs, despiteCancel: true });
    const last = redact(reply.stderr.trim().split('\n').at(-1) ?? '').slice(0, 300);
    const because = reply.timedOut ? 'no answer in time' : last === '' ? `exit code ${reply.code}` : last;
    return { ok: reply.code === 0 && !reply.timedOut, out: reply.stdout, because };
  };
}
