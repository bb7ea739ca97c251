// What a user named must be what was found: a Deployment id of ours, and the commit that was approved.
import { Problem } from '../kit/problem.ts';
import { type Attempt, emptyHistory, type History, unfinished } from './history.ts';
import { sealRemedy, sealWords } from './seal.ts';

/** The inputs of an action that name a Deployment or its commit. */
export interface Named {
  readonly environment: string;
  readonly 'deployment-id': number | undefined;
  /** Empty when nothing was expected. */
  readonly 'expected-sha': string;
}

/** Throws a Problem when the Deployment that was named is none of ours, or is of another commit than was expected. */
export function refuseOther(attempt: Attempt | undefined, named: Named, history: History = emptyHistory): void {
  const { environment, 'deployment-id': id, 'expected-sha': expected } = named;
  const unsigned = history.unsigned.find((one) => one.id === id);
  if (attempt === undefined && unsigned !== undefined) throw notSigned(unsigned);
  if (id !== undefined && attempt === undefined) {
    throw new Problem({
      what: `There is no deployment ${id} of ours in ${environment}`,
      where: 'input deployment-id',
      fix: 'Leave the input empty, or pass on the output `deployment-id` of pre-deploy-gate.',
      reason: 'unknown-deployment',
    });
  }
  if (attempt === undefined || expected === '' || attempt.sha === expected) return;
  throw new Problem({
    what: `Deployment ${attempt.id} is of ${attempt.sha}, not of ${expected}`,
    where: 'input expected-sha',
    fix: 'Deploy the commit that was approved, or leave one of the two inputs empty.',
    reason: 'other-commit',
  });
}

/** Throws a Problem when the Deployment that this run itself began is not signed: it would pass for none, and what it began for unbegun. */
export function refuseUnsigned({ unsigned }: History, runId: number): void {
  const own = unsigned.find((one) => one.payload.run.id === runId && unfinished(one));
  if (own !== undefined) throw notSigned(own);
}

function notSigned({ id, environment, seal, payload }: Attempt): Problem {
  return new Problem({
    what: `Deployment ${id} of ${environment} is ${sealWords(seal)} (${payload.run.url})`,
    where: 'input record-key',
    fix: `${sealRemedy}.`.replace(/^g/, 'G'),
    reason: 'unsigned',
  });
}
