// The program of a migration tool: the repository's own first, then the machine's.
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../kit/problem.ts';
import type { ToolProfile } from '../../providers/tools.ts';
import type { Command, CommandReply } from '../../world.ts';

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
    if (reply.code === 0) return program;
    said = whyNot(reply) ?? said;
  }
  throw new Problem({
    what: `The migrations are for ${name}, and ${name} ${said === '' ? 'is not installed' : `does not start (${said})`}`,
    where: programs.map((words) => words.join(' ')).join(', '),
    fix:
      said === ''
        ? 'Install it before this step, as the repository does for itself.'
        : 'Install what it needs before this step; `--version` has to end with code 0.',
    reason: 'tool-missing',
  });
}

/** What a program says that is there and does not start: no interpreter (node, python) on PATH, a module missing. */
function whyNot({ code, stderr }: CommandReply): string | undefined {
  const interpreter = /^(?:\S*\/)?env: .*$/m.exec(stderr)?.[0];
  if (interpreter !== undefined || code === 127) return interpreter;
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*(?:Error|Exception)\b/.test(line)) ?? lines.find((line) => line !== '');
}

/** Knex looks for itself beside its file of settings, not where it was started. */
export async function nearModules(root: string): Promise<string> {
  const modules = join(root, 'node_modules');
  return access(modules).then(
    () => modules,
    () => tmpdir(),
  );
}
