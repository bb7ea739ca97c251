// Security reports: how many findings of each severity a SARIF or npm-audit report holds.
import { z } from 'zod';
import type { Severity } from './options.ts';

export type ScanRead =
  | { readonly kind: 'scan'; readonly tool: string; readonly counts: Readonly<Record<Severity, number>> }
  | { readonly kind: 'unreadable'; readonly because: string };

const none: Readonly<Record<Severity, number>> = { none: 0, low: 0, medium: 0, high: 0, critical: 0 };

const rule = z.looseObject({
  id: z.string().optional(),
  properties: z.looseObject({ 'security-severity': z.coerce.number().optional() }).optional(),
  defaultConfiguration: z.looseObject({ level: z.string().optional() }).optional(),
});

const sarif = z.looseObject({
  version: z.string().startsWith('2.1'),
  runs: z
    .array(
      z.looseObject({
        tool: z.looseObject({ driver: z.looseObject({ name: z.string(), rules: z.array(rule).default([]) }) }),
        results: z.array(
          z.looseObject({
            ruleId: z.string().optional(),
            ruleIndex: z.int().optional(),
            level: z.string().optional(),
            suppressions: z.array(z.unknown()).optional(),
          }),
        ),
      }),
    )
    .min(1),
});

const count = z.int().min(0).default(0);
const audit = z.looseObject({
  auditReportVersion: z.int(),
  metadata: z.looseObject({
    vulnerabilities: z.looseObject({ info: count, low: count, moderate: count, high: count, critical: count }),
  }),
});

/** Reads a report. What is neither SARIF 2.1 with results nor an npm audit (`npm audit --json`, version 2) is unreadable, never clean. */
export function readScan(text: string): ScanRead {
  const value = parsed(text);
  if (value === undefined) return { kind: 'unreadable', because: 'it is not JSON' };
  const asAudit = audit.safeParse(value);
  if (asAudit.success) {
    const { info, low, moderate, high, critical } = asAudit.data.metadata.vulnerabilities;
    return { kind: 'scan', tool: 'npm audit', counts: { none: info, low, medium: moderate, high, critical } };
  }
  const asSarif = sarif.safeParse(value);
  if (!asSarif.success) return { kind: 'unreadable', because: 'it is neither SARIF 2.1 nor an npm audit report' };
  const counts = { ...none };
  for (const run of asSarif.data.runs) {
    const { rules } = run.tool.driver;
    for (const result of run.results) {
      if ((result.suppressions ?? []).length > 0) continue;
      const named = rules[result.ruleIndex ?? -1] ?? rules.find(({ id }) => id !== undefined && id === result.ruleId);
      counts[
        severityOf(result.level ?? named?.defaultConfiguration?.level, named?.properties?.['security-severity'])
      ] += 1;
    }
  }
  const tools = new Set(asSarif.data.runs.map((run) => run.tool.driver.name));
  return { kind: 'scan', tool: [...tools].join(', '), counts };
}

/** By the rule's score as GitHub sorts code scanning alerts (CVSS bands: 9, 7, 4), else by the level; a level nobody names is a warning (SARIF 3.27.10). */
function severityOf(level: string | undefined, score: number | undefined): Severity {
  if (score !== undefined && Number.isFinite(score) && score > 0) {
    if (score >= 9) return 'critical';
    if (score >= 7) return 'high';
    return score >= 4 ? 'medium' : 'low';
  }
  if (level === 'error') return 'high';
  if (level === 'note') return 'low';
  return level === 'none' ? 'none' : 'medium';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
