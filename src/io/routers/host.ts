// The hosts a router's configuration lies on: a script runs on each, here or through a remote shell.
import type { Command, CommandReply } from '../../world.ts';

export interface Host {
  /** What people call it; empty for the runner itself. */
  readonly name: string;
  /** Runs a script of POSIX shell. It runs to its end even when the job is cancelled: traffic may be half-way. */
  run(script: string): Promise<CommandReply>;
}

/** One host for each name, reached by `via` (a command that takes the host and a line for its shell); without names, the runner itself. */
export function hostsOf(
  place: { readonly hosts?: readonly string[] | undefined; readonly via?: string | undefined },
  command: Command,
  timeoutMs: number,
): readonly Host[] {
  const names = place.hosts ?? [];
  const via = (place.via ?? '').split(/\s+/).filter((word) => word !== '');
  const run = (line: readonly string[]) => command({ line, env: {}, timeoutMs, despiteCancel: true });
  if (via.length === 0) return [{ name: '', run: (script) => run(['sh', '-c', script]) }];
  // A prompt for a password or a host key would hang until the deadline.
  const words = via[0] === 'ssh' ? ['ssh', '-o', 'BatchMode=yes', ...via.slice(1)] : via;
  return names.map((name) => ({ name, run: (script) => run([...words, name, `sh -c ${quoted(script)}`]) }));
}

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `lb1: ` in front of what a host said; nothing for the runner itself. */
export function at(host: Host): string {
  return host.name === '' ? '' : `${host.name}: `;
}
