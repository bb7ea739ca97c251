// Answers about alerts of code scanning, Dependabot and secret scanning: only the open ones, worst first.
import { z } from 'zod';
import type { AlertFact, AlertSource, AlertsFact, AnalysisFact } from '../../../evidence/alert.ts';
import type { QuestionOf } from '../../../evidence/question.ts';
import type { Client } from '../client.ts';
import { Refusal, together } from '../refusal.ts';
import { instant } from '../shape.ts';

const names: Readonly<Record<AlertSource, string>> = {
  'code-scanning': 'code scanning',
  dependabot: 'Dependabot alerts',
  'secret-scanning': 'secret scanning',
};
const order = ['critical', 'high', 'medium', 'low', 'none'] as const;
const severity = z.enum(order);
/** Newest looks at a ref that are read: a ref that is looked at by more scanners than this is none. */
const mostAnalyses = 100;

/** The open alerts of one source, of code scanning those of a ref. A scanner that is off is a Refusal that says so: silence is no clean bill. */
export async function alerts(
  client: Client,
  { source, ref }: QuestionOf<'alerts'>,
  serverUrl: string,
): Promise<AlertsFact> {
  const { owner, name } = client.repository;
  const url = `${serverUrl.replace(/\/$/, '')}/${owner}/${name}/security/${source}`;
  const [open, analyses] = await told(source, together([openOf(client, source, ref), analysesOf(client, source, ref)]));
  return { open: [...open].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)), analyses, url };
}

function openOf(client: Client, source: AlertSource, ref: string): Promise<readonly AlertFact[]> {
  const path = client.path(`/${source}/alerts`);
  switch (source) {
    case 'code-scanning':
      return client.pages(path, { state: 'open', ref }, codeAlert);
    case 'dependabot':
      return client.pages(path, { state: 'open' }, dependencyAlert);
    case 'secret-scanning':
      // What leaked is not for us to hold.
      return client.pages(path, { state: 'open', hide_secret: true }, secretAlert);
  }
}

async function analysesOf(client: Client, source: AlertSource, ref: string): Promise<readonly AnalysisFact[]> {
  if (source !== 'code-scanning') return [];
  const path = client.path('/code-scanning/analyses');
  return client.pages(path, { ref, sort: 'created', direction: 'desc' }, analysisShape, { most: mostAnalyses });
}

const common = { number: z.number(), created_at: instant, html_url: z.string() };

const codeAlert = z
  .object({
    ...common,
    rule: z.object({
      id: z.string().nullish(),
      severity: z.string().nullish(),
      security_severity_level: severity.nullish(),
      description: z.string().optional(),
    }),
    tool: z.object({ name: z.string().optional() }),
  })
  .transform(
    ({ number, created_at, html_url, rule, tool }): AlertFact => ({
      number,
      severity: rule.security_severity_level ?? byLevel[rule.severity ?? ''] ?? 'medium',
      what: [tool.name, rule.description ?? rule.id].filter((word) => word).join(': '),
      createdAt: created_at,
      url: html_url,
    }),
  );

/** A rule without a security severity has a level (as in SARIF, checklist/scan). */
const byLevel: Readonly<Record<string, AlertFact['severity']>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'none',
};

const dependencyAlert = z
  .object({
    ...common,
    dependency: z.object({ package: z.object({ name: z.string() }).optional() }),
    security_advisory: z.object({ ghsa_id: z.string(), summary: z.string() }),
    security_vulnerability: z.object({ severity }),
  })
  .transform(
    ({ number, created_at, html_url, dependency, security_advisory, security_vulnerability }): AlertFact => ({
      number,
      severity: security_vulnerability.severity,
      what: `${dependency.package?.name ?? security_advisory.ghsa_id}: ${security_advisory.summary}`,
      createdAt: created_at,
      url: html_url,
    }),
  );

const secretAlert = z
  .object({ ...common, secret_type_display_name: z.string().optional(), secret_type: z.string().optional() })
  .transform(
    ({ number, created_at, html_url, secret_type_display_name, secret_type }): AlertFact => ({
      number,
      severity: 'critical',
      what: secret_type_display_name ?? secret_type ?? 'a secret',
      createdAt: created_at,
      url: html_url,
    }),
  );

const analysisShape = z
  .object({
    commit_sha: z.string(),
    created_at: instant,
    error: z.string(),
    tool: z.object({ name: z.string().optional() }),
  })
  .transform(
    ({ commit_sha, created_at, error, tool }): AnalysisFact => ({
      tool: tool.name ?? '',
      sha: commit_sha,
      at: created_at,
      error,
    }),
  );

/** GitHub answers 403 or 404 for what is turned off, for what was never scanned and for what the token may not see: each gets its words. */
async function told<T>(source: AlertSource, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    const { kind, because } = fault.parts;
    if (kind === 'permission' && source === 'secret-scanning') throw unreachable(fault);
    if (kind !== 'missing' && kind !== 'forbidden') throw fault;
    throw new Refusal({
      ...fault.parts,
      because: `${names[source]} told nothing: ${because}`,
      remedy: `turn ${names[source]} on in the repository’s settings (Code security) and let it look once, or take evidence from a report`,
    });
  }
}

/** No line under `permissions:` gives a workflow's own token this. */
function unreachable(fault: Refusal): Refusal {
  const { permission: _, ...parts } = fault.parts;
  return new Refusal({
    ...parts,
    kind: 'forbidden',
    because: 'the token may not read the alerts of secret scanning',
    remedy:
      'give `github-token` a token of an app or a person that may (Secret scanning alerts: read); `github.token` can not',
  });
}
