// Credentials for registries: those a login step left for Docker, and for GitHub's own registry the token of this run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials, CredentialsOf } from './registry.ts';

export interface CredentialSources {
  readonly env: (name: string) => string | undefined;
  readonly githubToken: string;
  /** Where GitHub is, e.g. `https://github.com`: its registry is known by it. */
  readonly serverUrl: string;
}

/** Looks into `config.json` of Docker (`DOCKER_CONFIG`, else `.docker` of the home). A credential helper is a program of the runner's that hands out
 * more than the gate needs: it is named, and not run. Never throws. */
export function createCredentials({ env, githubToken, serverUrl }: CredentialSources): CredentialsOf {
  const server = URL.canParse(serverUrl) ? new URL(serverUrl).host : '';
  const registry = server === 'github.com' ? 'ghcr.io' : `containers.${server}`;
  return async (host) => {
    const kept = await keptFor(host, env('DOCKER_CONFIG') ?? join(env('HOME') ?? '', '.docker'));
    if (kept?.kind === 'login') return kept;
    const isOurs = host === registry && githubToken !== '';
    return isOurs ? { kind: 'login', value: Buffer.from(`x-access-token:${githubToken}`).toString('base64') } : kept;
  };
}

/** Docker keeps its own registry under an address of old. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'registry-1.docker.io': ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'],
};

async function keptFor(host: string, folder: string): Promise<Credentials | undefined> {
  try {
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    const names = [host, `https://${host}`, `http://${host}`, ...(aliases[host] ?? [])];
    for (const name of names) {
      const auth: unknown = config?.auths?.[name]?.auth;
      if (typeof auth === 'string' && auth !== '') return { kind: 'login', value: auth };
    }
    const isStored = names.some((name) => config?.auths?.[name] !== undefined);
    const helper: unknown =
      names.map((name) => config?.credHelpers?.[name]).find((one) => one !== undefined) ??
      (isStored ? config?.credsStore : undefined);
    return typeof helper === 'string' && helper !== ''
      ? { kind: 'helper', program: `docker-credential-${helper.slice(0, 60)}` }
      : undefined;
  } catch {
    return undefined;
  }
}
