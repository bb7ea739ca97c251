// The HTTP side of the fake GitHub: reads a request, lets the routes answer, keeps the log.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Faults } from './faults.ts';
import type { Hub } from './hub.ts';
import type { TokenBook } from './tokens.ts';

export interface LogLine {
  readonly method: string;
  /** `/repos/octo-org/shop/deployments` */
  readonly path: string;
  /** `/repos/{owner}/{repo}/deployments`; the path itself when there is no such route. */
  readonly route: string;
  /** 0 when the connection was cut. */
  readonly status: number;
  readonly at: string;
  readonly tokenName: string;
  readonly body: unknown;
}

export interface Inside {
  readonly hub: Hub;
  readonly tokens: TokenBook;
  readonly faults: Faults;
  readonly log: LogLine[];
  readonly problems: string[];
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

export async function listen(inside: Inside): Promise<Listening> {
  const server = createServer((_request, response) => {
    inside.problems.push('no routes yet');
    response.writeHead(501).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
