// What a tool printed, where it printed more than is kept: the port keeps the last MiB of each stream.
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import type { CommandReply } from '../../world.ts';

const kept = 1024 * 1024;

/** Said behind the line that was found, when what came before the kept part is gone; else nothing. */
export function cutWords({ stdout, stderr }: CommandReply): string {
  return stdout.length >= kept || stderr.length >= kept
    ? ' (it printed more than 1 MiB, of which the end was kept)'
    : '';
}

/** Throws a Problem for a list of applied migrations whose beginning is gone: what is missing from it would be applied again. */
export function refuseCut({ stdout }: CommandReply): void {
  if (stdout.length < kept) return;
  throw new Problem({
    what: 'The command that tells what is applied printed more than 1 MiB, so that the beginning of its list is gone',
    where: 'migrations.commands.history',
    fix: 'Let it print the ids alone, one a line.',
    reason: 'history-unreadable',
  });
}

/** What Postgres says itself, among all that a tool prints around it. */
const databaseWords =
  /does not exist|already exists|violates|permission denied|lock timeout|canceling statement|syntax error|deadlock detected|read-only transaction/;

/** The line that says what is wrong, without the secrets. */
export function saidBy(reply: CommandReply, secrets: readonly string[]): string {
  const lines = redact(`${reply.stdout}\n${reply.stderr}`, secrets)
    .split('\n')
    .filter((one) => one.trim() !== '');
  const line =
    lines.find((one) => databaseWords.test(one)) ??
    lines.find((one) => /\berror\b/i.test(one)) ??
    lines.at(-1) ??
    `it ended with code ${reply.code}`;
  return `${line.trim().slice(0, 400)}${cutWords(reply)}`;
}
