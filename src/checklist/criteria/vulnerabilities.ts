// Scans of what is shipped beside our own code: dependencies, the container image, secrets left in files.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, pass, unknownFinding } from '../finding.ts';
import { type Severity, severities, severity } from '../options.ts';
import { readVulnerabilities, type Vulnerabilities } from '../report/vulnerabilities.ts';
import { origin, reportAt } from '../report-file.ts';
import { listed } from '../words.ts';

interface Kind {
  readonly id: string;
  readonly title: string;
  /** The highest severity that is let through when the policy does not say. */
  readonly max: Severity;
  /** Where the report lies when the policy does not say. */
  readonly reports: readonly string[];
  readonly ofArtifact?: true;
}

const kinds: readonly Kind[] = [
  { id: 'dependency-vulnerabilities-clean', title: 'Dependencies scanned', max: 'medium', reports: ['npm-audit.json'] },
  { id: 'container-image-scanned', title: 'Image scanned', max: 'medium', reports: ['trivy.json'], ofArtifact: true },
  { id: 'secrets-from-vault', title: 'No secrets in code or configuration', max: 'none', reports: ['gitleaks.sarif'] },
];

/** Each: every report is there, whole, of what is deployed where it says so, and holds nothing above `max`. */
export const vulnerabilities: readonly Criterion[] = kinds.map((kind) =>
  withOptions({
    id: kind.id,
    title: kind.title,
    moment: 'review',
    with: z.strictObject({
      max: severity.default(kind.max).describe('the highest severity that is let through'),
      reports: z
        .array(z.string().min(1))
        .min(1)
        .default([...kind.reports])
        .describe('SARIF, npm audit, Trivy or OSV-Scanner files in the workspace'),
    }),
    asks: (_context, { reports }) => reports.map((path) => ({ kind: 'workspace-file', path }) as const),
    finds: (context, { max, reports }, answers) => {
      const findings = reports.map((path) => inReport(path, max, kind, context, answers));
      const worst =
        findings.find(({ outcome }) => outcome === 'fail') ?? findings.find(({ outcome }) => outcome !== 'pass');
      return worst ?? pass(`${listed(reports, 3)}: nothing above ${max}${origin(context)}`);
    },
  }),
);

function inReport(path: string, max: Severity, kind: Kind, context: Context, answers: Answers): Found {
  const told = reportAt(path, 'a SARIF, npm audit, Trivy or OSV-Scanner report', readVulnerabilities, answers);
  if (told.kind === 'open') return told.found;
  const { tool, counts, subject } = told.report;
  if (kind.ofArtifact && isOfAnother(subject, context.artifact)) {
    const what = `${path} is of ${listed(subject, 2)}, which is not the artifact that is deployed`;
    return unknownFinding(what, 'scan the image by the digest that the input artifact names', 'author');
  }
  const above = namesAbove(counts, max);
  if (above.length === 0) return pass(`${path}: nothing above ${max}`);
  return fail(`${tool}: ${above.join(', ')}, lets ${max} through`, `mend them: ${path} names them`, 'author');
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
