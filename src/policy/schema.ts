// The JSON Schema of the policy file, for editors.
import { z } from 'zod';
import { policyShape } from './shape.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** The schema of the file as it is written (draft 2020-12), the names of the vocabulary offered where one is chosen. */
export function policySchema(vocabulary: Vocabulary): object {
  const ids = [...new Set([...vocabulary.criteria.keys(), ...vocabulary.catalogue.keys()])];
  return z.toJSONSchema(policyShape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      if (path.length === 0) Object.assign(jsonSchema, { title: 'Boring Deploys policy', $id: 'policy.schema.json' });
      const names = namesFor(path, vocabulary, ids);
      // `examples` complete in editors without forbidding an own name.
      if (names !== undefined && zodSchema._zod.def.type !== 'optional') Object.assign(jsonSchema, { examples: names });
    },
  });
}

function namesFor(
  path: readonly (string | number)[],
  vocabulary: Vocabulary,
  ids: readonly string[],
): readonly string[] | undefined {
  const at = path.filter((step) => step !== 'properties').join('.');
  if (at === 'traffic.router') return [...vocabulary.routers.keys()];
  if (at === 'migrations.tool') return [...vocabulary.tools];
  if (at === 'flags.provider') return [...vocabulary.flags.keys()];
  return /^checklist\.items\.anyOf\.(?:0|1\.id)$/.test(at) ? ids : undefined;
}
