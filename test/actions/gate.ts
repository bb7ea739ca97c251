// The gate as its tests call it: inputs of which only some are given, and the rows of what it found by their id.
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { EvidenceRow } from '../../src/record/evidence.ts';
import type { Outcome } from '../../src/record/outcome.ts';

/** Inputs as a workflow gives them: empty, except for these. */
export function given(some: Readonly<Record<string, string>> = {}): Inputs {
  const empty = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  return inputs.parse({ ...empty, ...some });
}

/** The row of one criterion. */
export function rowOf({ evidence }: Pick<Outcome, 'evidence'>, id: string): EvidenceRow | undefined {
  return evidence?.rows.find((row) => row.id === id);
}

/** A row in plain words, beside the verdict. */
export function foundBy(outcome: Pick<Outcome, 'evidence' | 'verdict'>, id: string) {
  const row = rowOf(outcome, id);
  return {
    verdict: outcome.verdict,
    outcome: row?.outcome,
    evidence: plain(row?.evidence ?? ''),
    todo: plain(row?.todo ?? ''),
  };
}
