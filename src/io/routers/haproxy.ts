// The router `haproxy`: weights through the admin sockets of its runtime API, on every one or on none.
import { connect } from 'node:net';
import { parseDuration } from '../../kit/duration.ts';
import type { HaproxyRouterOptions } from '../../providers/routers.ts';
import type { RouterOptions, Weights } from '../../world.ts';
import { shareOf } from './server-weight.ts';
import { Refused, sameWeights, showWeights, Unreached, type Weighing } from './weights.ts';

const defaultTimeout = 5_000;
/** The largest weight that HAProxy takes. */
const largest = 256;

/** Serves the weights of a backend's servers. Percentages are never sent: HAProxy takes them of the initial weight, not of the traffic. */
export function haproxyWeighing(router: RouterOptions, options: HaproxyRouterOptions): Weighing {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const sockets = typeof options.socket === 'string' ? [options.socket] : options.socket;
  const servers = new Map(router.sides.map((side) => [side, listOf(options.servers?.[side] ?? side)]));
  const names = [...servers.values()].flat();

  async function weightsOn(socket: string): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (const name of names) {
      const reply = await say(socket, `get weight ${options.backend}/${name}`, timeoutMs);
      const weight = /^(\d+) \(initial \d+\)/.exec(reply)?.[1];
      if (weight === undefined) throw answered(socket, `${options.backend}/${name}`, reply);
      found.set(name, Number(weight));
    }
    return found;
  }

  async function setOn(socket: string, weights: ReadonlyMap<string, number>): Promise<void> {
    // What grows goes first, so that no moment leaves all weights at zero.
    for (const [name, weight] of [...weights].sort(([, a], [, b]) => b - a)) {
      const reply = await say(socket, `set weight ${options.backend}/${name} ${weight}`, timeoutMs);
      // Success is an empty line; a refusal is text, told as if all were well.
      if (reply !== '') throw answered(socket, `${options.backend}/${name}`, reply);
    }
  }

  return {
    nearest: (weights) => shareOf(numbersFor(weights, servers), servers, router.sides),
    async read() {
      const all = await Promise.all(
        sockets.map(async (socket) => shareOf(await weightsOn(socket), servers, router.sides)),
      );
      const [first, ...others] = all;
      if (first === undefined) throw new Refused('traffic.socket is empty', 'Name the admin socket.');
      const odd = others.findIndex((weights) => !sameWeights(first, weights, 0.5));
      if (odd === -1) return first;
      throw new Refused(
        `${sockets[0]} sends ${showWeights(first)}, ${sockets[odd + 1]} ${showWeights(others[odd] ?? {})}`,
        'Bring them in step: the next shift writes them all.',
        'router-partial',
      );
    },
    async write(weights) {
      const wanted = numbersFor(weights, servers);
      const back = Object.values(weights).includes(100);
      const done: { readonly socket: string; readonly before: ReadonlyMap<string, number> }[] = [];
      const failures: unknown[] = [];
      for (const socket of sockets) {
        try {
          const before = await weightsOn(socket);
          done.push({ socket, before });
          await setOn(socket, wanted);
        } catch (error) {
          failures.push(error);
          if (!back) break;
        }
      }
      if (failures.length === 0) return;
      if (!back) for (const { socket, before } of done) await setOn(socket, before).catch(() => undefined);
      const [failure] = failures;
      if (sockets.length === 1 || !(failure instanceof Unreached)) throw failure;
      if (back && !(failure instanceof Refused))
        throw new Unreached(`${failure.message} (the others followed)`, failure.remedy);
      const others = back ? 'the others followed' : 'the others got their weights from before';
      throw new Refused(`${failure.message} (${others})`, failure.remedy, 'router-partial');
    },
  };
}

/** Whole weights of at most 256 each, whose shares come nearest to the wanted ones; of equally near ones those that read as percent. */
function numbersFor(weights: Weights, servers: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const [[first = '', ofFirst = []] = [], [second = '', ofSecond = []] = []] = [...servers];
  const wanted = weights[second] ?? 0;
  let best = { error: Number.POSITIVE_INFINITY, total: 0, a: 0, b: 0 };
  for (let a = 0; a <= largest; a++) {
    for (let b = 0; b <= largest; b++) {
      if ((a === 0) !== (wanted === 100) || (b === 0) !== (wanted === 0)) continue;
      const share = (100 * b * ofSecond.length) / (a * ofFirst.length + b * ofSecond.length);
      const error = Math.abs(share - wanted);
      const total = Math.abs(a + b - 100);
      if (error < best.error - 1e-9 || (error < best.error + 1e-9 && total < best.total)) best = { error, total, a, b };
    }
  }
  const of = (side: string, weight: number) => (servers.get(side) ?? []).map((name) => [name, weight] as const);
  return new Map([...of(first, best.a), ...of(second, best.b)]);
}

function listOf(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}

function answered(socket: string, server: string, reply: string): Refused {
  const said = reply === '' ? 'nothing' : `“${reply.slice(0, 200)}”`;
  return new Refused(
    `HAProxy at ${socket} answers ${said} about ${server}`,
    'Check traffic.backend and traffic.servers, and that the socket has `level admin`.',
  );
}

/** One command, one answer; the socket closes after it. Throws Unreached when nobody answers in time. */
function say(socket: string, line: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const place = /^(.*):(\d+)$/.exec(socket);
    const wire = place === null ? connect({ path: socket }) : connect({ host: place[1] ?? '', port: Number(place[2]) });
    const fail = (because: string) => {
      wire.destroy();
      reject(
        new Unreached(
          `the HAProxy socket ${socket} does not answer: ${because}`,
          'Check traffic.socket, and that this runner may use it.',
        ),
      );
    };
    let told = '';
    wire.setTimeout(timeoutMs, () => fail(`nothing in ${timeoutMs} ms`));
    wire.setEncoding('utf8');
    wire.on('connect', () => wire.end(`${line}\n`));
    wire.on('data', (piece: string) => {
      told += piece;
    });
    wire.on('end', () => resolve(told.trim()));
    wire.on('error', (error) => fail(error.message));
  });
}
