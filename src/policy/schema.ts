// The JSON Schema of the policy file, for editors.
import { z } from 'zod';
import { policyShape } from './shape.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** What a file may write in part, because a preset has the rest. */
const completedByPresets = /^(?:limits\.items|plans\.additionalProperties|compare\.additionalProperties|caretaker)$/;

/** The schema of the file as it is written (draft 2020-12), the names of the vocabulary offered where one is chosen. */
export function policySchema(vocabulary: Vocabulary): object {
  const ids = [...new Set([...vocabulary.criteria.keys(), ...vocabulary.catalogue.keys()])];
  return z.toJSONSchema(policyShape(), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, path }) => {
      const at = path.filter((step) => step !== 'properties').join('.');
      if (at === '') Object.assign(jsonSchema, { title: 'Boring Deploys policy', $id: 'policy.schema.json' });
      if (completedByPresets.test(at)) delete jsonSchema.required;
      const names = namesFor(at, vocabulary, ids);
      // `examples` complete in editors without forbidding an own name.
      if (names !== undefined) Object.assign(jsonSchema, { examples: names });
    },
  });
}

function namesFor(at: string, vocabulary: Vocabulary, ids: readonly string[]): readonly string[] | undefined {
  if (at === 'traffic.router') return [...vocabulary.routers.keys()];
  if (at === 'migrations.tool') return [...vocabulary.tools];
  if (at === 'flags.provider') return [...vocabulary.flags.keys()];
  return /^checklist\.items\.anyOf\.(?:0|1\.id)$/.test(at) ? ids : undefined;
}
