// A person's word on a walk: an answer to an `ask`, or limits set aside against the judge by whom the policy lets.
import type { Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import { Problem } from '../kit/problem.ts';
import type { Effective } from '../policy/effective.ts';
import { coversId } from '../policy/overridden.ts';
import type { Limit } from '../policy/parts.ts';
import { schemaGuard } from './schema.ts';

export interface WordInputs {
  readonly answer: '' | 'promote' | 'hold' | 'rollback';
  readonly override: readonly string[];
  readonly 'override-reason': string;
}

/** What a person decides about a stage. */
export interface Answer {
  readonly choice: 'promote' | 'hold' | 'rollback';
  readonly person: string;
  readonly reason: string;
}

/** The shortest reason that says something (ACTIONS, `override-reason`). */
const shortest = 10;

type Asking = { readonly ask: Ask; readonly run: Run; readonly policy: Effective };

/** The answer of this run's person; undefined when none is given. To a question that stands (`asked`) anybody may answer who may start the
 * workflow; against the judge it takes a role of `overrides.by` and a reason. Throws a Problem when it may not be taken. */
export async function answerOf(at: Asking, inputs: WordInputs, asked: boolean): Promise<Answer | undefined> {
  const { answer, 'override-reason': written } = inputs;
  if (answer === '') return undefined;
  const reason = written.trim();
  if (!at.run.byPerson) {
    throw refusal('Only a person answers', 'input answer', 'Start the workflow by hand (workflow_dispatch).');
  }
  if (!asked) await refuseUnlessAllowed(at, reason);
  return { choice: answer, person: at.run.triggeringActor, reason };
}

/** The limits without those that a person sets aside, and the sentence about it. Throws a Problem for an id that is no limit's, one that the
 * policy lets nobody set aside, and a person or reason that will not do. */
export async function setAside(
  at: Asking,
  inputs: WordInputs,
  limits: readonly Limit[],
): Promise<{ readonly limits: readonly Limit[]; readonly aside: readonly string[]; readonly note: string }> {
  const ids = inputs.override;
  if (ids.length === 0) return { limits, aside: [], note: '' };
  const { allow } = at.policy.overrides;
  const strange = ids.filter((id) => id !== schemaGuard && !limits.some((limit) => limit.id === id));
  if (strange.length > 0) {
    const known = limits.map(({ id }) => id).join(', ') || 'none';
    throw refusal(`No limit is called ${strange.join(', ')}`, 'input override', `The limits are: ${known}.`);
  }
  const closed = ids.filter((id) => !allow.some((allowed) => coversId(allowed, id)));
  if (closed.length > 0) {
    const fix = `Allow it under \`overrides: allow:\` of the policy (now: ${allow.join(', ') || 'nothing'}).`;
    throw refusal(`${closed.join(', ')} may not be overridden`, 'input override', fix);
  }
  const reason = inputs['override-reason'].trim();
  await refuseUnlessAllowed(at, reason);
  const note = `${at.run.triggeringActor} set aside ${ids.join(', ')}: ${reason}. To be reviewed within 24 h`;
  return { limits: limits.filter(({ id }) => !ids.includes(id)), aside: ids, note };
}

async function refuseUnlessAllowed({ ask, run, policy }: Asking, reason: string): Promise<void> {
  if (reason.length < shortest) {
    const what = 'Going against the judge needs a reason of at least 10 characters';
    throw refusal(what, 'input override-reason', 'Say why; it is recorded and shown.');
  }
  const { by, breakGlass } = policy.overrides;
  const person = run.triggeringActor.toLowerCase();
  const holders = by.flatMap((role) => policy.roles[role] ?? []);
  const told = await Promise.all(holders.map((holder) => membersOf(ask, holder, policy.environment)));
  if (told.some((logins) => logins.includes(person))) return;
  if (breakGlass) {
    const may = await ask({ kind: 'permission', login: run.triggeringActor });
    if (may.kind === 'known' && ['admin', 'maintain', 'write'].includes(may.value)) return;
  }
  const fix = by.length === 0 ? 'Name roles under `overrides: by:`.' : `Somebody of ${by.join(', ')} starts the run.`;
  throw refusal(`${run.triggeringActor} may not go against the judge`, 'input override', fix);
}

async function membersOf(ask: Ask, holder: string, environment: string): Promise<readonly string[]> {
  const bare = holder.replace(/^@/, '');
  if (holder === 'environment-reviewers') {
    const told = await ask({ kind: holder, environment });
    return told.kind === 'known' ? told.value.map((login) => login.toLowerCase()) : [];
  }
  if (!holder.includes('/')) return [bare.toLowerCase()];
  const told = await ask({ kind: 'team-members', team: bare });
  return told.kind === 'known' ? told.value.map((login) => login.toLowerCase()) : [];
}

function refusal(what: string, where: string, fix: string): Problem {
  return new Problem({ what, where, fix, reason: 'override-refused' });
}
