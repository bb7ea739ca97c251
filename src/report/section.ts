// One section of a report: title, sentence, what is open or what happened, way back, folded detail. The same on every page.
import { alphabetically } from '../kit/alphabet.ts';
import { type Phrase, plain } from '../kit/phrase.ts';
import type { EvidenceRow } from '../record/evidence.ts';
import { detailBlocks } from './detail.ts';
import { type Block, textBlock } from './fit.ts';
import { happenedBlock } from './happened.ts';
import { type Allowed, escapeText, inline, link, spoken, tableHead, tableRow } from './markdown.ts';
import type { Kept, Scene } from './scene.ts';
import { type State, stateOf } from './state.ts';

/** Ranks: what goes first when a page is too long. */
export const ranks = { text: 0, options: 5, open: 10, happened: 20, met: 30, detail: 40 } as const;

const openOrder = ['fail', 'waiting', 'unknown', 'warn'] as const;
const signs: Readonly<Record<EvidenceRow['outcome'], string>> = {
  fail: '✗ fail',
  waiting: '⏳ waiting',
  unknown: '? unknown',
  warn: '! warn',
  pass: '✓',
  waived: '⊘ waived',
  'not-applicable': '–',
  'asked-at-deploy': '…',
};
const metOrder = ['pass', 'not-applicable', 'waived', 'asked-at-deploy'] as const;

/** What rows are called by the action that judged them, what is said of those that hold, and the head of their column. */
const rowNames = {
  'pre-deploy-gate': { many: 'criteria', hold: 'met', head: 'Criterion' },
  migrate: { many: 'rules', hold: 'met', head: 'Asked' },
  'canary-step': { many: 'limits', hold: 'met', head: 'Asked' },
  'smoke-test': { many: 'checks', hold: 'passed', head: 'Check' },
  rollback: { many: 'conditions', hold: 'met', head: 'Asked' },
} as const;

/** The title of a section as plain text: `Production: closed. Coverage fails`. */
export function titleOf(scene: Scene, state: State = stateOf(scene)): string {
  const place = [capital(scene.environment), scene.unit].filter((part) => part !== '').join(' · ');
  return `${state.icon} ${place}: ${state.word}${clauseOf(state)}`;
}

/** The blocks of a section, title first. */
export function sectionOf(scene: Scene, allowed: Allowed): readonly Block[] {
  const state = stateOf(scene);
  const deciding = state.lead === undefined ? [] : [state.lead, ...state.legs];
  return [
    textBlock(headOf(scene, state, allowed)),
    ...deciding.flatMap((kept) => detailBlocks(kept, allowed, { unfolded: true, rank: ranks.options })),
    ...(isOwed(deciding) ? openBlocks(deciding, allowed) : []),
    ...happenedBlock(scene, allowed, ranks.happened),
    ...(isOwed(deciding) ? [] : openBlocks(deciding, allowed)),
    ...metBlocks(deciding, allowed),
    ...closingLines(scene, state, allowed),
    ...scene.current
      .concat(deciding.filter((kept) => !scene.current.includes(kept)))
      .flatMap((kept) => detailBlocks(kept, allowed, { unfolded: false, rank: ranks.detail })),
  ];
}

function headOf(scene: Scene, state: State, allowed: Allowed): string {
  const lines = [`### ${inline(spoken(titleOf(scene, state)), allowed)}`];
  const sentence = inline(state.lead?.evidence.sentence ?? '', allowed);
  const facts = factsOf(scene, state).map((fact) => inline(fact, allowed));
  if (sentence !== '') lines.push(sentence);
  // Two lines of one paragraph run together; an empty line parts them.
  if (facts.length > 0) lines.push(`${sentence === '' ? '' : '\n'}${facts.join(' · ')}`);
  return lines.join('\n');
}

/** The deciding evidence's own facts, else the gate's, except where the change is gone again. */
function factsOf(scene: Scene, state: State): readonly Phrase[] {
  const own = state.lead?.evidence.facts ?? [];
  if (own.length > 0 || state.icon === '↩' || state.lead?.evidence.action === 'rollback') return own;
  return scene.kept.find(({ evidence }) => evidence.action === 'pre-deploy-gate')?.evidence.facts ?? [];
}

