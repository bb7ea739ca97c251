// A real Prometheus (Debian's binary) that scrapes given targets each second.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './port.ts';

export type PrometheusOptions = {
  /** host:port of each `/metrics`. */
  readonly targets: readonly string[];
  /** Added to every series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Groups of rules, as a rule file has them. */
  readonly rules?: readonly object[];
  /** Time between two scrapes; default 1 s. */
  readonly intervalMs?: number;
};

export type Prometheus = {
  readonly url: string;
  /** Resolves when every target was scraped once more from now on: the first time takes some 5 s. */
  scraped(): Promise<void>;
  /** Scrapes these too from now on, all their series with these labels. */
  add(targets: readonly string[], labels: Readonly<Record<string, string>>): void;
  /** The instant value of a query that gives one series; undefined when it gives none. */
  value(query: string): Promise<number | undefined>;
  stop(): Promise<void>;
};

const READY_MS = 60_000;
const POLL_MS = 100;

/** Whether `prometheus` is on the PATH. */
export function prometheusAvailable(): boolean {
  return spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Starts Prometheus on a free port and waits until it is ready. Throws with its log when it does not start. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const home = mkdtempSync(join(tmpdir(), 'boring-prometheus-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // JSON is YAML.
  const groups = options.targets.length === 0 ? [] : [{ targets: options.targets, labels: options.labels ?? {} }];
  const found = join(home, 'targets.json');
  const every = `${options.intervalMs ?? 1_000}ms`;
  const config = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    scrape_configs: [{ job_name: 'shop', file_sd_configs: [{ files: [found], refresh_interval: '1s' }] }],
  };
  const writeTargets = (): void => {
    // Put in place whole, as Prometheus may read it at any moment.
    writeFileSync(`${found}.next`, JSON.stringify(groups));
    renameSync(`${found}.next`, found);
  };
  writeTargets();
  const file = join(home, 'prometheus.yml');
  const ruleFile = join(home, 'rules.yml');
  if (options.rules !== undefined) writeFileSync(ruleFile, JSON.stringify({ groups: options.rules }));
  const ruled = options.rules === undefined ? config : { ...config, rule_files: [ruleFile] };
  writeFileSync(file, JSON.stringify(ruled));
  const words = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(home, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn('prometheus', words, { cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.once('error', (error) => {
    log += error.message;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-4_000);
  });
  const stop = (): Promise<void> => end(child, home);
  const atExit = (): void => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  process.once('exit', atExit);
  const prometheus: Prometheus = {
    url,
    value: (query) => askValue(url, query),
    add(targets, labels) {
      groups.push({ targets, labels });
      writeTargets();
    },
    scraped: () => {
      const now = Date.now();
      const all = groups.reduce((sum, group) => sum + group.targets.length, 0);
      return until(() => scrapedSince(url, all, now), 'scrape its targets');
    },
    async stop() {
      process.removeListener('exit', atExit);
      await stop();
    },
  };
  try {
    await until(async () => {
      if (child.pid === undefined)
        throw new Error('The program prometheus is not on the PATH (Debian: apt-get install prometheus).');
      if (child.exitCode !== null) throw new Error(`prometheus did not start:\n${log}`);
      return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
    }, 'start');
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
  return prometheus;
}

async function end(child: ChildProcess, home: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(late);
  }
  rmSync(home, { recursive: true, force: true });
}

async function scrapedSince(url: string, targets: number, ms: number): Promise<boolean> {
  return (await askValue(url, `count(timestamp(up) > ${ms / 1000})`)) === targets;
}

async function askValue(url: string, query: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const body = (await answer.json()) as { error?: string; data?: { result: { value: [number, string] }[] } };
  if (body.data === undefined) throw new Error(`Prometheus refused ${query}: ${body.error}`);
  const [series, ...more] = body.data.result;
  if (more.length > 0) throw new Error(`${query} gives ${more.length + 1} series, not one.`);
  return series === undefined ? undefined : Number(series.value[1]);
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`prometheus did not ${what} within ${READY_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
