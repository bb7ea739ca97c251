// Answers about the settings of an environment or the repository: the names of its secrets and variables, never a value.
import { z } from 'zod';
import { type Client, segment } from '../client.ts';
import { Refusal } from '../refusal.ts';

/** The names, as GitHub writes them (upper case). `environment` empty: those of the repository. A workflow's own token is refused, saying which one is not. */
export async function settingNames(
  client: Client,
  { of, environment }: { readonly of: 'secrets' | 'variables'; readonly environment: string },
): Promise<readonly string[]> {
  const below = environment === '' ? `/actions/${of}` : `/environments/${segment(environment)}/${of}`;
  try {
    const named = await client.pages(client.path(below), {}, z.object({ name: z.string() }), { field: of });
    return named.map(({ name }) => name);
  } catch (fault) {
    throw refused(fault, of, environment);
  }
}

function refused(fault: unknown, of: string, environment: string): unknown {
  if (!(fault instanceof Refusal)) return fault;
  const where = { where: fault.parts.where };
  if (fault.parts.kind === 'missing')
    return new Refusal({
      kind: 'missing',
      because: environment === '' ? `GitHub finds no ${of}` : `the repository has no environment ${environment}`,
      remedy: 'make it under Settings, Environments',
      ...where,
    });
  if (!['permission', 'forbidden', 'fork'].includes(fault.parts.kind)) return fault;
  // The permissions of fine-grained tokens and apps; the keys of `permissions:` in a workflow have neither (GitHub Docs, "Permissions required for ...").
  const right = environment === '' ? `\`${of === 'secrets' ? 'Secrets' : 'Variables'}: read\`` : '`Environments: read`';
  return new Refusal({
    kind: 'forbidden',
    because: `the token can not read the names of ${of}${environment === '' ? '' : ` of ${environment}`}`,
    remedy: `give \`github-token\` the token of an app with ${right}; \`github.token\` can not have it. Or ask by \`command:\`, or attest it`,
    ...where,
  });
}
