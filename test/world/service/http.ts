// A loopback HTTP server with a fixed port once chosen, and the small answers the toy world gives.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { freePort } from '../port.ts';

export type Door = {
  readonly port: number;
  readonly url: string;
  readonly open: boolean;
  /** Opens the same port again. */
  listen(): Promise<void>;
  /** Closes the port and drops its connections; later ones are refused. */
  close(): Promise<void>;
};

/** Opens a server on a port of 127.0.0.1 that stays its own while it is closed. */
export async function openDoor(listener: RequestListener): Promise<Door> {
  const port = await freePort();
  let server: Server | undefined;
  const listen = async (): Promise<void> => {
    if (server !== undefined) return;
    const fresh = createServer(listener);
    await new Promise<void>((resolve, reject) => {
      fresh.once('error', reject);
      fresh.listen(port, '127.0.0.1', resolve);
    });
    server = fresh;
  };
  await listen();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get open() {
      return server !== undefined;
    },
    listen,
    async close() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      closing.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

/** The JSON body of a request, undefined when it is none or over 64 KiB. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > 65_536) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(chunks.map((chunk) => chunk.toString('utf8')).join(''));
  } catch {
    return undefined;
  }
}

/** Runs an async handler; what it throws is answered as 500. */
export function handling(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  };
}
