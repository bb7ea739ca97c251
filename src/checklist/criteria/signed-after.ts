// Words given after a deployment: by the roles that a line names, else by anybody who may write; once, or several rounds of a day.
import type { Answers } from '../../evidence/answer.ts';
import type { PullFact } from '../../evidence/fact.ts';
import type { Question } from '../../evidence/question.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { localTime } from '../../policy/local-time.ts';
import type { Context } from '../criterion.ts';
import { type Found, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksRole, holdersOf } from '../role.ts';
import { asksSignatures, type Signature, signaturesOf } from '../signature.ts';
import { instant, listed } from '../words.ts';

const dayMinutes = 24 * 60;

/** Asks for what people wrote, who holds the roles, and, where the line names none, what the signers may do. */
export function asksSignedAfter(context: Context, answers: Answers): readonly Question[] {
  const number = pullNumber(context);
  if (number === undefined) return [];
  const { signOff } = context.item;
  const people = signOff.length > 0 ? [] : (signed(context, answers) ?? []).map(({ login }) => login);
  return [
    ...asksSignatures(number),
    ...signOff.flatMap((role) => asksRole(role, context, answers)),
    ...[...new Set(people)].map((login) => ({ kind: 'permission', login }) as const),
  ];
}

/** Every role has signed since the deployment began, each by another person unless one holds it alone; with `times: n` in n parts of the day. */
export function findSignedAfter(context: Context, answers: Answers): Found {
  const { item, deployed } = context;
  const roles = item.signOff;
  const who = roles.length === 0 ? 'anybody who may write' : roles.join(', ');
  const number = pullNumber(context);
  if (number === undefined || deployed === undefined)
    return unknownFinding(
      'no pull request of the deployment could carry the word',
      'bring changes by pull requests, or give the line evidence of its own',
      who,
    );
  const pull = answers.of({ kind: 'pull', number });
  if (pull.kind === 'unknown') return notTold(pull, who);
  const told = signaturesOf(item.id, { pull: pull.value, since: deployed.beganAt }, answers);
  if (told.kind === 'unknown') return notTold(told, who);
  if (roles.length === 0) return byWriters(told.value, pull.value, context, answers);
  const used = new Set<string>();
  const signers: Signature[] = [];
  for (const role of roles) {
    const holders = holdersOf(role, context, answers);
    if (holders.kind === 'unknown') return notTold(holders, role);
    const own = told.value.filter(({ login }) => holders.value.has(login.toLowerCase()));
    const fresh = own.filter(({ login }) => !used.has(login));
    const counted = fresh.length > 0 || holders.value.size > 1 ? fresh : own;
    if (!isEnough(counted, context)) return missing(counted, role, pull.value, context);
    for (const { login } of counted.slice(0, 1)) used.add(login);
    signers.push(...counted);
  }
  return signedBy(signers);
}

/** How the word is given: the line to write and where. */
export function howToSign(id: string, pull: { readonly number: number; readonly url: string } | undefined): Phrase {
  const where = pull === undefined ? ['its pull request'] : [{ text: `#${pull.number}`, href: pull.url }];
  return [{ code: `/signoff ${id}` }, ' in a review or a comment of ', ...where];
}

function byWriters(told: readonly Signature[], pull: PullFact, context: Context, answers: Answers): Found {
  const counted: Signature[] = [];
  for (const one of told) {
    const permission = answers.of({ kind: 'permission', login: one.login });
    if (permission.kind === 'unknown') return notTold(permission, one.login);
    if (['admin', 'maintain', 'write'].includes(permission.value)) counted.push(one);
  }
  return isEnough(counted, context) ? signedBy(counted) : missing(counted, 'anybody who may write', pull, context);
}

function signedBy(signers: readonly Signature[]): Found {
  const last = Math.max(...signers.map(({ at }) => at));
  const people = [...new Set(signers.map(({ login }) => login))];
  return pass(
    [{ text: `signed by ${listed(people, 4)}`, href: signers.at(-1)?.url ?? '' }, `, ${instant(last)}`],
    last,
  );
}

function missing(counted: readonly Signature[], who: string, pull: PullFact, context: Context): Found {
  const times = timesOf(context);
  const parts = partsOf(counted, context, times);
  const seen = times > 1 ? `${parts} of ${times} rounds signed` : 'not signed';
  const again = times > 1 ? `, once in each of ${times} parts of the day` : '';
  return waiting('people', seen, [...spread(howToSign(context.item.id, pull)), again], who);
}

function spread(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

function isEnough(counted: readonly Signature[], context: Context): boolean {
  const times = timesOf(context);
  return partsOf(counted, context, times) >= times;
}

/** In how many different parts of the day, cut into `times` equal ones from local midnight on, somebody signed. */
function partsOf(counted: readonly Signature[], { policy }: Context, times: number): number {
  const parts = counted.map(({ at }) => {
    const { date, minutes } = localTime(at, policy.timezone ?? 'UTC');
    return `${date} ${Math.floor(minutes / (dayMinutes / times))}`;
  });
  return new Set(parts).size;
}

function timesOf({ item }: Context): number {
  const { times } = item.with;
  return typeof times === 'number' ? times : 1;
}

function signed(context: Context, answers: Answers): readonly Signature[] | undefined {
  const number = pullNumber(context);
  const pull = number === undefined ? undefined : answers.value({ kind: 'pull', number });
  if (pull === undefined || context.deployed === undefined) return undefined;
  const told = signaturesOf(context.item.id, { pull, since: context.deployed.beganAt }, answers);
  return told.kind === 'known' ? told.value : undefined;
}

/** The newest pull request of the deployment. */
function pullNumber({ deployed }: Context): number | undefined {
  return deployed?.payload.kind === 'deploy' ? deployed.payload.pulls[0] : undefined;
}
