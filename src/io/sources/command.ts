// The source `command`: a script of the repository prints one number on its last line. The query reaches it by its environment alone.
import { parseDuration } from '../../kit/duration.ts';
import { redact } from '../../kit/redact.ts';
import type { CommandSourceOptions } from '../../providers/sources.ts';
import type { Command, MetricSource } from '../../world.ts';
import { erred } from './reading.ts';

const defaultTimeout = 10_000;

/** Runs the command with QUERY, AT (seconds since the epoch) and WINDOW (seconds). Nothing, `null` or `NaN` printed is no data. */
export function commandReader(options: CommandSourceOptions, command: Command): MetricSource {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  return {
    async read(query, at, windowMs) {
      const env = { QUERY: query, AT: String(at / 1000), WINDOW: String(Math.round(windowMs / 1000)) };
      const reply = await command({ line: options.command, env, timeoutMs });
      const said = redact((reply.stderr.trim() || reply.stdout.trim()).split('\n').at(-1) ?? '').slice(0, 200);
      if (reply.timedOut)
        return erred(
          `the metrics command took longer than ${timeoutMs / 1000} s`,
          'Raise its timeout, or make it quicker.',
          true,
          at,
        );
      if (reply.code !== 0) {
        return erred(
          `the metrics command ended with exit code ${reply.code}: ${said}`,
          'Run it on the runner by hand.',
          true,
          at,
        );
      }
      const last = reply.stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
      if (last === '' || last === 'null' || last === 'NaN') {
        return { kind: 'no-data', because: `the metrics command printed ${last === '' ? 'nothing' : last}`, at };
      }
      const value = Number(last);
      if (Number.isFinite(value)) return { kind: 'value', value, at };
      return erred(
        `the metrics command printed “${redact(last.slice(0, 80))}”, which is no number`,
        'Let its last line be the number alone.',
        false,
        at,
      );
    },
  };
}
