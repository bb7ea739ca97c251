// One side of the toy service: a real HTTP server that runs one version at a time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counters } from './counters.ts';
import { answerJson, type Door, handling, openDoor } from './http.ts';
import type { Behaviour, ServiceSide, Side, SideStats, Version } from './types.ts';

export type Orders = (query: string) => Promise<readonly unknown[]>;

export type SideOptions = {
  readonly name: Side;
  readonly releases: Readonly<Record<string, Behaviour>>;
  readonly orders: Orders;
};

/** Starts a side with nothing deployed: its port is chosen and closed. */
export async function startSide(options: SideOptions): Promise<ServiceSide> {
  const running = new RunningSide(options);
  const door = await openDoor(handling((request, response) => running.answer(request, response)));
  await door.close();
  return facade(options, running, door);
}

function facade(options: SideOptions, running: RunningSide, door: Door): ServiceSide {
  return {
    name: options.name,
    url: door.url,
    port: door.port,
    get running() {
      return running.version;
    },
    async deploy(version, behaviour) {
      running.deploy(version, behaviour ?? options.releases[version.version] ?? {});
      await door.listen();
    },
    behave: (behaviour) => running.behave(behaviour),
    down: () => door.close(),
    up: () => door.listen(),
    stats: () => running.stats(),
  };
}

class RunningSide {
  version: Version | undefined;
  #behaviour: Behaviour = {};
  #served = 0;
  #counters = new Counters();
  readonly #options: SideOptions;

  constructor(options: SideOptions) {
    this.#options = options;
  }

  deploy(version: Version, behaviour: Behaviour): void {
    this.version = { version: version.version, sha: version.sha };
    this.#counters = new Counters();
    this.behave(behaviour);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#served = 0;
  }

  stats(): SideStats {
    const { requests, errors, latencySumMs } = this.#counters;
    return { side: this.#options.name, version: this.version?.version ?? '', requests, errors, latencySumMs };
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const side = this.#options.name;
    const { version = '', sha = '' } = this.version ?? {};
    response.setHeader('x-version', version).setHeader('x-side', side);
    switch (new URL(request.url ?? '/', 'http://side').pathname) {
      case '/version':
        return answerJson(response, 200, { version, sha, side });
      case '/health':
        return answerJson(response, 200, { status: 'ok', side });
      case '/metrics':
        response.setHeader('content-type', 'text/plain; version=0.0.4').end(this.#counters.exposition(side));
        return;
      case '/stats':
        return answerJson(response, 200, this.stats());
      case '/':
        return this.#serve(response, async () => {
          response.setHeader('content-type', 'text/html; charset=utf-8');
          return `<!doctype html><title>Shop</title><h1>Shop ${version}</h1><p>served by ${side}</p>\n`;
        });
      case '/orders':
        return this.#serve(response, async () => {
          const orders = await this.#options.orders(
            this.#behaviour.ordersQuery ?? 'select * from orders order by id limit 50',
          );
          response.setHeader('content-type', 'application/json');
          return `${JSON.stringify({ version, side, orders })}\n`;
        });
      default:
        return answerJson(response, 404, { error: 'not found' });
    }
  }

  /** A request of a user: counted, slowed and failed as the version behaves. */
  async #serve(response: ServerResponse, page: () => Promise<string>): Promise<void> {
    const began = performance.now();
    const counters = this.#counters;
    const { failEvery = 0, slowMs = 0 } = this.#behaviour;
    this.#served += 1;
    const fails = failEvery > 0 && this.#served % failEvery === 0;
    if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
    let body: string | undefined;
    try {
      body = fails ? undefined : await page();
    } catch {
      // The database refused: users see an error page, as they would.
    }
    const code = body === undefined ? 500 : 200;
    counters.count(code, performance.now() - began);
    if (body === undefined) response.setHeader('content-type', 'text/plain');
    response.writeHead(code).end(body ?? 'Internal Server Error\n');
  }
}
