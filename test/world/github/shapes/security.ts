// Alerts, analyses and attestations as GitHub's REST API shows them.
import type { Analysis, Attestation, CodeAlert, DependencyAlert, SecretAlert } from '../records.ts';
import type { FakeRepository } from '../repository.ts';
import { repositoryPage, repositoryUrl } from './links.ts';
import type { Json } from './people.ts';

const untouched = {
  dismissed_at: null,
  dismissed_by: null,
  dismissed_reason: null,
  dismissed_comment: null,
  fixed_at: null,
};

function placeOf(repo: FakeRepository, kind: string, number: number): Json {
  return {
    number,
    url: `${repositoryUrl(repo)}/${kind}/alerts/${number}`,
    html_url: `${repositoryPage(repo)}/security/${kind}/${number}`,
  };
}

export function codeAlertShape(repo: FakeRepository, alert: CodeAlert): Json {
  const place = placeOf(repo, 'code-scanning', alert.number);
  return {
    ...place,
    ...untouched,
    created_at: alert.at,
    instances_url: `${place.url}/instances`,
    state: alert.state,
    rule: {
      id: alert.rule,
      name: alert.rule,
      description: alert.rule,
      severity: alert.level,
      ...(alert.severity === null ? {} : { security_severity_level: alert.severity }),
    },
    tool: { name: alert.tool, guid: null, version: '2.20.0' },
    most_recent_instance: { ref: alert.ref, analysis_key: 'codeql.yml:analyze', environment: '', state: alert.state },
  };
}

export function analysisShape(repo: FakeRepository, analysis: Analysis): Json {
  return {
    ref: analysis.ref,
    commit_sha: analysis.sha,
    analysis_key: 'codeql.yml:analyze',
    environment: '',
    category: 'codeql.yml:analyze',
    error: analysis.error,
    created_at: analysis.at,
    results_count: 0,
    rules_count: 60,
    id: analysis.id,
    url: `${repositoryUrl(repo)}/code-scanning/analyses/${analysis.id}`,
    sarif_id: '6c81cd8e-b078-4ac3-a3be-1dad7dbd0b53',
    tool: { name: analysis.tool, guid: null, version: '2.20.0' },
    deletable: true,
    warning: '',
  };
}

export function dependencyAlertShape(repo: FakeRepository, alert: DependencyAlert): Json {
  const { severity } = alert;
  const bag = { ecosystem: 'npm', name: alert.package };
  const vulnerability = {
    package: bag,
    severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  };
  return {
    ...placeOf(repo, 'dependabot', alert.number),
    ...untouched,
    state: alert.state,
    dependency: { package: bag, manifest_path: 'package-lock.json', scope: 'runtime' },
    security_advisory: {
      ghsa_id: 'GHSA-rf4j-j272-fj86',
      cve_id: null,
      summary: `${alert.package} may be made to stop`,
      description: '',
      vulnerabilities: [vulnerability],
      severity,
      classification: 'general',
      cvss: { vector_string: null, score: 0 },
      cwes: [],
      identifiers: [{ type: 'GHSA', value: 'GHSA-rf4j-j272-fj86' }],
      references: [],
      published_at: alert.at,
      updated_at: alert.at,
      withdrawn_at: null,
    },
    security_vulnerability: vulnerability,
    created_at: alert.at,
    updated_at: alert.at,
  };
}

export function secretAlertShape(repo: FakeRepository, alert: SecretAlert, isHidden: boolean): Json {
  return {
    ...placeOf(repo, 'secret-scanning', alert.number),
    created_at: alert.at,
    locations_url: `${repositoryUrl(repo)}/secret-scanning/alerts/${alert.number}/locations`,
    state: alert.state,
    resolution: null,
    secret_type: 'slack_api_token',
    secret_type_display_name: alert.kind,
    ...(isHidden ? {} : { secret: alert.secret }),
  };
}

export function attestationShape(repo: FakeRepository, { statement }: Attestation): Json {
  const payload = Buffer.from(typeof statement === 'string' ? statement : JSON.stringify(statement)).toString('base64');
  return {
    repository_id: repo.id,
    bundle_url: `${repositoryUrl(repo)}/attestations/bundle`,
    bundle: {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {},
      dsseEnvelope: { payload, payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'MEUCIQ==' }] },
    },
  };
}
