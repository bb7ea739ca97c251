// Scans of what is shipped beside our own code: dependencies, the container image, secrets left in files.
import type { Criterion } from '../criterion.ts';
import { scanCriterion } from '../scanned.ts';
import * as worded from './words/vulnerabilities.ts';

/** Each: by reports, or by open alerts (`from: dependabot`, `from: secret-scanning`). */
export const vulnerabilities: readonly Criterion[] = worded.vulnerabilities.map(scanCriterion);
