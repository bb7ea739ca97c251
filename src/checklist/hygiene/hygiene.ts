// The mode hygiene: looks for what is owed between deployments, keeps one issue for each, and closes what is done.
import type { Ask } from '../../evidence/answer.ts';
import { gather } from '../../evidence/round.ts';
import type { Run } from '../../evidence/run.ts';
import type { Phrase } from '../../kit/phrase.ts';
import type { Effective } from '../../policy/effective.ts';
import type { History } from '../../record/history.ts';
import type { IssueDesk, KeptIssue } from '../../record/issue-desk.ts';
import type { Outcome, Table } from '../../record/outcome.ts';
import type { Finding } from '../finding.ts';
import { asksOverdue, overdueFindings } from '../overdue.ts';
import { type Chore, keepsOpen } from './chore.ts';
import { asksFlags, choresOfFlags } from './flags.ts';
import { asksLines, choresOfLines } from './lines.ts';
import { standingCase } from './standing.ts';
import { asksUpkeep, choresOfUpkeep } from './upkeep.ts';

/** The label by which our issues are found again. */
export const hygieneLabel = 'deploy-hygiene';

export interface HygieneAsked {
  readonly policy: Effective;
  readonly history: History;
  readonly run: Run;
  readonly ask: Ask;
  readonly now: number;
  /** The commit that is looked at. */
  readonly sha: string;
  readonly issues: IssueDesk;
  /** Lists and writes nothing. */
  readonly dryRun: boolean;
}

/** Looks at everything, keeps the issues. What cannot be read or written is a warning; the verdict is never more than `reported`. */
export async function hygieneOf(asked: HygieneAsked): Promise<Pick<Outcome, 'result' | 'table' | 'warnings'>> {
  const { policy, ask, dryRun } = asked;
  const judged = standingCase(asked);
  const answers = await gather(ask, (known) => [
    ...asksLines(judged, known),
    ...asksFlags(judged, known),
    ...asksUpkeep(judged, known),
    ...asksOverdue(judged, known),
  ]);
  const chores = [
    ...choresOfLines(judged, answers),
    ...choresOfFlags(judged, answers),
    ...choresOfUpkeep(judged, answers),
    ...overdueFindings(judged, answers).map(choreOfFinding),
  ];
  const kept = dryRun ? { addresses: new Map<string, string>(), warnings: [], closed: 0 } : await keep(asked, chores);
  return {
    table: tableOf(policy, chores, { addresses: kept.addresses, dryRun, closed: kept.closed }),
    warnings: kept.warnings,
    result: {
      environment: policy.environment,
      unit: policy.unit.name ?? '',
      chores: chores.map((chore) => ({ ...chore, issue: kept.addresses.get(chore.key) ?? '' })),
      closed: kept.closed,
    },
  };
}

function choreOfFinding({ id, title, level, evidence, todo, who }: Finding): Chore {
  return { key: id, title, state: 'open', because: evidence, todo, who, quiet: level === 'info' };
}

interface Kept {
  readonly addresses: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly closed: number;
}

async function keep({ issues, policy }: HygieneAsked, chores: readonly Chore[]): Promise<Kept> {
  const prefix = `${policy.environment} ${policy.unit.name ?? ''} `;
  const addresses = new Map<string, string>();
  const warnings: string[] = [];
  const open = await issues.open(hygieneLabel);
  if (open.kind === 'unknown') {
    return { addresses, warnings: [`No issue was kept: ${open.because}. ${open.remedy}`], closed: 0 };
  }
  for (const chore of chores.filter(({ state, quiet }) => state === 'open' && !quiet)) {
    const title = `${policy.environment}: ${chore.title}`;
    const said = await issues.keep(hygieneLabel, { key: prefix + chore.key, title, lines: linesOf(chore) });
    addresses.set(chore.key, said.url);
    if (said.how !== 'refused') continue;
    // The next would be refused for the same reason.
    return { addresses, warnings: [`No issue was kept for “${chore.title}”: ${said.because}`], closed: 0 };
  }
  const done = open.value.filter((one) => isDone(one, prefix, chores));
  for (const one of done) {
    const said = await issues.close(one, 'Done: nothing is owed here any more.');
    if (said.how === 'refused') warnings.push(`#${one.number} was not closed: ${said.because}`);
  }
  return { addresses, warnings, closed: done.length - warnings.length };
}

/** Ours, of this environment and unit, and no chore keeps it open. */
function isDone({ key }: KeptIssue, prefix: string, chores: readonly Chore[]): boolean {
  return key.startsWith(prefix) && !chores.some((chore) => keepsOpen(chore, key.slice(prefix.length)));
}

function linesOf({ because, todo, who }: Chore): readonly Phrase[] {
  const owner: readonly Phrase[] = who === '' ? [] : [['Who: ', ...partsOf(who)]];
  const end = 'This issue is kept by the gate’s mode hygiene, which closes it when it is done.';
  return [because, ['What to do: ', ...partsOf(todo)], ...owner, end];
}

function partsOf(phrase: Phrase): Exclude<Phrase, string> {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

function tableOf(
  { environment }: Effective,
  chores: readonly Chore[],
  {
    addresses,
    dryRun,
    closed,
  }: { readonly addresses: ReadonlyMap<string, string>; readonly dryRun: boolean; readonly closed: number },
): Table {
  const open = chores.filter(({ state }) => state === 'open');
  const word = dryRun ? ' Nothing was written: dry-run.' : closed === 0 ? '' : ` ${closed} closed.`;
  return {
    title: `Hygiene of ${environment}: ${open.length} of ${chores.length} open`,
    sentence: `${open.length === 0 ? 'Nothing is owed.' : 'Each open line has its issue, but for those that only inform.'}${word}`,
    head: ['', 'What', 'Found', 'Who', 'What to do', 'Issue'],
    rows: [...open, ...chores.filter(({ state }) => state !== 'open')].map((chore) => rowOf(chore, addresses)),
  };
}

function rowOf(
  { state, title, because, who, todo, key }: Chore,
  addresses: ReadonlyMap<string, string>,
): readonly Phrase[] {
  const sign = { open: '✗ open', done: '✓', unread: '? unread' }[state];
  const url = addresses.get(key) ?? '';
  const number = /\/(\d+)$/.exec(url)?.[1] ?? '';
  return [sign, title, because, who, todo, url === '' ? '' : [{ text: `#${number}`, href: url }]];
}
