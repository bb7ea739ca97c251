// Security reports: how many findings of each severity a SARIF or npm-audit report holds.
import { z } from 'zod';
import type { Severity } from './options.ts';
import { placed, placesOf, type ScanPlace } from './scan-place.ts';

export type ScanRead =
  | {
      readonly kind: 'scan';
      readonly tool: string;
      readonly counts: Readonly<Record<Severity, number>>;
      /** Results that somebody suppressed in the code or in the tool: they do not count, and are shown. */
      readonly suppressed: number;
      /** Lines of the repository that results name; empty where the tool looks at packages. */
      readonly places: readonly ScanPlace[];
    }
  | { readonly kind: 'unreadable'; readonly because: string };

const none: Readonly<Record<Severity, number>> = { none: 0, low: 0, medium: 0, high: 0, critical: 0 };

const rule = z.looseObject({
  id: z.string().optional(),
  properties: z.looseObject({ 'security-severity': z.coerce.number().optional() }).optional(),
  defaultConfiguration: z.looseObject({ level: z.string().optional() }).optional(),
});

const rules = z.array(rule).default([]);
const index = z.int().optional();
const result = z.looseObject({
  ruleId: z.string().optional(),
  ruleIndex: index,
  rule: z
    .looseObject({ id: z.string().optional(), index, toolComponent: z.looseObject({ index }).optional() })
    .optional(),
  kind: z.string().optional(),
  level: z.string().optional(),
  baselineState: z.string().optional(),
  suppressions: z.array(z.looseObject({ status: z.string().optional() })).optional(),
  ...placed,
});
const sarifRun = z.looseObject({
  tool: z.looseObject({
    driver: z.looseObject({ name: z.string(), rules }),
    extensions: z.array(z.looseObject({ rules })).default([]),
  }),
  invocations: z.array(z.looseObject({ executionSuccessful: z.boolean().optional() })).default([]),
  results: z.array(result),
});
type SarifRun = z.output<typeof sarifRun>;
type SarifResult = SarifRun['results'][number];

const sarif = z.looseObject({ version: z.string().startsWith('2.1'), runs: z.array(sarifRun).min(1) });

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
    const counted = { none: info, low, medium: moderate, high, critical };
    return { kind: 'scan', tool: 'npm audit', counts: counted, suppressed: 0, places: [] };
  }
  const asSarif = sarif.safeParse(value);
  if (!asSarif.success) return { kind: 'unreadable', because: 'it is neither SARIF 2.1 nor an npm audit report' };
  const { runs } = asSarif.data;
  const broken = runs.find(({ invocations }) => invocations.some((one) => one.executionSuccessful === false));
  if (broken !== undefined)
    return { kind: 'unreadable', because: `${broken.tool.driver.name} says that it did not run to its end` };
  const counts = { ...none };
  const found = runs.flatMap((run) => run.results.filter(isThere).map((one) => ({ run, one })));
  const places: ScanPlace[] = [];
  for (const { run, one } of found.filter((each) => !isSuppressed(each.one))) {
    const severity = severityIn(run, one);
    counts[severity] += 1;
    places.push(...placesOf(one).map((place) => ({ ...place, severity })));
  }
  const suppressed = found.filter(({ one }) => isSuppressed(one)).length;
  const tools = new Set(runs.map((run) => run.tool.driver.name));
  return { kind: 'scan', tool: [...tools].join(', '), counts, suppressed, places };
}

/** A result of the baseline that is gone stands in the file with this state (SARIF 3.27.24). */
function isThere({ baselineState }: SarifResult): boolean {
  return baselineState !== 'absent';
}

/** Only what was accepted: one under review or rejected stands (SARIF 3.27.23 and 3.35.3; no status is accepted). */
function isSuppressed({ suppressions = [] }: SarifResult): boolean {
  return suppressions.length > 0 && suppressions.every(({ status = 'accepted' }) => status === 'accepted');
}

function severityIn(run: SarifRun, one: SarifResult): Severity {
  // What is no failure has the level none (SARIF 3.27.9 and 3.27.10).
  if (one.kind !== undefined && one.kind !== 'fail' && one.level === undefined) return 'none';
  const named = ruleOf(run, one);
  return severityOf(one.level ?? named?.defaultConfiguration?.level, named?.properties?.['security-severity']);
}

/** The rule stands in the driver, or in an extension that the result names, as CodeQL's query packs do. */
function ruleOf({ tool }: SarifRun, one: SarifResult): z.output<typeof rule> | undefined {
  const extension = one.rule?.toolComponent?.index;
  const component = extension === undefined ? tool.driver : tool.extensions[extension];
  const id = one.ruleId ?? one.rule?.id;
  const all = [...tool.driver.rules, ...tool.extensions.flatMap((each) => each.rules)];
  const at = one.rule?.index ?? one.ruleIndex ?? -1;
  return component?.rules[at] ?? all.find((known) => known.id !== undefined && known.id === id);
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