function openBlocks(deciding: readonly Kept[], allowed: Allowed): readonly Block[] {
  const owed = isOwed(deciding);
  const rows = openOrder.flatMap((outcome) =>
    deciding.flatMap((kept) => {
      const open = kept.evidence.rows.filter((row) => row.outcome === outcome);
      return (owed || outcome !== 'unknown' ? open : together(open)).map((row) =>
        openRow(row, kept, { allowed, owed }),
      );
    }),
  );
  const [first] = deciding;
  if (rows.length === 0 || first === undefined) return [];
  const head = owed ? ['', 'Open', 'Who', 'What to do'] : ['', `Not ${rowNames[first.evidence.action].hold}`];
  return [table({ head, rows, rank: ranks.open, where: whereOf(deciding, allowed) })];
}

/** Whether somebody can do something about an open row. The limits of a canary that went back are facts: they follow what happened. */
function isOwed(deciding: readonly Kept[]): boolean {
  return deciding.some(({ evidence }) =>
    evidence.rows.some((row) => isOpen(row) && plain(row.who) + plain(row.todo) !== ''),
  );
}

function isOpen({ outcome }: EvidenceRow): boolean {
  return openOrder.some((open) => open === outcome);
}

/** Rows of which nothing but the title differs; more than this many say the same again and again. */
const mostAlike = 3;
const mostTitles = 5;

/** Many rows that nobody knows for the same reason as one, in the place of the first: thirty checks that were not asked. */
function together(rows: readonly EvidenceRow[]): readonly EvidenceRow[] {
  const keyOf = ({ evidence, required }: EvidenceRow) => JSON.stringify([evidence, required]);
  const alike = new Map<string, readonly EvidenceRow[]>();
  for (const row of rows) alike.set(keyOf(row), [...(alike.get(keyOf(row)) ?? []), row]);
  return rows.flatMap((row) => {
    const kin = alike.get(keyOf(row)) ?? [];
    if (kin.length <= mostAlike || plain(row.evidence) === '') return [row];
    if (kin[0] !== row) return [];
    const titles = kin.slice(0, mostTitles).map(({ title }) => plain(title));
    const more = kin.length > mostTitles ? ` and ${kin.length - mostTitles} more` : '';
    return [{ ...row, title: `${titles.join(', ')}${more}` }];
  });
}

function openRow(
  row: EvidenceRow,
  kept: Kept,
  { allowed, owed }: { readonly allowed: Allowed; readonly owed: boolean },
): string {
  // The sign and its word stay on one line: narrow tables would part them, and double the height of each row.
  const word = signs[row.outcome].replace(' ', '\u00a0');
  const sign = row.outcome === 'warn' || row.required ? word : `${word}, not required`;
  const evidence = inline(row.evidence, allowed);
  const title = `${legPrefix(kept)}${inline(row.title, allowed)}${evidence === '' ? '' : ` · ${evidence}`}`;
  if (!owed) return tableRow([sign, title]);
  return tableRow([sign, title, inline(row.who, allowed) || '–', inline(row.todo, allowed) || '–']);
}

function metBlocks(deciding: readonly Kept[], allowed: Allowed): readonly Block[] {
  const all = deciding.flatMap((kept) => kept.evidence.rows.map((row) => ({ row, kept })));
  const met = metOrder.flatMap((outcome) => sortedByOwner(all.filter(({ row }) => row.outcome === outcome)));
  const [first] = deciding;
  if (met.length === 0 || first === undefined) return [];
  const names = rowNames[first.evidence.action];
  const rows = met.map(({ row, kept }) =>
    tableRow([signs[row.outcome], `${legPrefix(kept)}${inline(row.title, allowed)}`, metEvidence(row, allowed)]),
  );
  return [
    {
      ...table({ head: ['', names.head, 'Evidence'], rows, rank: ranks.met, where: whereOf(deciding, allowed) }),
      frame: `<details><summary>${escapeText(summaryOf(all, names))}</summary>`,
      close: '</details>',
    },
  ];
}

