// The whole in-memory GitHub: users, apps, teams, repositories, and the counters and the clock they share.
import type { FakeClock } from './clock.ts';
import { ObjectStore } from './objects.ts';
import type { App, User } from './records.ts';
import type { FakeRepository } from './repository.ts';

/** The app behind GITHUB_TOKEN, with GitHub's real ids (`reference/github.md` section 3). */
export const actionsApp: App = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' };
const actionsBotId = 41898282;

export interface NewUser {
  readonly type?: User['type'];
  readonly name?: string;
}

export class Hub {
  readonly clock: FakeClock;
  readonly objects = new ObjectStore();
  readonly repositories = new Map<string, FakeRepository>();
  /** `org/team` to the logins of its members. */
  readonly teams = new Map<string, readonly string[]>();
  readonly #users = new Map<string, User>();
  readonly #apps = new Map<string, App>([[actionsApp.slug, actionsApp]]);
  #lastId = 1000;
  /** Where the REST API is; known once the server listens. */
  apiUrl = 'http://127.0.0.1';
  /** What links to pages begin with. */
  serverUrl = 'https://github.com';

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  /** Ids grow over all kinds of things, so that creation order can be read from any two of them. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  findUser(login: string): User | undefined {
    return this.#users.get(login.toLowerCase());
  }

  /** The user of this name, made on first use; a name that ends in `[bot]` is an app's bot. */
  user(login: string, made: NewUser = {}): User {
    const known = this.findUser(login);
    if (known !== undefined) return known;
    const id = login === 'github-actions[bot]' ? actionsBotId : this.nextId();
    const type = made.type ?? (login.endsWith('[bot]') ? 'Bot' : 'User');
    const user: User = { id, login, type, name: made.name ?? null };
    this.#users.set(login.toLowerCase(), user);
    return user;
  }

  app(slug: string): App {
    const known = this.#apps.get(slug);
    if (known !== undefined) return known;
    const app: App = { id: this.nextId(), slug, name: slug };
    this.#apps.set(slug, app);
    return app;
  }

  /** The app a bot acts for; null for people. */
  appOf(login: string): App | null {
    return login.endsWith('[bot]') ? this.app(login.slice(0, -'[bot]'.length)) : null;
  }

  findRepository(fullName: string): FakeRepository | undefined {
    return this.repositories.get(fullName.toLowerCase());
  }
}

/** GraphQL's global id, in a form nobody can mistake for a number. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}
