// A shop that has every flow of the five processes, each of which can be broken by itself.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `fails`: status 500. `lies`: status as usual, but the content is wrong. `slow`: the answer comes after 600 ms. */
export type Defect = 'fails' | 'lies' | 'slow';

interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly html?: string;
}

export interface FlowsOptions {
  readonly version: string;
  readonly sha: string;
  /** Milliseconds before an answer; default none. */
  readonly delay?: () => number;
}

export class Flows {
  /** Defects by route, such as `GET /health`; a star stands for one segment. */
  readonly broken = new Map<string, Defect>();
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** What was made and not removed. */
  readonly made = new Set<string>();
  url = '';
  private readonly server: Server;
  private number = 0;

  private readonly options: FlowsOptions;

  private constructor(options: FlowsOptions) {
    this.options = options;
    this.server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        const route = routeOf(request);
        const defect = this.broken.get(route);
        this.asked.push(`${request.method} ${request.url}`);
        const answer = this.answerOf(request, route, defect);
        const wait = defect === 'slow' ? 600 : (options.delay?.() ?? 0);
        setTimeout(() => {
          response.setHeader('cache-control', 'max-age=60');
          response.setHeader(
            'content-type',
            answer.html === undefined ? 'application/json' : 'text/html; charset=utf-8',
          );
          response.writeHead(answer.status ?? 200).end(answer.html ?? JSON.stringify(answer.json ?? {}));
        }, wait);
      });
    });
  }

  static async start(options: FlowsOptions): Promise<Flows> {
    const flows = new Flows(options);
    await new Promise<void>((resolve) => flows.server.listen(0, '127.0.0.1', resolve));
    flows.url = `http://127.0.0.1:${(flows.server.address() as AddressInfo).port}`;
    return flows;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answerOf(request: IncomingMessage, route: string, defect: Defect | undefined): Answer {
    // A stranger is refused before anything can break.
    if (isClosed(route) && !request.headers.authorization?.startsWith('Bearer tok-')) return { status: 401 };
    if (defect === 'fails') return { status: 500, json: { error: 'broken on purpose' } };
    const well = this.wellOf(request, route);
    if (defect !== 'lies') return well;
    return well.html === undefined
      ? { ...well, json: { status: 'DOWN', connected: false } }
      : { ...well, html: '<p>undefined</p>' };
  }

  private wellOf(request: IncomingMessage, route: string): Answer {
    const { version, sha } = this.options;
    const path = request.url?.split('?')[0] ?? '';
    switch (route) {
      case 'GET /version':
        return { json: { version, commit: sha } };
      case 'GET /':
        return { html: '<link rel=stylesheet href=/a.css><script src=/b.js></script><h1>Shop</h1><img src=/c.png>' };
      case 'GET /actuator/health':
        return { json: { status: 'UP' } };
      case 'GET /health':
        return { json: { status: 'ok' } };
      case 'GET /health/database':
        return { json: { connected: true, query_ms: 3 } };
      case 'GET /health/integrations':
        return {
          json: {
            services: [
              { name: 'payments', up: true },
              { name: 'mail', up: true },
            ],
          },
        };
      case 'POST /api/auth/login':
        return { json: { token: `tok-${this.next()}` } };
      case 'GET /dashboard':
        return { html: '<h1>Dashboard</h1>' };
      case 'GET /api/orders':
        return { json: { orders: [] } };
      case 'GET /api/account':
        return { json: { tier: 'STANDARD' } };
      case 'GET /api/search':
        return { json: { hits: [] } };
      case 'GET /api/outbox':
        return { json: { mails: [{ subject: 'Welcome' }] } };
      case 'GET /api/mobile/version':
        return { json: { supported: true } };
      case 'GET /admin/users':
        return { json: { users: [] } };
      case 'GET /api/documents/*':
        return { json: { state: 'processed' } };
      case 'POST /api/payments/orders/*/simulate':
        return { json: { state: 'PAID' } };
      case 'GET /api/payments/orders/*/calls':
        return { json: { calls: [{ event: 'paid' }] } };
      default:
        return this.changed(request.method ?? '', path);
    }
  }

  /** Makes and removes; anything else of ours is a file. */
  private changed(method: string, path: string): Answer {
    if (method === 'GET') return /\.(css|js|png)$/.test(path) ? {} : { status: 404 };
    if (method === 'DELETE') return { status: this.made.delete(path.split('/').at(-1) ?? '') ? 204 : 404 };
    const id = path.includes('payments') ? `ORD-20261117-A${this.next()}` : `id${this.next()}`;
    this.made.add(id);
    return { status: 201, json: { id, orderId: id, qrCodeUrl: 'https://img.vietqr.io/x' } };
  }

  private next(): number {
    this.number += 1;
    return this.number;
  }
}

function routeOf(request: IncomingMessage): string {
  const path = (request.url?.split('?')[0] ?? '').replace(/\/(id\d+|ORD-[^/]+)/, '/*');
  return `${request.method} ${path}`;
}

/** Sign-up and login are open, everything else below /api and /admin wants a token; what tests look at is open too. */
function isClosed(route: string): boolean {
  return /^\w+ \/(api\/(orders|students|payments|documents|search|account)|admin|dashboard)/.test(route);
}
