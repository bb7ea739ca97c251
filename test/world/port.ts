// A free port of 127.0.0.1, for programs that cannot choose one themselves.
import { type AddressInfo, createServer } from 'node:net';

/** A port that was free a moment ago; another process may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}
