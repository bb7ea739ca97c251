// What GitHub's own scanners hold against a repository: open alerts, and which commits were looked at.

export const alertSources = ['code-scanning', 'dependabot', 'secret-scanning'] as const;
export type AlertSource = (typeof alertSources)[number];

/** An open alert. A leaked secret has no severity of its own and counts as critical. Instants in ms. */
export interface AlertFact {
  readonly number: number;
  readonly severity: 'none' | 'low' | 'medium' | 'high' | 'critical';
  readonly what: string;
  readonly createdAt: number;
  readonly url: string;
}

/** One look of a scanner at a commit; `error` is empty when it went well. */
export interface AnalysisFact {
  readonly tool: string;
  readonly sha: string;
  readonly at: number;
  readonly error: string;
}

/** Open alerts, worst first. Of code scanning the newest looks at the ref too, newest first; the others look by themselves and name no commit. */
export interface AlertsFact {
  readonly open: readonly AlertFact[];
  readonly analyses: readonly AnalysisFact[];
  /** Where people read them. */
  readonly url: string;
}
