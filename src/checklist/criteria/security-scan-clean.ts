// Security scan: no report and no open alert is above the severity that the policy lets through.
import type { Criterion } from '../criterion.ts';
import { scanCriterion } from '../scanned.ts';
import * as worded from './words/security-scan-clean.ts';

/** `security-scan-clean`: whatever scanner ran; nothing is taken for granted, so reports or alerts (`from: code-scanning`) must be named. */
export const securityScanClean: Criterion = scanCriterion(worded.securityScanClean);
