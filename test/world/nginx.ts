// A real nginx (Debian's) before two sides, each request answered by the side that the weights choose.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';

export interface Nginx {
  readonly url: string;
  /** The file that holds the upstream `shop`. */
  readonly config: string;
  /** How this nginx is called by hand. */
  readonly command: string;
  readonly home: string;
  /** Takes the configuration as it lies there, as somebody would by hand. */
  reload(): Promise<void>;
  /** What its error log says. */
  log(): string;
  stop(): Promise<void>;
}

const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path)) ?? 'nginx';

const startMs = 60_000;

/** Whether nginx is on this machine. */
export function nginxAvailable(): boolean {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).status === 0;
}

/** Starts nginx on a free port over the given text of `upstream shop { … }` and waits until it serves. */
export async function startNginx(upstream: string, folder?: string): Promise<Nginx> {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'boring-nginx-'));
  const port = await freePort();
  mkdirSync(join(home, 'conf.d'), { recursive: true });
  mkdirSync(join(home, 'tmp'), { recursive: true });
  chmodSync(home, 0o755);
  const config = join(home, 'conf.d', 'shop.conf');
  writeFileSync(config, upstream);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(home, 'tmp', name)};`,
  );
  writeFileSync(
    join(home, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${join(home, 'pid')}; error_log ${join(home, 'error.log')} notice;
events { worker_connections 256; }
http { access_log off; ${temporary.join(' ')}
include ${join(home, 'conf.d', '*')};
server { listen 127.0.0.1:${port}; location / { proxy_pass http://shop; proxy_connect_timeout 1s; add_header x-upstream $upstream_addr always; } } }
`,
  );
  const words = ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')];
  const child = spawn(program, words, { stdio: 'ignore' });
  child.once('error', () => undefined);
  const url = `http://127.0.0.1:${port}`;
  const log = () => (existsSync(join(home, 'error.log')) ? readFileSync(join(home, 'error.log'), 'utf8') : '');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const serves = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  for (const end = performance.now() + startMs; !(await serves()); ) {
    if (child.pid === undefined || child.exitCode !== null || performance.now() > end) {
      const said = log();
      await stop();
      throw new Error(`nginx does not start: ${said}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    url,
    config,
    home,
    command: [program, ...words].join(' '),
    log,
    reload: () =>
      new Promise((done, fail) => {
        spawn(program, [...words, '-s', 'reload'], { stdio: 'ignore' }).once('exit', (code) =>
          code === 0 ? done() : fail(new Error(`nginx did not reload: ${log()}`)),
        );
      }),
    stop,
  };
}
