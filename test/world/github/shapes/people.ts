// Users and apps as GitHub's REST API shows them.
import { type Hub, nodeId } from '../hub.ts';
import type { App, User } from '../records.ts';

export type Json = Record<string, unknown>;

const userLinks = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
};

export function userShape(hub: Hub, user: User): Json {
  const url = `${hub.apiUrl}/users/${encodeURIComponent(user.login)}`;
  const page = user.type === 'Bot' ? `/apps/${user.login.replace('[bot]', '')}` : `/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${user.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${hub.serverUrl}${page}`,
    ...Object.fromEntries(Object.entries(userLinks).map(([key, path]) => [key, `${url}${path}`])),
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** What GET /users/{username} adds. */
export function profileShape(hub: Hub, user: User, since: string): Json {
  const nothing = { company: null, blog: '', location: null, email: null, hireable: null, bio: null };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return { ...userShape(hub, user), name: user.name, ...nothing, ...counts, created_at: since, updated_at: since };
}

export function appShape(hub: Hub, app: App | null): Json | null {
  if (app === null) return null;
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: userShape(hub, hub.user('github', { type: 'Organization' })),
    name: app.name,
    description: '',
    external_url: `${hub.serverUrl}/features/actions`,
    html_url: `${hub.serverUrl}/apps/${app.slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: {},
    events: [],
  };
}
