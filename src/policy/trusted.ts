// Where the policy comes from: the head of the default branch, or of a branch that it trusts, through the API: where the change cannot reach it.
import type { Ask, Known, Unknown } from '../evidence/answer.ts';
import type { FileFact } from '../evidence/fact.ts';
import type { Run } from '../evidence/run.ts';
import { sha256 } from '../kit/digest.ts';
import { anyMatches } from '../kit/glob.ts';
import { Problem } from '../kit/problem.ts';
import { type ForeignBase, foreignBases, shortName } from './base.ts';
import { type Document, readDocument } from './document.ts';
import { type Effective, effective } from './effective.ts';
import { type Fault, marksOf, toldTogether } from './fault.ts';
import { type Policy, policyOf, starterPolicy } from './policy.ts';
import { policyShape } from './shape.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** The policy that judges this run, with where it was read. `found` is false when the repository has none: preset starter then. */
export interface TrustedPolicy {
  readonly policy: Policy;
  readonly found: boolean;
  readonly path: string;
  /** Commit the file was read at; empty for a workspace file. */
  readonly sha: string;
  /** Branch it was read from; empty for a workspace file. */
  readonly ref: string;
  /** Branches beside the default one whose files are trusted: what the default branch's policy lists, whichever was read. */
  readonly trustedRefs: readonly string[];
  /** First 12 hex digits of the SHA-256 of the text. */
  readonly digest: string;
  readonly name: string;
  readonly url: string;
  /** The texts of its bases of other repositories, by the name that `extends` gives them. */
  readonly bases: ReadonlyMap<string, string>;
  readonly warnings: () => readonly Fault[];
}

export interface PolicyPlace {
  readonly path: string;
  readonly source: 'trusted' | 'workspace';
  readonly run: Run;
}

/** Where the policy is looked for when the input names no path (ACTIONS, "Shared by all five"). */
const usualPath = '.github/deploy-policy.yml';

/** Events whose workspace belongs to somebody who may not be trusted. */
const untrusted = [
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'issue_comment',
  'workflow_run',
  'merge_group',
];

/** Reads the policy. Throws a Problem with every fault of the file (each with path:line:column), when it cannot be read, and when
 * the workspace's is asked for on an event whose workspace is not to be trusted. */
export async function trustedPolicy(ask: Ask, place: PolicyPlace, vocabulary: Vocabulary): Promise<TrustedPolicy> {
  if (place.source === 'workspace' && hasStrangeWorkspace(place.run)) {
    throw new Problem({
      what: `policy-source: workspace is refused on ${place.run.event}: the checked-out file may be the change's own`,
      where: 'input policy-source',
      fix: 'Remove the input: the policy is then read from the default branch.',
      reason: 'policy-source',
    });
  }
  if (place.source === 'workspace')
    return read(ask, { ...place, ref: '' }, await ask({ kind: 'workspace-file', path: place.path }), vocabulary);
  const asked = fromBranch(ask, { kind: 'default-branch' }, place.path);
  // The shape is made while GitHub answers: what is not ready by then is waited for.
  policyShape();
  const [branch, file] = await asked;
  const policy = await read(ask, { ...place, ref: branch }, file, vocabulary);
  const target = targetOf(place.run);
  const { trustedRefs } = policy;
  if (target === '' || target === branch || !anyMatches(trustedRefs, target)) return policy;
  const [ref, own] = await fromBranch(ask, { kind: 'branch', name: target }, place.path);
  // A branch from before the policy: the default branch's own judges it.
  if (own.kind === 'known' && !own.value.found) return policy;
  return { ...(await read(ask, { ...place, ref }, own, vocabulary)), trustedRefs };
}

/** The branch this run deploys from or is to be merged into; empty on a tag, and where nobody tells. */
function targetOf({ ref, pull, mergeGroup }: Run): string {
  if (pull !== undefined) return pull.baseRef ?? '';
  if (mergeGroup !== undefined) return mergeGroup.baseRef ?? '';
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : '';
}

async function read(
  ask: Ask,
  place: PolicyPlace & { readonly ref: string },
  answer: Known<FileFact> | Unknown,
  vocabulary: Vocabulary,
): Promise<TrustedPolicy> {
  if (answer.kind === 'unknown') {
    throw new Problem({
      what: `The policy cannot be read${place.ref === '' ? '' : ` on ${place.ref}`}: ${answer.because}`,
      where: place.path,
      fix: `${answer.remedy}.`,
      reason: 'policy-unreadable',
    });
  }
  const own = readDocument(answer.value.text, answer.value.path);
  const bases = await readBases(ask, foreignBases(own));
  return parse(answer.value, own, bases, place, vocabulary);
}

