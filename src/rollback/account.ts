// The account of a rollback: what was found and done, as the evidence record that the report is made from.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Option } from './situation.ts';
import type { Target } from './target.ts';
import { nameOf } from './way.ts';

export type RollbackVerdict = 'restored' | 'already-there' | 'planned' | 'refused' | 'failed' | 'unverified';

/** Milliseconds of each phase, as far as it came. */
export interface PhaseTimes {
  readonly queue: number;
  readonly decide: number;
  readonly switch: number;
  readonly verify: number;
  readonly record: number;
}

export interface Told {
  readonly verdict: RollbackVerdict;
  readonly reason: string;
  readonly because: string;
  /** What was measured when a limit was broken, a whole sentence; empty where none was. */
  readonly cause: string;
  readonly fix: string;
  readonly target: Target | undefined;
  /** What ran before, as people name it; empty when nobody knows. */
  readonly left: string;
  readonly how: string;
  readonly side: string;
  readonly times: PhaseTimes;
  /** What proves that users are on the target, e.g. `200 of 200 samples`. */
  readonly proof: string;
  /** Older good versions, for who wants to go further back. */
  readonly older: readonly Target[];
  readonly notes: readonly string[];
  /** The flag that was turned off; empty otherwise. */
  readonly flag: string;
  /** What some users had of it before, and have again; empty: it is off for everybody. */
  readonly flagBack?: string;
  /** Steps that a person takes (`how: database`). */
  readonly plan: readonly string[];
  /** What else can be done where it was refused. */
  readonly options: readonly Option[];
  readonly incidentUrl: string;
  readonly drill: boolean;
  /** Where users are while it is refused; empty where nobody knows. */
  readonly users: string;
}

export interface AccountPlace {
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
  readonly sha: string;
  readonly pulls: readonly number[];
  readonly deploymentId: number | undefined;
  readonly run: Evidence['run'];
  readonly began: number;
  readonly now: number;
  readonly workflow: string;
}

/** The evidence record of one rollback. */
export function accountOf(told: Told, place: AccountPlace): Evidence {
  const name = told.target === undefined ? 'the last known good version' : nameOf(told.target);
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'rollback',
    moment: 'deploy',
    environment: place.environment,
    unit: place.unit,
    leg: place.leg,
    sha: place.sha,
    tree: '',
    version: told.target?.version ?? '',
    pulls: place.pulls,
    deploymentId: place.deploymentId ?? null,
    run: place.run,
    at: place.now,
    verdict: told.verdict,
    reason: told.reason,
    reportOnly: false,
    title: titleOf(told, name),
    sentence: sentenceOf(told, name),
    facts: factsOf(told),
    rows: [],
    moments: [
      { stage: 'rollback', from: place.began, to: place.now, verdict: told.verdict, figures: timesOf(told.times) },
    ],
    wayBack: told.older[0] === undefined ? '' : furtherBack(told.older[0], place.workflow),
    migration: '',
    details: detailsOf(told),
    found: {
      how: told.how,
      side: told.side,
      'target-sha': told.target?.sha ?? '',
      'target-version': told.target?.version ?? '',
      'target-deployment-id': told.target?.deploymentId ?? 0,
    },
  };
}

function detailsOf({ notes, plan, options }: Told): Evidence['details'] {
  const rows = options.map(({ does, takes, loses, how }, index): readonly Phrase[] => [
    `${index + 1}`,
    does,
    takes,
    loses,
    how.startsWith('gh ') ? [{ code: how }] : how,
  ]);
  const table: readonly (readonly Phrase[])[] = [['', 'Do now', 'Takes', 'Loses', 'How'], ...rows];
  const shown: Evidence['details'] = [
    { heading: 'What can be done', lines: [], table: options.length === 0 ? [] : table, open: true },
    { heading: 'The plan', lines: plan.map((step, index) => `${index + 1}. ${step}`), table: [], open: true },
    { heading: 'Notes', lines: [...notes], table: [] },
  ];
  return shown.filter(({ lines, table: cells }) => lines.length + cells.length > 0);
}

/** `decide 0.2 s · switch 0.4 s · verify 31 s · record 6 s`, phases that were not reached left out. */
export function timesOf(times: PhaseTimes): string {
  const phases = [
    ['queue', times.queue],
    ['decide', times.decide],
    ['switch', times.switch],
    ['verify', times.verify],
    ['record', times.record],
  ] as const;
  return phases
    .filter(([, ms]) => ms > 0)
    .map(([phase, ms]) => `${phase} ${formatDuration(ms)}`)
    .join(' · ');
}

