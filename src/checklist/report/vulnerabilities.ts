// Vulnerabilities by severity from whichever scanner ran: SARIF, npm audit, Trivy or OSV-Scanner, told apart by what is in the file.
import { z } from 'zod';
import { type Severity, severities } from '../options.ts';
import { readScan } from '../scan.ts';
import type { ScanPlace } from '../scan-place.ts';
import { type Read, read, readJson, unreadable } from './reading.ts';

export interface Vulnerabilities {
  readonly tool: string;
  readonly counts: Readonly<Record<Severity, number>>;
  /** What was scanned, when the report says so: an image's name and digests. */
  readonly subject: readonly string[];
  /** Findings that somebody suppressed: they do not count. */
  readonly suppressed?: number;
  /** Lines of the repository, where the scanner names any. */
  readonly places?: readonly ScanPlace[];
}

const words = z.string();
const trivy = z.looseObject({
  SchemaVersion: z.literal(2),
  ArtifactName: words,
  Metadata: z.looseObject({ RepoDigests: z.array(words).optional(), ImageID: words.optional() }).optional(),
  // A scan that found nothing to look at has no results at all: see below.
  Results: z
    .array(
      z.looseObject({
        Vulnerabilities: z.array(z.looseObject({ VulnerabilityID: words, Severity: words })).nullish(),
        Misconfigurations: z.array(z.looseObject({ Severity: words, Status: words.optional() })).nullish(),
        Secrets: z.array(z.looseObject({ Severity: words })).nullish(),
      }),
    )
    .min(1),
});

const osv = z.looseObject({
  results: z.array(
    z.looseObject({
      packages: z.array(
        z.looseObject({
          vulnerabilities: z
            .array(
              z.looseObject({ id: words, database_specific: z.looseObject({ severity: words.optional() }).optional() }),
            )
            .default([]),
          groups: z.array(z.looseObject({ ids: z.array(words).min(1), max_severity: words.optional() })).default([]),
        }),
      ),
    }),
  ),
});

/** Reads a report. What none of the four readers knows is unreadable, never clean. */
export function readVulnerabilities(text: string): Read<Vulnerabilities> {
  const json = readJson(text);
  if (json.kind === 'unreadable') return json;
  const asTrivy = trivy.safeParse(json.report);
  if (asTrivy.success) return read(ofTrivy(asTrivy.data));
  const asOsv = osv.safeParse(json.report);
  if (asOsv.success)
    return read({ tool: 'OSV-Scanner', counts: counted(asOsv.data.results.flatMap(ofOsv)), subject: [] });
  const scan = readScan(text);
  if (scan.kind === 'unreadable' && /did not run/.test(scan.because)) return unreadable(scan.because);
  return scan.kind === 'scan'
    ? read({ tool: scan.tool, counts: scan.counts, subject: [], suppressed: scan.suppressed, places: scan.places })
    : unreadable('it is none of SARIF 2.1, npm audit, Trivy and OSV-Scanner, or it holds no result of a scan');
}

function ofTrivy({ ArtifactName, Metadata, Results }: z.output<typeof trivy>): Vulnerabilities {
  const found = Results.flatMap((result) => [
    ...(result.Vulnerabilities ?? []),
    ...(result.Misconfigurations ?? []).filter(({ Status }) => Status !== 'PASS'),
    ...(result.Secrets ?? []),
  ]);
  return {
    tool: 'Trivy',
    counts: counted(found.map(({ Severity: name }) => named(name))),
    subject: [
      ArtifactName,
      ...(Metadata?.RepoDigests ?? []),
      ...(Metadata?.ImageID === undefined ? [] : [Metadata.ImageID]),
    ],
  };
}

/** One a group of aliases, by its score; vulnerabilities outside any group count by the word of their database. */
function ofOsv(result: z.output<typeof osv>['results'][number]): readonly Severity[] {
  return result.packages.flatMap(({ vulnerabilities, groups }) => {
    const grouped = new Set(groups.flatMap(({ ids }) => ids));
    const word = (ids: readonly string[]) =>
      vulnerabilities.find(({ id, database_specific }) => ids.includes(id) && database_specific?.severity !== undefined)
        ?.database_specific?.severity ?? '';
    return [
      ...groups.map((group) => scored(group.max_severity) ?? named(word(group.ids))),
      ...vulnerabilities.filter(({ id }) => !grouped.has(id)).map(({ id }) => named(word([id]))),
    ];
  });
}

/** CVSS bands (FIRST, qualitative severity rating scale): 9, 7, 4. */
function scored(text: string | undefined): Severity | undefined {
  const score = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(score)) return undefined;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

/** A severity nobody has rated yet may be any: it counts as high, so that only `max: high` and above let it through. */
function named(word: string): Severity {
  const name = word.toLowerCase() === 'moderate' ? 'medium' : word.toLowerCase();
  return severities.find((known) => known === name) ?? 'high';
}

function counted(found: readonly Severity[]): Vulnerabilities['counts'] {
  const counts = { none: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const severity of found) counts[severity] += 1;
  return counts;
}

/** `, 3 suppressed`; empty for none. */
export function suppressedWords(suppressed: number): string {
  return suppressed === 0 ? '' : `, ${suppressed} suppressed`;
}