/** True on events whose checked-out files may be the change's own: nothing of them is believed, and nothing of them is run. */
export function hasStrangeWorkspace({ event, pull }: Run): boolean {
  return untrusted.includes(event) || pull?.fork === true;
}

/** Name of the branch, and the file at its head. */
async function fromBranch(
  ask: Ask,
  wanted: { readonly kind: 'default-branch' } | { readonly kind: 'branch'; readonly name: string },
  path: string,
): Promise<readonly [string, Known<FileFact> | Unknown]> {
  const branch = wanted.kind === 'branch' ? await ask(wanted) : await ask(wanted);
  const name = wanted.kind === 'branch' ? wanted.name : '';
  if (branch.kind === 'unknown') return [name, branch];
  return [branch.value.name, await ask({ kind: 'file', path, sha: branch.value.sha })];
}

/** The texts of the bases by the name that `extends` gives them. Throws a Problem for one that cannot be read. */
async function readBases(ask: Ask, bases: readonly ForeignBase[]): Promise<ReadonlyMap<string, string>> {
  const read = bases.map(async (base) => {
    const { repository, path, sha } = base;
    const answer = await ask({ kind: 'foreign-file', repository, path, sha });
    if (answer.kind === 'known' && answer.value.found) return [base.name, answer.value.text] as const;
    throw unreadable(base, answer.kind === 'unknown' ? answer : undefined);
  });
  return new Map(await Promise.all(read));
}

function unreadable(base: ForeignBase, answer: Unknown | undefined): Problem {
  const { repository, at } = base;
  const access = `The job's own token reads this repository and public ones: for a private base give github-token a token with contents: read on ${repository}`;
  // A missing line under permissions: would not open another repository.
  const remedy = answer === undefined || answer.permission !== undefined ? access : `${answer.remedy}. ${access}`;
  return new Problem({
    what: `The base ${shortName(base)} cannot be read: ${answer?.because ?? 'GitHub finds nothing there (404)'}`,
    where: `${at.path}:${at.line}:${at.column}`,
    fix: `Check repository, path and commit. ${remedy}.`,
    reason: 'policy-base-unreadable',
  });
}

function parse(
  file: FileFact,
  own: Document,
  bases: ReadonlyMap<string, string>,
  place: PolicyPlace & { readonly ref: string },
  vocabulary: Vocabulary,
): TrustedPolicy {
  const at = { path: file.path, ref: place.ref, sha: place.source === 'workspace' ? '' : file.at, url: file.url };
  if (!file.found) {
    if (place.path !== usualPath) throw missing(place);
    return {
      ...at,
      policy: starterPolicy(vocabulary),
      found: false,
      trustedRefs: [],
      digest: '',
      name: 'starter (no policy file)',
      bases,
      warnings: () => [],
    };
  }
  const read = policyOf(own, vocabulary, { path: file.path, bases });
  if (read.kind === 'faults') throw faulty(read.faults, file.path);
  const digest = sha256(file.text).slice(0, 12);
  const { policy, warnings } = read;
  const trustedRefs = policy.shape['trusted-refs'];
  return { ...at, policy, found: true, trustedRefs, digest, name: file.path, bases, warnings };
}

/** A path that somebody wrote and that leads nowhere is a slip; the preset in its place would ask less than they meant. */
function missing({ path, ref }: { readonly path: string; readonly ref: string }): Problem {
  return new Problem({
    what: `There is no policy file at ${path} ${ref === '' ? 'in the workspace' : `on ${ref}, the default branch`}`,
    where: 'input policy',
    fix: `Correct the path, or remove the input: then ${usualPath} counts, and without it the preset starter.`,
    reason: 'policy-missing',
  });
}

function faulty(faults: readonly Fault[], path: string): Problem {
  return new Problem({ ...toldTogether('The policy', faults), reason: 'bad-policy', marks: marksOf(faults, path) });
}

/** The policy as one environment and leg see it. Throws a Problem that names the declared ones when it is none of them. */
export function effectiveOf(
  trusted: TrustedPolicy,
  where: { readonly environment: string; readonly leg: string },
): Effective {
  const read = effective(trusted.policy, {
    environment: where.environment,
    leg: where.leg === '' ? undefined : where.leg,
  });
  if (read.kind === 'effective') return read.effective;
  throw new Problem({
    what: read.fault.what,
    where: `${read.fault.path}:${read.fault.line}:${read.fault.column}`,
    fix: `${read.fault.fix}.`,
    reason: 'bad-input',
  });
}
