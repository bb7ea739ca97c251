// Takes secrets out of evidence before it is digested and kept: afterwards the text could not be changed without breaking its digest.
import type { Phrase, PhrasePart } from '../kit/phrase.ts';
import type { Evidence, EvidenceRow } from './evidence.ts';

/** The evidence with every text that people wrote or systems answered passed through `clean`. Names that find it again (action, environment, unit,
 * leg, commit, verdict, reason, ids) stay as they are. */
export function cleanEvidence(evidence: Evidence, clean: (text: string) => string): Evidence {
  const phrase = (value: Phrase): Phrase => cleanPhrase(value, clean);
  return {
    ...evidence,
    version: clean(evidence.version),
    title: clean(evidence.title),
    sentence: phrase(evidence.sentence),
    facts: evidence.facts.map(phrase),
    rows: evidence.rows.map((row) => cleanRow(row, phrase)),
    moments: evidence.moments.map((moment) => ({ ...moment, figures: phrase(moment.figures) })),
    wayBack: phrase(evidence.wayBack),
    migration: phrase(evidence.migration),
    details: evidence.details.map((detail) => ({
      ...detail,
      heading: clean(detail.heading),
      lines: detail.lines.map(phrase),
      table: detail.table.map((row) => row.map(phrase)),
    })),
    found: cleanFound(evidence.found, clean),
  };
}

function cleanRow(row: EvidenceRow, phrase: (value: Phrase) => Phrase): EvidenceRow {
  return {
    ...row,
    title: phrase(row.title),
    who: phrase(row.who),
    todo: phrase(row.todo),
    evidence: phrase(row.evidence),
  };
}

function cleanFound(found: Evidence['found'], clean: (text: string) => string): Evidence['found'] {
  const entries = Object.entries(found).map(([key, value]): [string, Evidence['found'][string]] => {
    if (typeof value === 'string') return [key, clean(value)];
    return [key, typeof value === 'object' ? value.map(clean) : value];
  });
  return Object.fromEntries(entries);
}

function cleanPhrase(value: Phrase, clean: (text: string) => string): Phrase {
  return typeof value === 'string' ? clean(value) : value.map((part) => cleanPart(part, clean));
}

function cleanPart(part: PhrasePart, clean: (text: string) => string): PhrasePart {
  if (typeof part === 'string') return clean(part);
  if ('text' in part) return { text: clean(part.text), href: clean(part.href) };
  return 'code' in part ? { code: clean(part.code) } : { strong: clean(part.strong) };
}
