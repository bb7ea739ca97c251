// Security scan: no report holds a finding above the severity that the policy lets through.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { type Severity, severities, severity } from '../options.ts';
import { readVulnerabilities } from '../report/vulnerabilities.ts';
import { listed } from '../words.ts';

const options = z.strictObject({
  max: severity.default('medium').describe('the highest severity that is let through'),
  reports: z
    .array(z.string().min(1))
    .default([])
    .describe('SARIF, npm audit, Trivy or OSV-Scanner files in the workspace'),
});

/** `security-scan-clean`: every report named is there, readable, and holds nothing above `max`. */
export const securityScanClean: Criterion = withOptions({
  id: 'security-scan-clean',
  title: 'Security scan',
  moment: 'review',
  with: options,
  asks: (_context, { reports }) => reports.map((path) => ({ kind: 'workspace-file', path }) as const),
  finds: ({ moment }, { max, reports }, answers) => {
    if (reports.length === 0) {
      return unknownFinding(
        'not configured: no report is named',
        'name SARIF, npm audit, Trivy or OSV-Scanner files under `with: reports:`',
        'owner of the policy',
      );
    }
    const findings = reports.map((path) => inReport(path, max, answers));
    const worst =
      findings.find(({ outcome }) => outcome === 'fail') ?? findings.find(({ outcome }) => outcome !== 'pass');
    if (worst !== undefined) return worst;
    return pass(`${listed(reports, 3)}: nothing above ${max}${moment === 'review' ? ', from this pull request' : ''}`);
  },
});

function inReport(path: string, max: Severity, answers: Answers): Found {
  const file = answers.of({ kind: 'workspace-file', path });
  if (file.kind === 'unknown') return notTold(file);
  if (!file.value.found)
    return unknownFinding(`there is no report at ${path}`, 'run the scan in a step before the gate');
  const read = readVulnerabilities(file.value.text);
  if (read.kind === 'unreadable')
    return unknownFinding(
      `${path} cannot be read: ${read.because}`,
      'give a whole SARIF, npm audit, Trivy or OSV-Scanner report',
    );
  const above = severities.slice(severities.indexOf(max) + 1).filter((name) => read.report.counts[name] > 0);
  if (above.length === 0) return pass(`${path}: nothing above ${max}`);
  const counts = [...above].reverse().map((name) => `${read.report.counts[name]} ${name}`);
  return fail(
    `${read.report.tool}: ${counts.join(', ')}, lets ${max} through`,
    `mend them: ${path} names them`,
    'author',
  );
}
