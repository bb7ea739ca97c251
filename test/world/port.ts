// Ports of 127.0.0.1 for programs that cannot choose one themselves, and for doors that close and open again.
import { createServer } from 'node:net';

/**
 * Below what systems hand out by themselves (Linux from 32768, others from 49152): a port from there may go to anybody's
 * outgoing connection between two moments, and is then in use when it is wanted again. Above the ports that fetch refuses.
 */
const first = 11_000;
const last = 32_000;

/** Neighbouring test processes draw from different ports. */
const lanes = 8;
const lane = Number(process.env.JEST_WORKER_ID ?? process.pid) % lanes;

const given = new Set<number>();

/** A port that nobody listens on and that this process has not given before; other test processes draw from other ports. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + lane + lanes * Math.floor((Math.random() * (last - first)) / lanes);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer, failed) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') answer(false);
      else failed(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}
