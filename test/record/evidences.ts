// Builders of evidence and of the check runs that keep it.
import type { RecordFact } from '../../src/evidence/fact.ts';
import type { Evidence, EvidenceRow } from '../../src/record/evidence.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import { noon, shaOf } from './deployments.ts';

export function anEvidence(change: Partial<Evidence> = {}): Evidence {
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'pre-deploy-gate',
    moment: 'deploy',
    environment: 'production',
    unit: '',
    leg: '',
    sha: shaOf('b'),
    tree: shaOf('7'),
    version: 'v1.8.0',
    pulls: [482],
    deploymentId: null,
    run: { id: 100, attempt: 1, job: 'deploy', url: 'https://github.com/octo-org/shop/actions/runs/100' },
    at: noon,
    verdict: 'open',
    reason: 'open',
    reportOnly: false,
    title: '',
    sentence: '',
    facts: [],
    rows: [],
    moments: [],
    wayBack: '',
    migration: '',
    details: [],
    found: {},
    ...change,
  };
}

export function aRow(change: Partial<EvidenceRow> = {}): EvidenceRow {
  return { id: 'x', outcome: 'pass', title: 'X', who: '', todo: '', evidence: '', required: true, ...change };
}

/** The check run that GitHub keeps of an evidence. */
export function aRecord(evidence: Evidence, change: Partial<RecordFact> = {}): RecordFact {
  const { name, sha, conclusion, externalId, text } = checkRunOf(evidence);
  const id = change.id ?? 1;
  const url = `https://github.com/octo-org/shop/runs/${id}`;
  return {
    id,
    name,
    app: 'github-actions',
    sha,
    conclusion,
    externalId,
    text,
    completedAt: evidence.at,
    url,
    ...change,
  };
}