/** `10 of 10 criteria met, 1 not applicable`: what does not apply, or is asked later, is not among those that had to be met. */
function summaryOf(
  rows: readonly { readonly row: EvidenceRow }[],
  { many, hold }: (typeof rowNames)[keyof typeof rowNames],
): string {
  const count = (outcome: EvidenceRow['outcome']) => rows.filter(({ row }) => row.outcome === outcome).length;
  const beside = (['not-applicable', 'asked-at-deploy'] as const).map((outcome) => ({ outcome, n: count(outcome) }));
  const asked = beside.reduce((left, { n }) => left - n, rows.length);
  const waived = { outcome: 'waived', n: count('waived') };
  const aside = [waived, ...beside].filter(({ n }) => n > 0);
  const told = aside.map(({ outcome, n }) => `, ${n} ${outcome.replace(/-/g, ' ')}`);
  const settled = asked === 0 ? `none of the ${many} asked` : `${count('pass')} of ${asked} ${many} ${hold}`;
  return `${settled}${told.join('')}`;
}

/** Evidence of a row that is not open; for one set aside or not asked, first which of these it is. */
function metEvidence(row: EvidenceRow, allowed: Allowed): string {
  const evidence = inline(row.evidence, allowed);
  if (row.outcome === 'pass') return evidence || '–';
  if (row.outcome === 'waived') {
    const who = inline(row.who, allowed);
    const why = [inline(row.todo, allowed), evidence].filter((one) => one !== '').join(', ');
    return [`waived${who === '' ? '' : ` by ${who}`}`, why].filter((one) => one !== '').join(': ');
  }
  const word = row.outcome.replace(/-/g, ' ');
  if (evidence === '' || evidence.startsWith(word)) return evidence || word;
  return `${word}: ${evidence}`;
}

function closingLines(scene: Scene, state: State, allowed: Allowed): readonly Block[] {
  const leads = state.lead === undefined ? [] : [state.lead];
  const gone = state.icon === '↩' || state.lead?.evidence.action === 'rollback';
  const sources = gone ? leads : [...leads, ...scene.kept];
  const wayBack = sources.map(({ evidence }) => evidence.wayBack).find((told) => plain(told) !== '') ?? '';
  const migration = sources.map(({ evidence }) => evidence.migration).find((told) => plain(told) !== '') ?? '';
  const lines = [
    ...(plain(wayBack) === '' ? [] : [`**Way back** ${inline(wayBack, allowed)}`]),
    ...(plain(migration) === '' ? [] : [`**Migration** ${inline(migration, allowed)}`]),
  ];
  return lines.length === 0 ? [] : [textBlock(lines.join('  \n'))];
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly string[];
  readonly rank: number;
  readonly where: string;
}

function table({ head, rows, rank, where }: Table): Block {
  return { frame: '', open: tableHead(head), rows, close: '', rank, where };
}

function whereOf(deciding: readonly Kept[], allowed: Allowed): string {
  const url = deciding[0]?.url ?? '';
  return url === '' ? 'the check run has them' : link('the check run has them', url, allowed);
}

function sortedByOwner<T extends { readonly row: EvidenceRow }>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => alphabetically(plain(a.row.who), plain(b.row.who)));
}

function legPrefix({ evidence }: Kept): string {
  return evidence.leg === '' ? '' : `${escapeText(evidence.leg)}: `;
}

/** `. Coverage fails`, or ` to v1.7.4 in 38 s` where the clause goes on with the word; the word is not said twice. */
function clauseOf({ clause, word, lead, legs }: State): string {
  const leg = lead?.evidence.leg ?? '';
  const differs = legs.length === 0 || legs.some(({ evidence }) => evidence.verdict !== lead?.evidence.verdict);
  const where = leg !== '' && differs ? ` in ${leg}` : '';
  const said = clause.toLowerCase().startsWith(word) ? clause.slice(word.length).replace(/^[\s:.,]+/, '') : clause;
  const rest = said.trim();
  if (rest === '') return where;
  return /^(?:to|in|by|at|on|after|from|until) /.test(rest) ? `${where} ${rest}` : `${where}. ${sentenceCase(rest)}`;
}

/** A name such as `v1.8.0` keeps its small letter. */
function sentenceCase(text: string): string {
  return /^[a-z]+(?=[\s,:;]|$)/.test(text) ? capital(text) : text;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
