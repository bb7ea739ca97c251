// What commands of the trusted policy say: run in the workspace, one question one run, never where the scripts are a stranger's.
import type { QuestionOf, Told } from '../../../evidence/question.ts';
import type { Command } from '../../../world.ts';
import { Refusal } from '../refusal.ts';

const longest = 120;

/** Runs the command and tells its exit code and the last line it wrote. On the event of a pull request nothing runs: the checked-out scripts
 * are the pull request's own, and the run may hold secrets. Of what it echoes, secrets are taken out before the line is cut: half of one is none
 * that anybody would know again. Throws a Refusal then, and where commands cannot be run at all. */
export async function said(
  command: Command | undefined,
  { event, clean }: { readonly event: string; readonly clean: (text: string) => string },
  { line, timeoutMs, whole }: QuestionOf<'command'>,
): Promise<Told<'command'>> {
  if (command === undefined || event.startsWith('pull_request')) {
    throw new Refusal({
      kind: 'invalid',
      because: 'commands are not run on pull requests: the scripts are the pull request’s own',
      remedy: 'nothing: the gate asks at deploy',
      where: '',
    });
  }
  const reply = await command({ line, timeoutMs });
  const lines = `${reply.stderr}\n${reply.stdout}`.split('\n').map((one) => one.trim());
  return {
    code: reply.code,
    timedOut: reply.timedOut,
    said: clean(lines.findLast((one) => one !== '') ?? '').slice(0, longest),
    ...(whole === true ? { output: reply.stdout } : {}),
  };
}
