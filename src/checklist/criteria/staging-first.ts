// Staging proof: the identical tree (and artifact, when named) has been deployed with success to the environment that comes before.
import type { Answers } from '../../evidence/answer.ts';
import { type Attempt, forwards, readHistory } from '../../record/history.ts';
import { condemned } from '../../record/running.ts';
import { onlyOf, tagWords } from '../../record/tags.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { newestUnsigned, unsignedDeployment } from '../unsigned.ts';
import { ago, listed, short } from '../words.ts';
import * as worded from './words/staging-first.ts';

/** Names that people give to environments before the last one. Only used where the policy has no `needs:`. */
const earlier = /stag|pre-?prod|\bqa\b|test|\buat\b|accept|integration|\bdev/i;

/** `staging-first`: each environment under `needs:`; where the policy names none, one that is called like a staging and has Deployments of ours. */
export const stagingFirst: Criterion = withOptions({
  ...worded.stagingFirst,
  asks: (context, _options, answers) => [
    ...(context.policy.needs.length > 0 ? [] : [{ kind: 'environments' } as const]),
    ...candidates(context, answers).map((environment) => ({ kind: 'deployments', environment }) as const),
  ],
  finds: (context, given, answers) => {
    if (context.policy.needs.length === 0) {
      const told = answers.of({ kind: 'environments' });
      if (told.kind === 'unknown') return notTold(told);
    }
    const findings = candidates(context, answers).map((name) =>
      inEnvironment(name, context, given['max-age'], answers),
    );
    const asked = findings.filter((found) => found.outcome !== 'not-applicable');
    if (asked.length === 0) return notApplicable('no environment that comes before has Deployments of this unit');
    if (context.policy.needs.length > 0) return asked.find(({ outcome }) => outcome !== 'pass') ?? first(asked);
    return asked.find(({ outcome }) => outcome === 'pass') ?? first(asked);
  },
});

function first(findings: readonly Found[]): Found {
  return findings[0] ?? unknownFinding('no environment was asked', 'name it under `needs:` of the environment');
}

function candidates({ policy }: Context, answers: Answers): readonly string[] {
  if (policy.needs.length > 0) return policy.needs;
  if (earlier.test(policy.environment)) return [];
  const names = answers.value({ kind: 'environments' }) ?? [];
  return names.filter((name) => name !== policy.environment && earlier.test(name)).slice(0, 5);
}

function inEnvironment(environment: string, context: Context, maxAge: number | undefined, answers: Answers): Found {
  const { change, policy, now } = context;
  const told = answers.of({ kind: 'deployments', environment });
  if (told.kind === 'unknown') return notTold(told);
  const history = readHistory(told.value, { environment, unit: policy.unit.name ?? '' });
  const left = condemned(history);
  const done = forwards(history).filter((attempt) => stands(attempt) && !left.has(attempt.sha));
  if (forwards(history).length === 0 && history.unsigned.length === 0 && policy.needs.length === 0)
    return notApplicable(`${environment} has no Deployments of this unit`);
  if (change.tree === '') return unknownFinding('the tree of this commit cannot be read', 'run the gate again');
  const same = done.filter((attempt) => attempt.payload.kind === 'deploy' && attempt.payload.tree === change.tree);
  const proof = same.find((attempt) => sameArtifact(attempt, context.artifact));
  if (proof?.succeededAt === undefined) {
    const unsigned = newestUnsigned(
      history,
      (one) => one.payload.kind === 'deploy' && one.payload.tree === change.tree,
    );
    if (unsigned !== undefined) return unsignedDeployment(unsigned, deployThere(environment, context));
    return missing(environment, same, done[0], context);
  }
  const where = { text: `deployment ${proof.id}`, href: proof.payload.run.url };
  const evidence = [`${environment}: `, where, `, ${ago(proof.succeededAt, now)}${smokeWords(proof)}`];
  const tooOld = maxAge !== undefined && now - proof.succeededAt > maxAge;
  return tooOld
    ? fail([...evidence, ', too old'], `deploy this commit to ${environment} again`)
    : pass(evidence, proof.succeededAt);
}

/** Which part of the suite its smoke tests were of, where none was of the whole. */
function smokeWords({ happened }: Attempt): string {
  const tags = onlyOf(
    happened.flatMap(({ entry }) => (entry.kind === 'smoke' && entry.verdict === 'pass' ? [entry] : [])),
  );
  return tags === undefined ? '' : `, smoke test only of ${tagWords(tags)}`;
}

/** A success that was rolled back since proves the opposite. */
function stands({ succeededAt, state }: Attempt): boolean {
  return succeededAt !== undefined && state !== 'failure' && state !== 'error';
}

/** Without artifacts on either side the tree alone is compared. */
function sameArtifact({ payload }: Attempt, artifact: readonly string[]): boolean {
  if (artifact.length === 0 || payload.artifact.length === 0) return true;
  return artifact.every((one) => payload.artifact.includes(one));
}

function deployThere(environment: string, { change }: Context): string {
  return `deploy ${short(change.sha)} to ${environment} first`;
}

function missing(
  environment: string,
  sameTree: readonly Attempt[],
  newest: Attempt | undefined,
  context: Context,
): Found {
  const todo = deployThere(environment, context);
  const other = sameTree[0];
  if (other !== undefined) {
    return fail(`${environment} ran the same tree with another artifact: ${listed(other.payload.artifact, 2)}`, todo);
  }
  const has =
    newest === undefined ? 'nothing was deployed there with success' : `it has ${newest.payload.version}, another tree`;
  return fail(`${environment} never ran this tree: ${has}`, todo);
}
