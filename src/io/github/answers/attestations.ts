// Answers about attestations: what GitHub keeps of a digest, read as it says of itself. Nobody verifies a signature here.
import { z } from 'zod';
import type { AttestationFact } from '../../../evidence/artifact.ts';
import { type Client, segment } from '../client.ts';
import { isMissing } from '../refusal.ts';

/** The attestations of a digest; none is known to be none. Throws a Refusal. */
export async function attestations(client: Client, digest: string): Promise<readonly AttestationFact[]> {
  try {
    const path = client.path(`/attestations/${segment(digest)}`);
    return await client.pages(path, {}, kept, { field: 'attestations' });
  } catch (fault) {
    if (isMissing(fault)) return [];
    throw fault;
  }
}

const text = z.string().catch('');

// in-toto Statement v1, and of SLSA provenance v1 what GitHub's own generator writes (build type actions.github.io/buildtypes/workflow/v1).
const statement = z.object({
  predicateType: text,
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).catch([]),
  predicate: z
    .object({
      buildDefinition: z
        .object({
          externalParameters: z
            .object({ workflow: z.object({ repository: text, path: text, ref: text }).optional() })
            .catch({}),
          resolvedDependencies: z.array(z.object({ digest: z.record(z.string(), z.string()).catch({}) })).catch([]),
        })
        .optional(),
    })
    .catch({}),
});

const kept = z
  .object({ bundle: z.object({ dsseEnvelope: z.object({ payload: z.string() }) }).nullish() })
  .transform(({ bundle }): AttestationFact => factOf(bundle?.dsseEnvelope.payload ?? ''));

/** A bundle that GitHub keeps elsewhere, or that is none, says nothing of itself. */
function factOf(payload: string): AttestationFact {
  const read = statement.safeParse(jsonOf(payload));
  if (!read.success) return { predicate: '', subjects: [], repository: '', workflow: '', ref: '', sha: '' };
  const { predicateType, subject, predicate } = read.data;
  const build = predicate.buildDefinition;
  const workflow = build?.externalParameters.workflow;
  return {
    predicate: predicateType,
    subjects: subject.flatMap(({ digest }) => Object.entries(digest).map(([name, value]) => `${name}:${value}`)),
    repository: workflow?.repository ?? '',
    workflow: workflow?.path ?? '',
    ref: workflow?.ref ?? '',
    sha: build?.resolvedDependencies.map(({ digest }) => digest.gitCommit ?? '').find((sha) => sha !== '') ?? '',
  };
}

function jsonOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
