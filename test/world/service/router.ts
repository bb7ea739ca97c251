// The router before the two sides: a reverse proxy that splits requests by weight, with an admin port for the weights.
import { Agent, type IncomingMessage, type RequestListener, type ServerResponse, request as send } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { Balance } from './balance.ts';
import { answerJson, handling, openDoor, readJson } from './http.ts';
import type { Router, RouterFault, RouterOptions, Side, WeightChange, Weights } from './types.ts';

const weight = z.number().int().min(0).max(100);
const weightsBody = z
  .strictObject({ blue: weight, green: weight })
  .refine(({ blue, green }) => blue + green === 100, 'blue and green must add up to 100');

/** Starts a router; all traffic goes to blue unless told otherwise. */
export async function startRouter(options: RouterOptions): Promise<Router> {
  const state = new State(options.weights ?? { blue: 100, green: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const front = await openDoor(proxy(options.upstreams, state, agent));
  const admin = await openDoor(handling((request, response) => administer(state, request, response)));
  const script = JSON.stringify(resolve('test/world/service/weights.mjs'));
  const node = JSON.stringify(process.execPath);
  return {
    url: front.url,
    adminUrl: admin.url,
    get weights() {
      return state.weights;
    },
    setWeights: (weights) => state.set(weightsBody.parse(weights)),
    log: state.log,
    get counts() {
      return { ...state.counts };
    },
    resetCounts: () => state.resetCounts(),
    fault: (fault) => {
      state.fault = fault;
    },
    commands: { get: `${node} ${script} get ${admin.url}`, set: `${node} ${script} set ${admin.url}` },
    async stop() {
      state.stop();
      agent.destroy();
      await Promise.all([front.close(), admin.close()]);
    },
  };
}

class State {
  weights: Weights;
  fault: RouterFault = {};
  readonly log: WeightChange[] = [];
  counts: Record<Side, number> = { blue: 0, green: 0 };
  readonly balance: Balance;
  #lagging: NodeJS.Timeout | undefined;

  constructor(weights: Weights) {
    this.weights = weightsBody.parse(weights);
    this.balance = new Balance(this.weights);
  }

  /** The same weights again change nothing and are not logged. */
  set(to: Weights): void {
    const from = this.weights;
    if (from.blue === to.blue) return;
    this.weights = to;
    this.log.push({ at: new Date().toISOString(), from, to });
    clearTimeout(this.#lagging);
    const { lagMs = 0 } = this.fault;
    if (lagMs === 0) this.balance.set(to);
    else this.#lagging = setTimeout(() => this.balance.set(to), lagMs);
  }

  pick(): Side {
    const side = this.balance.next();
    this.counts[side] += 1;
    return side;
  }

  resetCounts(): void {
    this.counts = { blue: 0, green: 0 };
  }

  stop(): void {
    clearTimeout(this.#lagging);
  }
}

async function administer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (state.fault.unreachable === true) {
    request.socket.destroy();
    return;
  }
  switch (`${request.method} ${new URL(request.url ?? '/', 'http://admin').pathname}`) {
    case 'GET /weights':
      return answerJson(response, 200, state.weights);
    case 'PUT /weights': {
      if (state.fault.refuse !== undefined) return answerJson(response, 500, { error: state.fault.refuse });
      const parsed = weightsBody.safeParse(await readJson(request));
      if (!parsed.success) return answerJson(response, 400, { error: z.prettifyError(parsed.error) });
      state.set(parsed.data);
      return answerJson(response, 200, state.weights);
    }
    case 'GET /admin/log':
      return answerJson(response, 200, state.log);
    case 'GET /counts':
      return answerJson(response, 200, state.counts);
    default:
      return answerJson(response, 404, { error: 'no such route' });
  }
}

function proxy(upstreams: Readonly<Record<Side, string>>, state: State, agent: Agent): RequestListener {
  return (request, response) => forward({ request, response, upstream: upstreams[state.pick()], agent, again: true });
}

type Forward = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upstream: string;
  readonly agent: Agent;
  readonly again: boolean;
};

function forward({ request, response, upstream, agent, again }: Forward): void {
  const { method = 'GET', headers } = request;
  const onward = send(new URL(request.url ?? '/', upstream), { method, headers, agent });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    // A kept connection may have been closed by the other end meanwhile: one more try, on a new one.
    else if (again && onward.reusedSocket && method === 'GET')
      forward({ request, response, upstream, agent, again: false });
    else response.writeHead(502, { 'content-type': 'text/plain' }).end('Bad Gateway\n');
  });
  request.pipe(onward);
}
