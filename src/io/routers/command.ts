// The router `command`: the repository's own scripts read and move the weights. Values reach them by environment alone.
import { parseDuration } from '../../kit/duration.ts';
import type { CommandRouterOptions } from '../../providers/routers.ts';
import type { Command, CommandReply, RouterOptions, Weights } from '../../world.ts';
import { Refused, Unreached, type Weighing, weightsFrom } from './weights.ts';

const defaultTimeout = 10_000;

/** Serves the weights through `get` and `set`. `get` prints JSON weights, or the second side's share as a number, on its last line.
 * `set` finds WEIGHTS (JSON), WEIGHT and SIDE (second side), WEIGHT_<SIDE> of each, ENVIRONMENT and LEG in its environment. */
export function commandWeighing(router: RouterOptions, options: CommandRouterOptions, command: Command): Weighing {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const [, second] = router.sides;
  const place = { SIDE: second, SIDES: router.sides.join(','), ENVIRONMENT: router.environment, LEG: router.leg };
  const run = (line: string | readonly string[], env: Readonly<Record<string, string>>) =>
    command({ line, env, timeoutMs, despiteCancel: true });
  return {
    async read() {
      const reply = await run(options.get, place);
      if (reply.code !== 0)
        throw new Unreached(failure('traffic.get', reply), 'Run the command on the runner by hand.');
      const last = reply.stdout.trimEnd().split('\n').at(-1) ?? '';
      const weights = weightsFrom(parsed(last), router.sides);
      if (weights !== undefined) return weights;
      throw new Unreached(
        `the command traffic.get printed “${last.slice(0, 80)}”`,
        `Let its last line be {"${router.sides.join('": 90, "')}": 10} or the share of ${second} as a number.`,
      );
    },
    async write(weights) {
      const reply = await run(options.set, { ...place, ...environmentOf(weights, second) });
      if (reply.timedOut)
        throw new Unreached(failure('traffic.set', reply), 'Raise traffic.timeout if it needs longer.');
      if (reply.code !== 0) throw new Refused(failure('traffic.set', reply), 'Run the command on the runner by hand.');
    },
  };
}

function environmentOf(weights: Weights, second: string): Readonly<Record<string, string>> {
  const each = Object.entries(weights).map(([side, weight]) => [
    `WEIGHT_${side.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`,
    String(weight),
  ]);
  return { ...Object.fromEntries(each), WEIGHT: String(weights[second] ?? 0), WEIGHTS: JSON.stringify(weights) };
}

function failure(name: string, reply: CommandReply): string {
  const said = (reply.stderr.trim() || reply.stdout.trim()).split('\n').at(-1) ?? '';
  const how = reply.timedOut ? 'took too long' : `ended with exit code ${reply.code}`;
  return `the command ${name} ${how}${said === '' ? '' : `: ${said.slice(0, 200)}`}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
