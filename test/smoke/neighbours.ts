// Real neighbours for suites: servers on loopback, a workspace in a temporary folder, certificates, and the port that io serves.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clock } from '../../src/io/clock.ts';
import { createCommand } from '../../src/io/command.ts';
import { createFiles } from '../../src/io/files.ts';
import { createHttp } from '../../src/io/http.ts';
import { createLook, type LookOptions } from '../../src/io/network/look.ts';
import type { SmokePort } from '../../src/smoke/port.ts';
import type { CheckResult, SuiteResult } from '../../src/smoke/result.ts';
import { runSuite, type WalkOptions } from '../../src/smoke/walk.ts';
import { aSuite, aWalk } from './town.ts';

export class Neighbours {
  readonly workspace = mkdtempSync(join(tmpdir(), 'boring-smoke-'));
  readonly cancelling = new AbortController();
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  /** The port of a run in this workspace. */
  port(options: LookOptions = {}): SmokePort {
    const { signal } = this.cancelling;
    return {
      http: createHttp(options.ca === undefined ? {} : { ca: options.ca }),
      network: createLook(options),
      command: createCommand(this.workspace, signal),
      files: createFiles(this.workspace, this.workspace),
      clock,
      cancelled: signal,
    };
  }

  async listen(server: Server, host = '127.0.0.1'): Promise<number> {
    this.servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      // Clients end connections as they like: a server is not surprised.
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  async serve(listener: RequestListener): Promise<string> {
    return `http://127.0.0.1:${await this.listen(createServer(listener))}`;
  }

  async tcp(listener: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(listener));
  }

  write(path: string, text: string | Uint8Array): string {
    const place = join(this.workspace, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    return place;
  }

  /** Runs a suite (lines of YAML below `version: 1`) against an address. */
  run(
    suite: string,
    baseUrl: string,
    change: Partial<WalkOptions> & { readonly look?: LookOptions } = {},
  ): Promise<SuiteResult> {
    const { look, ...walk } = change;
    const began = { runBegan: Date.now() - 60_000 };
    return runSuite(this.port(look), aSuite(suite), aWalk({ address: { baseUrl }, ...began, ...walk }));
  }

  async stop(): Promise<void> {
    this.cancelling.abort();
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    rmSync(this.workspace, { recursive: true, force: true });
  }
}

/** The check of that id. */
export function checkOf(result: SuiteResult, id: string): CheckResult {
  const found = result.checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

/** What a check found wrong, one line each. */
export function failuresIn(result: SuiteResult, id: string): readonly string[] {
  return checkOf(result, id).failures.map(({ about, expected, got }) => `${about}: ${expected}, got ${got}`);
}