/** The one `::error` line of a rollback that did not end well; empty otherwise. */
export function errorOf(told: Told): string {
  if (['restored', 'already-there', 'planned'].includes(told.verdict)) return '';
  return [`Rollback ${told.verdict}:`, told.cause, stop(told.because), stop(told.fix)]
    .filter((part) => part !== '')
    .join(' ');
}

function stop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function factsOf(told: Told): Evidence['facts'] {
  const incident: readonly Phrase[] = told.incidentUrl === '' ? [] : [[{ text: 'Incident', href: told.incidentUrl }]];
  if (told.flag !== '') return incident;
  return told.left === '' || !moved(told) ? incident : [`left ${told.left}`, `by ${told.how}`, ...incident];
}

/** Why, without the particulars: the sentence below has them. A version's name never begins it, for a title begins with a capital letter. */
function clauseOf({ because, reason, target }: Told): string {
  if (reason === 'contract-migration' && target !== undefined) return `today's schema is too new for ${nameOf(target)}`;
  return because.split(/: |\. /)[0] ?? because;
}

function moved({ verdict, how }: Told): boolean {
  return (verdict === 'restored' || verdict === 'unverified') && how !== '' && how !== 'there';
}

function titleOf(told: Told, name: string): string {
  if (told.drill && told.verdict === 'restored') return `drilled: ${name} and back`;
  if (told.drill && told.verdict === 'failed') return `the drill to ${name} failed`;
  switch (told.verdict) {
    case 'restored':
      if (told.flag !== '')
        return `flag ${told.flag} turned ${told.flagBack ? `back to ${told.flagBack}` : 'off'} in ${formatDuration(told.times.decide + told.times.switch)}`;
      return `rolled back to ${name} in ${formatDuration(told.times.decide + told.times.switch)}`;
    case 'already-there':
      return told.target === undefined ? 'nothing to roll back' : `on ${name}`;
    case 'planned':
      if (told.plan.length > 0) return `the steps back to ${name}`;
      if (told.flag !== '') return `could turn the flag ${told.flag} off`;
      return `could go back to ${name}`;
    case 'refused':
      return `not rolled back: ${clauseOf(told)}`;
    case 'failed':
      return told.flag === '' ? `rollback to ${name} failed` : `the flag ${told.flag} was not turned off`;
    case 'unverified':
      return told.flag === ''
        ? `traffic is on ${name}, but that is not proven`
        : `the flag ${told.flag} is told to be off, but that is not proven`;
  }
}

function sentenceOf(told: Told, name: string): Phrase {
  const cause = told.cause === '' ? '' : ` ${told.cause}`;
  const proof = `${cause}${told.proof === '' ? '' : ` ${told.proof}.`}`;
  if (told.drill && told.verdict === 'restored') return `${stop(told.proof)} Nobody is on another version than before.`;
  switch (told.verdict) {
    case 'restored':
      if (told.flag !== '')
        return [
          { strong: told.flag },
          ` is ${told.flagBack ? `back to ${told.flagBack}` : 'off for everybody'}; ${told.target?.version || 'the version'} stays.${proof}`,
        ];
      return ['Traffic is 100 % on ', { strong: name }, `${told.side === '' ? '' : ` (${told.side})`}.${proof}`];
    case 'already-there':
      return `${told.because}.${proof}`;
    case 'planned':
      return [plannedWords(told, name), { strong: 'Nothing was moved.' }];
    case 'refused':
      return [told.cause, told.because, told.users, told.fix]
        .flatMap((part) => (part === '' ? [] : stop(part)))
        .join(' ');
    case 'failed':
    case 'unverified':
      return `${cause} ${stop(told.because)} ${stop(told.fix)}`.trim();
  }
}

function plannedWords({ how, side, flag, plan }: Told, name: string): string {
  if (plan.length > 0) return 'A person takes these steps. ';
  if (flag !== '') return `The flag ${flag} would be turned off, the version stays. `;
  if (how === 'redeploy') return `${name} would be put on ${side} again, which then gets all users. `;
  return `${side} runs it and would get all users. `;
}

function furtherBack(target: Target, workflow: string): Phrase {
  const command = `gh workflow run ${workflow} -f to=${target.sha}`;
  return ['Older: ', { strong: nameOf(target) }, ', ', { code: command }];
}
