// The router `command`: the repository's own scripts read and move the weights. Values reach them by environment alone.
import { parseDuration } from '../../kit/duration.ts';
import type { CommandRouterOptions } from '../../providers/routers.ts';
import type { Command, CommandReply, RouterOptions, Weights } from '../../world.ts';
import { Refused, Unreached, type Weighing, weightsFrom } from './weights.ts';

const defaultTimeout = 10_000;

/** Serves the weights through `get` and `set`. `get` prints JSON weights, or the second side's share as a number, on its last line.
 * `set` finds WEIGHTS (JSON), WEIGHT and SIDE (second side), WEIGHT_<SIDE> of each, ENVIRONMENT and LEG in its environment; of a flag FLAG and
 * AUDIENCE (names with commas between), of a rollout VERSION, SHA and ARTIFACT (lines). */
export function commandWeighing(router: RouterOptions, options: CommandRouterOptions, command: Command): Weighing {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const [, second] = router.sides;
  const sides = { SIDE: second, SIDES: router.sides.join(','), ENVIRONMENT: router.environment, LEG: router.leg };
  const place = { ...sides, ...broughtBy(router) };
  const named = (weights: Weights): Readonly<Record<string, string>> =>
    router.by === 'flag'
      ? { AUDIENCE: (router.audiences ?? []).filter((one) => (weights[one] ?? 0) > 0).join(',') }
      : {};
  const run = (line: string | readonly string[], env: Readonly<Record<string, string>>) =>
    command({ line, env, timeoutMs, despiteCancel: true });
  return {
    async read() {
      const reply = await run(options.get, place);
      if (reply.code !== 0)
        throw new Unreached(failure('traffic.get', reply), 'Run the command on the runner by hand.');
      const last = reply.stdout.trimEnd().split('\n').at(-1) ?? '';
      const weights = weightsFrom(parsed(last), router.sides, router.audiences);
      if (weights !== undefined) return weights;
      throw new Unreached(
        `the command traffic.get printed “${last.slice(0, 80)}”`,
        `Let its last line be {"${router.sides.join('": 90, "')}": 10} or the share of ${second} as a number.`,
      );
    },
    async write(weights) {
      const reply = await run(options.set, { ...place, ...environmentOf(weights, second), ...named(weights) });
      if (reply.timedOut)
        throw new Unreached(failure('traffic.set', reply), 'Raise traffic.timeout if it needs longer.');
      if (reply.code !== 0) throw new Refused(failure('traffic.set', reply), 'Run the command on the runner by hand.');
    },
  };
}

/** What a flag or a rollout is about. */
function broughtBy({ options, target }: RouterOptions): Readonly<Record<string, string>> {
  const flag = typeof options.flag === 'string' ? { FLAG: options.flag } : {};
  if (target === undefined) return flag;
  return { ...flag, VERSION: target.version, SHA: target.sha, ARTIFACT: target.artifact.join('\n') };
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
