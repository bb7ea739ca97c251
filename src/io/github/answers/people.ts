// Answers about people: what a login may do in the repository, and who is in a team.
import { z } from 'zod';
import type { Permission } from '../../../evidence/fact.ts';
import { type Client, segment } from '../client.ts';
import { isMissing, Refusal } from '../refusal.ts';

const roles = ['admin', 'maintain', 'write', 'triage', 'read', 'none'] as const satisfies readonly Permission[];

const permissionShape = z
  .object({ permission: z.string(), role_name: z.string().optional() })
  // A custom role has a name of its own; `permission` is then the base it builds on.
  .transform(({ permission, role_name }) => roles.find((role) => role === role_name) ?? permission)
  .pipe(z.enum(roles));

/** What a login may do; someone GitHub does not know here may do nothing. */
export async function permission(client: Client, login: string): Promise<Permission> {
  try {
    return await client.get(client.path(`/collaborators/${segment(login)}/permission`), {}, permissionShape);
  } catch (fault) {
    if (isMissing(fault)) return 'none';
    throw fault;
  }
}

/** The logins of a team (`org/team`, with or without `@`). */
export async function teamMembers(client: Client, team: string): Promise<readonly string[]> {
  const [org = '', slug = ''] = team.replace(/^@/, '').split('/');
  try {
    const path = `/orgs/${segment(org)}/teams/${segment(slug)}/members`;
    const members = await client.pages(path, {}, z.object({ login: z.string() }));
    return members.map((member) => member.login);
  } catch (fault) {
    const hidden = ['missing', 'permission', 'forbidden'];
    if (!(fault instanceof Refusal) || !hidden.includes(fault.parts.kind)) throw fault;
    throw new Refusal({
      kind: 'forbidden',
      because: `the token can not read the team @${org}/${slug}, or there is none of that name`,
      remedy:
        'give `github-token` a token that reads teams (`members: read` of the organization); `github.token` can not',
      where: fault.parts.where,
    });
  }
}
