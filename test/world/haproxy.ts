// A real HAProxy (Debian's) before two sides, with its admin socket.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';

export interface Haproxy {
  readonly url: string;
  /** Path of the admin socket. */
  readonly socket: string;
  /** Starts it anew with its first weights, as a reload by somebody else would. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const program = ['/usr/sbin/haproxy', '/usr/bin/haproxy'].find((path) => existsSync(path)) ?? 'haproxy';

const startMs = 60_000;

/** Whether HAProxy is on this machine. */
export function haproxyAvailable(): boolean {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).status === 0;
}

/** Starts HAProxy with the backend `shop` of these lines (`server blue 127.0.0.1:1 weight 100`) and waits until it serves. */
export async function startHaproxy(servers: readonly string[]): Promise<Haproxy> {
  const home = mkdtempSync(join(tmpdir(), 'boring-haproxy-'));
  const port = await freePort();
  const socket = join(home, 'admin.sock');
  const file = join(home, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend in
  bind 127.0.0.1:${port}
  default_backend shop
backend shop
  balance roundrobin
${servers.map((line) => `  ${line}\n`).join('')}`,
  );
  const url = `http://127.0.0.1:${port}`;
  const kill = () => child?.kill('SIGKILL');
  process.once('exit', kill);
  let child: ChildProcess | undefined;
  try {
    await begin();
  } catch (error) {
    await stop();
    throw error;
  }

  async function begin() {
    const started = spawn(program, ['-f', file, '-db'], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let log = '';
    started.once('error', (error) => {
      log += error.message;
    });
    started.stderr.on('data', (piece: Buffer) => {
      log += piece.toString('utf8');
    });
    const serves = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    for (const until = performance.now() + startMs; !(await serves()); ) {
      if (started.pid === undefined || started.exitCode !== null || performance.now() > until)
        throw new Error(`HAProxy does not start: ${log}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async function end() {
    const running = child;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill('SIGTERM');
    await ended;
  }

  async function stop() {
    process.removeListener('exit', kill);
    await end();
    rmSync(home, { recursive: true, force: true });
  }

  return {
    url,
    socket,
    async restart() {
      await end();
      await begin();
    },
    stop,
  };
}
