// The program of a migration tool: the repository's own first, then the machine's.
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import type { ToolProfile } from '../../providers/tools.ts';
import type { Command } from '../../world.ts';

/** The first of the profile's programs that tells its version. Throws a Problem where none does, with what one that does not start says. */
export async function installedProgram(
  command: Command,
  { programs, name }: ToolProfile,
  timeoutMs: number,
): Promise<readonly string[]> {
  let said = '';
  for (const program of programs) {
    const version = name === 'golang-migrate' ? '-version' : '--version';
    const reply = await command({ line: [...program, version], timeoutMs });
    // A script whose interpreter (node, python) is not on PATH is there and does not start.
    said = /^(?:\S*\/)?env: .*$/m.exec(reply.stderr)?.[0] ?? said;
    if (reply.code === 0) return program;
  }
  throw new Problem({
    what: `The migrations are for ${name}, and ${name} ${said === '' ? 'is not installed' : `does not start (${said})`}`,
    where: programs.map((words) => words.join(' ')).join(', '),
    fix: 'Install it before this step, as the repository does for itself.',
    reason: 'tool-missing',
  });
}

/** Knex looks for itself beside its file of settings, not where it was started. */
export async function nearModules(root: string): Promise<string> {
  const modules = join(root, 'node_modules');
  return access(modules).then(
    () => modules,
    () => tmpdir(),
  );
}
