// Words of the criteria that scans for vulnerabilities answer: their options, and what counts where the policy says nothing.
import { z } from 'zod';
import { once } from '../kit/once.ts';
import { type Severity, scanFrom, severity } from './options.ts';

interface ScanKind {
  /** The highest severity that is let through when the policy does not say. */
  readonly max: Severity;
  /** Where the reports lie when the policy names neither them nor alerts. */
  readonly reports: readonly string[];
  readonly ofArtifact?: true;
}

/** The words of one; `kind` is for those who judge. */
export function scanWords(id: string, title: string, kind: ScanKind) {
  const shape = once(() =>
    z.strictObject({
      max: severity().default(kind.max).describe('the highest severity that is let through'),
      reports: z.array(z.string().min(1)).min(1).optional().describe('SARIF, npm audit, Trivy or OSV-Scanner files'),
      from: scanFrom().optional().describe('open alerts instead of reports, or the artifact that holds the reports'),
      tools: z
        .array(z.string().min(1))
        .default([])
        .describe('which tools of code scanning must have looked at the commit'),
    }),
  );
  return { id, title, moment: 'review', with: shape, kind } as const;
}

export type ScanWords = ReturnType<typeof scanWords>;
