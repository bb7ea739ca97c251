// Routes about people and the repository itself: users, teams, permissions, rate limit, branches' rules, environments.
import { notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { profileShape, userShape } from '../shapes/people.ts';
import {
  branchShape,
  environmentShape,
  permissionShape,
  protectionShape,
  repositoryShape,
  ruleShapes,
} from '../shapes/repositories.ts';
import { reading } from '../tokens.ts';

/** The organisation's permission, which no workflow's token has (`reference/github.md` section 2). */
const membersOnly = reading('members');

export const generalRoutes: Routes = {
  'rate-limit/get': {
    needs: reading(),
    answer({ caller }) {
      const left = {
        limit: caller.rateLimit,
        used: caller.used,
        remaining: Math.max(0, caller.rateLimit - caller.used),
        reset: caller.resetAt,
      };
      const search = { limit: 30, used: 0, remaining: 30, reset: caller.resetAt };
      return { status: 200, body: { resources: { core: left, search, graphql: left }, rate: left } };
    },
  },
  'users/get-by-username': {
    needs: reading(),
    answer(asked) {
      const user = asked.hub.findUser(asked.text('username'));
      if (user === undefined) throw notFound();
      return { status: 200, body: profileShape(asked.hub, user, '2011-01-25T18:44:36Z') };
    },
  },
  'teams/list-members-in-org': {
    needs: membersOnly,
    answer(asked) {
      const members = asked.hub.teams.get(`${asked.text('org')}/${asked.text('team_slug')}`.toLowerCase());
      if (members === undefined) throw notFound();
      return { status: 200, body: asked.page(members).map((login) => userShape(asked.hub, asked.hub.user(login))) };
    },
  },
  'teams/get-membership-for-user-in-org': {
    needs: membersOnly,
    answer(asked) {
      const [org, team, login] = [asked.text('org'), asked.text('team_slug'), asked.text('username')];
      const members = asked.hub.teams.get(`${org}/${team}`.toLowerCase()) ?? [];
      if (!members.some((member) => member.toLowerCase() === login.toLowerCase())) throw notFound();
      return {
        status: 200,
        body: {
          role: 'member',
          state: 'active',
          url: `${asked.hub.apiUrl}/orgs/${org}/teams/${team}/memberships/${login}`,
        },
      };
    },
  },
  'repos/get': {
    needs: reading('metadata'),
    answer: (asked) => ({ status: 200, body: repositoryShape(asked.repo) }),
  },
  'repos/get-branch': {
    needs: reading('contents'),
    answer(asked) {
      const name = asked.text('branch');
      return { status: 200, body: branchShape(asked.repo, name, branchHead(asked, name)) };
    },
  },
  'repos/get-branch-protection': {
    needs: reading('administration'),
    answer(asked) {
      const name = asked.text('branch');
      branchHead(asked, name);
      const rule = asked.repo.protections.get(name);
      if (rule === undefined) throw refuse(404, 'Branch not protected');
      return { status: 200, body: protectionShape(asked.repo, name, rule) };
    },
  },
  'repos/get-branch-rules': {
    needs: reading('metadata'),
    answer: (asked) => ({
      status: 200,
      body: asked.page(ruleShapes(asked.repo, asked.repo.protections.get(asked.text('branch')))),
    }),
  },
  'repos/get-collaborator-permission-level': {
    needs: reading('metadata'),
    answer(asked) {
      const login = asked.text('username');
      const user = asked.hub.findUser(login);
      if (user === undefined) throw notFound();
      if (user.type !== 'User') throw refuse(404, `${login} is not a user`);
      return { status: 200, body: permissionShape(asked.repo, user, asked.repo.roleOf(login)) };
    },
  },
  'repos/get-all-environments': {
    needs: reading('actions'),
    answer(asked) {
      const all = [...asked.repo.environments.values()];
      const environments = asked.page(all).map((environment) => environmentShape(asked.repo, environment));
      return { status: 200, body: { total_count: all.length, environments } };
    },
  },
  'repos/get-environment': {
    needs: reading('actions'),
    answer(asked) {
      const environment = asked.repo.environments.get(asked.text('environment_name').toLowerCase());
      if (environment === undefined) throw notFound();
      return { status: 200, body: environmentShape(asked.repo, environment) };
    },
  },
};

function branchHead(asked: Asked, name: string): string {
  const sha = asked.repo.branches.get(name);
  if (sha === undefined) throw refuse(404, 'Branch not found');
  return sha;
}
