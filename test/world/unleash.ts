// The real Unleash, from npm into a folder of its own on first use (AGPL, 185 MB: the repository does not depend on it), over our Postgres.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { unleashToken } from './flags.ts';
import { installed } from './npm-tools.ts';
import { freePort } from './port.ts';
import { startPostgres } from './postgres.ts';

const version = '7.4.1';
const startMs = 120_000;

/** Starts it with the flag `checkout` of the project `default`: on in `production`, for nobody yet. */
export async function startUnleashItself(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = installed({ 'unleash-server': version });
  if (folder === undefined) throw new Error('Unleash cannot be installed.');
  const home = join(folder, 'node_modules', 'unleash-server');
  const postgres = await startPostgres();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    DATABASE_URL: await postgres.createDatabase(),
    DATABASE_SSL: 'false',
    INIT_ADMIN_API_TOKENS: unleashToken,
    CHECK_VERSION: 'false',
    SEND_TELEMETRY: 'false',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(port),
  };
  const child = spawn(process.execPath, [join(home, 'dist', 'server.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      log = (log + piece.toString('utf8')).slice(-4_000);
    });
  }
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    }
    await postgres.stop();
  };
  try {
    for (const end = performance.now() + startMs; !(await healthy(url)); ) {
      if (child.exitCode !== null || performance.now() > end) throw new Error(`Unleash does not start: ${log}`);
      await new Promise((done) => setTimeout(done, 200));
    }
    await makeFlag(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function healthy(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function makeFlag(url: string): Promise<void> {
  const features = '/api/admin/projects/default/features';
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: unleashToken, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
  };
  await post(features, { name: 'checkout', type: 'release' });
  const place = `${features}/checkout/environments/production`;
  const parameters = { rollout: '0', stickiness: 'default', groupId: 'checkout' };
  await post(`${place}/strategies`, { name: 'flexibleRollout', parameters, constraints: [], segments: [] });
  await post(`${place}/on`, {});
}
