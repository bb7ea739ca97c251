// Scans for vulnerabilities: by report files of a scanner, or by the open alerts that GitHub's own scanners hold.
import type { z } from 'zod';
import type { Answers } from '../evidence/answer.ts';
import { asksAlerts, findAlerts } from './alerts.ts';
import { type Context, type Criterion, withOptions } from './criterion.ts';
import { about, type Found, fail, pass, unknownFinding } from './finding.ts';
import { type ArtifactFrom, type Severity, type scanFrom, severities } from './options.ts';
import { readVulnerabilities, suppressedWords, type Vulnerabilities } from './report/vulnerabilities.ts';
import { asksReports, origin, placeOf, reportAt } from './report-file.ts';
import type { ScanWords } from './scan-words.ts';
import { listed } from './words.ts';

type ScanFrom = z.output<ReturnType<typeof scanFrom>>;

type Options = z.output<ReturnType<ScanWords['with']>>;
type ScanKind = ScanWords['kind'];

/** A criterion: every report is there, whole, of what is deployed where it says so, and no report and no open alert is above `max`. */
export function scanCriterion({ kind, ...words }: ScanWords): Criterion {
  return withOptions({
    ...words,
    asks: (context, given, answers) => [
      ...asksReports(pathsOf(given, kind), artifactOf(given.from), context, answers),
      ...alertsOf(given.from).flatMap((source) => asksAlerts(source, context, answers)),
    ],
    finds: (context, given, answers) => {
      const paths = pathsOf(given, kind);
      const sources = alertsOf(given.from);
      if (paths.length === 0 && sources.length === 0) {
        return unknownFinding(
          'not configured: no report is named',
          'name SARIF, npm audit, Trivy or OSV-Scanner files under `with: reports:`, or `with: from: code-scanning`',
          'owner of the policy',
        );
      }
      const reports = paths.map((path) => inReport(path, kind, given, context, answers));
      const inReports = reports.map(({ found }) => found);
      const inAlerts = sources.map((source) => findAlerts(source, given, context, answers));
      const found = [...inReports, ...inAlerts];
      const worst = found.find(({ outcome }) => outcome === 'fail') ?? found.find(({ outcome }) => outcome !== 'pass');
      if (worst !== undefined) return worst;
      const [only] = inAlerts;
      if (only !== undefined && found.length === 1) return only;
      const suppressed = suppressedWords(reports.reduce((sum, one) => sum + one.suppressed, 0));
      return pass(`${listed([...paths, ...sources], 3)}: nothing above ${given.max}${suppressed}${origin(context)}`);
    },
  });
}

/** Alerts stand in the place of reports that the policy does not name. */
function pathsOf({ reports, from }: Options, kind: ScanKind): readonly string[] {
  return reports ?? (alertsOf(from).length > 0 ? [] : kind.reports);
}

function alertsOf(from: ScanFrom | undefined) {
  if (from === undefined || (typeof from === 'object' && 'artifact' in from)) return [];
  return typeof from === 'string' ? [from] : from;
}

function artifactOf(from: ScanFrom | undefined): ArtifactFrom | undefined {
  return typeof from === 'object' && 'artifact' in from ? from : undefined;
}

interface InReport {
  readonly found: Found;
  readonly suppressed: number;
}

function inReport(path: string, kind: ScanKind, given: Options, context: Context, answers: Answers): InReport {
  const place = placeOf(path, artifactOf(given.from), context, answers);
  const told = reportAt(place, 'a SARIF, npm audit, Trivy or OSV-Scanner report', readVulnerabilities, answers);
  if (told.kind === 'open') return { found: told.found, suppressed: 0 };
  return { found: judged(told.report, path, kind, given.max, context), suppressed: told.report.suppressed ?? 0 };
}

function judged(report: Vulnerabilities, path: string, kind: ScanKind, max: Severity, context: Context): Found {
  const { tool, counts, subject, places = [] } = report;
  if (kind.ofArtifact && isOfAnother(subject, context.artifact)) {
    const what = `${path} is of ${listed(subject, 2)}, which is not the artifact that is deployed`;
    return unknownFinding(what, 'scan the image by the digest that the input artifact names', 'author');
  }
  const above = namesAbove(counts, max);
  if (above.length === 0) return pass(`${path}: nothing above ${max}`);
  const found = fail(`${tool}: ${above.join(', ')}, lets ${max} through`, `mend them: ${path} names them`, 'author');
  const grave = severities.slice(severities.indexOf(max) + 1);
  return about(
    found,
    places.filter(({ severity: one }) => grave.includes(one)),
  );
}

function namesAbove(counts: Vulnerabilities['counts'], max: Severity): readonly string[] {
  const found = severities.slice(severities.indexOf(max) + 1).filter((name) => counts[name] > 0);
  return [...found].reverse().map((name) => `${counts[name]} ${name}`);
}

/** Only digests prove what was scanned: a report without any, or a run that names none, is taken at its word. */
function isOfAnother(subject: readonly string[], artifact: readonly string[]): boolean {
  const digests = (words: readonly string[]) => words.flatMap((word) => word.match(/sha256:[0-9a-f]{64}/g) ?? []);
  const [scanned, deployed] = [digests(subject), digests(artifact)];
  return scanned.length > 0 && deployed.length > 0 && !deployed.some((digest) => scanned.includes(digest));
}
