// Who we are to GitHub: the login that stands on what our token writes, so that only our own comments are ever changed.
import { z } from 'zod';
import type { Client } from './client.ts';

/** The login behind a workflow's own token. */
const usualLogin = 'github-actions[bot]';

const viewer = z.object({ viewer: z.object({ login: z.string() }) });

export class Identity {
  readonly #client: Client;
  #login: string | undefined;

  constructor(client: Client, login?: string) {
    this.#client = client;
    this.#login = login;
  }

  /** An app's slug, read from something we wrote: its bot is us. Saves asking. */
  learn(appSlug: string): void {
    if (appSlug !== '') this.#login ??= `${appSlug}[bot]`;
  }

  /** Our login. Where GitHub does not tell, a workflow's own. Never throws. */
  async login(): Promise<string> {
    this.#login ??= await this.#client.query('query viewer { viewer { login } }', {}, viewer).then(
      (answer) => answer.viewer.login,
      () => usualLogin,
    );
    return this.#login;
  }
}
