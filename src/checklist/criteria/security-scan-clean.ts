// Security scan: no report and no open alert is above the severity that the policy lets through.
import type { Criterion } from '../criterion.ts';
import { scanCriterion } from '../scanned.ts';

/** `security-scan-clean`: whatever scanner ran; nothing is taken for granted, so reports or alerts (`from: code-scanning`) must be named. */
export const securityScanClean: Criterion = scanCriterion({
  id: 'security-scan-clean',
  title: 'Security scan',
  max: 'medium',
  reports: [],
});
