// Throw-away servers whose run was killed together with the shell that would have ended them: the next run of this machine ends and removes them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Where they are, and what their folders are called. */
export const serverFolder = { parent: '/tmp', prefix: 'boring-shadow-' } as const;
const keeper = 'keeper';

/** Writes down whose folder it is: this process on this machine. Containers share neither processes nor names. */
export function sign(home: string): void {
  writeFileSync(join(home, keeper), `${process.pid} ${hostname()}\n`);
}

/** Ends servers whose process is gone and removes their folders; says how many. What belongs to another machine or user stays. */
export function removeLeftServers(): number {
  const { parent, prefix } = serverFolder;
  const homes = readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name));
  return homes.filter((home) => isLeft(home) && remove(home)).length;
}

function isLeft(home: string): boolean {
  const [pid = '', host = ''] = (read(join(home, keeper)) ?? '').trim().split(' ');
  return host === hostname() && Number(pid) > 0 && !isAlive(Number(pid));
}

function remove(home: string): boolean {
  const server = Number((read(join(home, 'data', 'postmaster.pid')) ?? '').split('\n')[0]);
  // A number may belong to somebody else by now: only a process that was started on this very folder is ended.
  if (server > 0 && isAlive(server) && commandOf(server).includes(home)) process.kill(server, 'SIGQUIT');
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  } catch {
    return false;
  }
  return !existsSync(home);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error: any) {
    return error?.code === 'EPERM';
  }
}

function commandOf(pid: number): string {
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
