// Reading scans of dependencies and images: severities of each tool, what was scanned, what is no scan.
import { describe, expect, test } from '@jest/globals';
import { readVulnerabilities } from '../../../src/checklist/report/vulnerabilities.ts';

const trivy = (results: unknown) =>
  JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: 'shop:1',
    Metadata: { RepoDigests: ['shop@sha256:abc'] },
    Results: results,
  });
const osv = (groups: unknown, vulnerabilities: unknown) =>
  JSON.stringify({ results: [{ source: {}, packages: [{ package: {}, vulnerabilities, groups }] }] });

describe('a scan', () => {
  test('of Trivy counts vulnerabilities, failed configurations and secrets, and names the image', () => {
    const read = readVulnerabilities(
      trivy([
        {
          Target: 'a',
          Vulnerabilities: [
            { VulnerabilityID: 'CVE-1', Severity: 'CRITICAL' },
            { VulnerabilityID: 'CVE-2', Severity: 'LOW' },
          ],
        },
        {
          Target: 'b',
          Misconfigurations: [
            { Severity: 'HIGH', Status: 'FAIL' },
            { Severity: 'HIGH', Status: 'PASS' },
          ],
        },
        { Target: 'c', Secrets: [{ Severity: 'MEDIUM' }], Vulnerabilities: null },
      ]),
    );

    expect(read).toEqual({
      kind: 'report',
      report: {
        tool: 'Trivy',
        counts: { none: 0, low: 1, medium: 1, high: 1, critical: 1 },
        subject: ['shop:1', 'shop@sha256:abc'],
      },
    });
  });

  test('of Trivy that looked at nothing is none', () => {
    expect(readVulnerabilities(trivy([])).kind).toBe('unreadable');
    expect(readVulnerabilities(JSON.stringify({ SchemaVersion: 2, ArtifactName: 'shop:1' })).kind).toBe('unreadable');
  });

  test.each([
    ['9.0', 'critical'],
    ['8.9', 'high'],
    ['7', 'high'],
    ['6.9', 'medium'],
    ['4', 'medium'],
    ['3.9', 'low'],
    ['', 'high'],
    ['unknown', 'high'],
  ])('of OSV-Scanner with a group of score “%s” counts it once, as %s', (score, severity) => {
    const read = readVulnerabilities(osv([{ ids: ['A', 'B'], max_severity: score }], [{ id: 'A' }, { id: 'B' }]));

    expect(read).toMatchObject({ report: { counts: { [severity]: 1 } } });
  });

  test('of OSV-Scanner takes the word of the database where there is no score', () => {
    const moderate = { id: 'A', database_specific: { severity: 'MODERATE' } };

    expect(readVulnerabilities(osv([{ ids: ['A'] }], [moderate]))).toMatchObject({ report: { counts: { medium: 1 } } });
    expect(readVulnerabilities(osv([], [moderate]))).toMatchObject({ report: { counts: { medium: 1 } } });
  });

  test('whose severity nobody has rated counts as high', () => {
    expect(
      readVulnerabilities(trivy([{ Vulnerabilities: [{ VulnerabilityID: 'x', Severity: 'UNKNOWN' }] }])),
    ).toMatchObject({
      report: { counts: { high: 1 } },
    });
  });

  test('of npm and SARIF is read as before', () => {
    const audit = {
      auditReportVersion: 2,
      metadata: { vulnerabilities: { info: 0, low: 1, moderate: 0, high: 2, critical: 0 } },
    };
    const sarif = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ level: 'error' }] }] };

    expect(readVulnerabilities(JSON.stringify(audit))).toMatchObject({
      report: { tool: 'npm audit', counts: { high: 2 } },
    });
    expect(readVulnerabilities(JSON.stringify(sarif))).toMatchObject({ report: { tool: 'x', counts: { high: 1 } } });
  });
});
