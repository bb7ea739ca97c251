// Octokit, over our own sender. Loaded with the first call: a run that ends at its inputs needs none.
import type { Octokit } from '@octokit/core';
import { sendHttp } from '../http.ts';
import { createFetch } from './fetch.ts';

/** Opens the way to an API; it logs nothing by itself. */
export async function openWire(options: { readonly apiUrl: string; readonly token: string }): Promise<Octokit> {
  const core = await import('@octokit/core');
  const quiet = () => {};
  return new core.Octokit({
    baseUrl: options.apiUrl.replace(/\/$/, ''),
    auth: options.token,
    userAgent: 'boring-deploys',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    request: { fetch: createFetch(sendHttp) },
  });
}
