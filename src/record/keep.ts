// Evidence as a check run, and back: the name, the text within its limit, the digest that binds the two.
import type { RecordFact } from '../evidence/fact.ts';
import { sha256 } from '../kit/digest.ts';
import { clipped } from '../kit/excerpt.ts';
import { type Phrase, plain } from '../kit/phrase.ts';
import { type Conclusion, conclusionOf } from './conclusion.ts';
import { type Evidence, evidence as evidenceShape } from './evidence.ts';

export { conclusionOf } from './conclusion.ts';

/** What keeping evidence takes. Title and summary for people come from `pages.check`; `title` here is the plain one behind it. */
export interface KeptEvidence {
  readonly name: string;
  readonly sha: string;
  readonly conclusion: Conclusion;
  readonly externalId: string;
  readonly title: string;
  readonly text: string;
}

export const recordPrefix = 'boring-deploys / ';

/** GitHub takes 65,535 characters of text and may count bytes; DESIGN keeps to 60,000, and so many bytes are never more characters. */
export const textLimit = 60_000;

/** Names the digest of the whole evidence in `found`, where the text holds a reduced one. */
export const wholeDigest = 'whole-sha256';

/** The check run that keeps this evidence: append-only, one an action run. */
export function checkRunOf(evidence: Evidence): KeptEvidence {
  const text = textOf(evidence);
  const { run } = evidence;
  return {
    name: recordName(evidence),
    sha: evidence.sha,
    conclusion: conclusionOf(evidence),
    externalId: ['v1', evidence.moment, run.id, run.attempt, run.job, sha256(text)].join(':'),
    title: evidence.title,
    text,
  };
}

/** `boring-deploys / <action> / <environment>[ / <unit>][ / <leg>]` */
export function recordName(of: Pick<Evidence, 'action' | 'environment' | 'unit' | 'leg'>): string {
  const parts = [of.action, of.environment, of.unit, of.leg].filter((part) => part !== '');
  return `${recordPrefix}${parts.join(' / ')}`;
}

/** The evidence in a check run; undefined unless one of `apps` made it, it stands on the commit it speaks of under its own name, and the text is
 * what the digest says. It proves that a workflow of this repository wrote it, not which one. */
export function readRecord(fact: RecordFact, apps: readonly string[] = ['github-actions']): Evidence | undefined {
  if (!apps.includes(fact.app) || !fact.name.startsWith(recordPrefix)) return undefined;
  const [version, moment] = fact.externalId.split(':');
  const digest = fact.externalId.slice(fact.externalId.lastIndexOf(':') + 1);
  if (version !== 'v1' || digest !== sha256(fact.text)) return undefined;
  const read = evidenceShape.safeParse(parsed(fact.text));
  if (!read.success || read.data.sha !== fact.sha || read.data.moment !== moment) return undefined;
  return recordName(read.data) === fact.name ? read.data : undefined;
}

/** The evidence as JSON within the limit: folded details go first, then all details and long texts of rows, then the rows that met their criterion,
 * then ever more of the words of open rows; the rows themselves go last of all. */
function textOf(evidence: Evidence): string {
  const whole = JSON.stringify(evidence);
  if (fits(whole)) return whole;
  const found = { ...evidence.found, [wholeDigest]: sha256(whole) };
  const bare: Evidence = { ...evidence, found, details: [] };
  const unfolded = evidence.details.filter(({ open }) => open === true);
  const steps: readonly Evidence[] = [
    { ...bare, details: unfolded },
    bare,
    shortened(bare, 200),
    ...[120, 60, 30].map((longest) => openOnly(shortened(bare, longest))),
    essence(bare),
  ];
  const texts = steps.map((step) => JSON.stringify(step));
  return texts.find(fits) ?? JSON.stringify({ ...essence(bare), found: { [wholeDigest]: sha256(whole) } });
}

function fits(text: string): boolean {
  return new TextEncoder().encode(text).length <= textLimit;
}

function shortened(evidence: Evidence, longest: number): Evidence {
  const short = (value: Phrase): Phrase => (plain(value).length <= longest ? value : clipped(plain(value), longest));
  return {
    ...evidence,
    rows: evidence.rows.map((row) => ({
      ...row,
      title: short(row.title),
      who: short(row.who),
      todo: short(row.todo),
      evidence: short(row.evidence),
    })),
    moments: evidence.moments.map((moment) => ({ ...moment, figures: short(moment.figures) })),
    facts: evidence.facts.map(short),
    sentence: short(evidence.sentence),
    wayBack: short(evidence.wayBack),
    migration: short(evidence.migration),
  };
}

function openOnly(evidence: Evidence): Evidence {
  const open = ['fail', 'waiting', 'unknown', 'warn', 'waived'];
  return { ...evidence, rows: evidence.rows.filter((row) => open.includes(row.outcome)) };
}

function essence(evidence: Evidence): Evidence {
  return { ...shortened(evidence, 120), rows: [], moments: [], facts: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
