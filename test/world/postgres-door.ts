// A door before a real Postgres: it passes everything on, counts what migrations ask, and does what a test wants right before the n-th of it.
import { createServer, connect as dial, type Socket } from 'node:net';

export interface Door {
  /** The URL of a database, through the door. */
  through(url: string): string;
  /** What migrations have asked since `arm`, one text a message. */
  readonly asked: readonly string[];
  /** Counts anew; right before message `at` (from 1) goes through, `act` runs. Without one it only counts. */
  arm(at?: number, act?: () => void): void;
  close(): Promise<void>;
}

/** Opens a door on a port that the system chooses and that stays open until `close`. Sessions named `boring-deploys migrate …` are counted. */
export async function openDoor(target: { readonly port: number }): Promise<Door> {
  const sockets = new Set<Socket>();
  let asked: string[] = [];
  let point = { at: Number.POSITIVE_INFINITY, act: (): void => undefined };
  const server = createServer((client) => {
    const there = dial(target.port, '127.0.0.1');
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => there.destroy());
    there.on('close', () => client.destroy());
    there.on('data', (bytes) => client.write(bytes));
    const read = reader((sql) => {
      asked.push(sql);
      if (asked.length === point.at) point.act();
    });
    client.on('data', (bytes) => {
      read(bytes);
      there.write(bytes);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  return {
    through: (text) => {
      const url = new URL(text);
      url.port = String(port);
      return url.toString();
    },
    get asked() {
      return asked;
    },
    arm: (at = Number.POSITIVE_INFINITY, act = () => undefined) => {
      asked = [];
      point = { at, act };
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads what a client sends: a startup without a type, then messages of type and length. Simple queries and parsed statements are told. */
function reader(told: (sql: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let begun = false;
  let counts = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const head = begun ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      const body = rest.subarray(head + 4, end);
      const type = begun ? String.fromCharCode(rest[0] ?? 0) : '';
      if (!begun) counts = body.toString('utf8').includes('boring-deploys migrate ');
      if (counts && type === 'Q') told(body.subarray(0, -1).toString('utf8'));
      if (counts && type === 'P') told(body.toString('utf8').split('\0')[1] ?? '');
      begun = true;
      rest = rest.subarray(end);
    }
  };
}
