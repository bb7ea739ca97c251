// Octokit as @actions/github makes it: its requests know the runner's proxy. Loaded with the first call, since many a run needs none before its end.
import type { GitHub } from '@actions/github/lib/utils';

export type Wire = InstanceType<typeof GitHub>;

/** Opens the way to an API; it logs nothing by itself. */
export async function openWire(options: { readonly apiUrl: string; readonly token: string }): Promise<Wire> {
  const { GitHub } = await import('@actions/github/lib/utils');
  const quiet = () => {};
  return new GitHub({
    baseUrl: options.apiUrl.replace(/\/$/, ''),
    auth: options.token,
    userAgent: 'boring-deploys',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}
