// Which `permissions:` line a call needs: from GitHub's own header, else from this table (GitHub's REST reference, 2026-11).

interface Need {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: string;
}

// First match wins. Paths are those below /repos/{owner}/{repo}.
const needs: readonly Need[] = [
  { method: 'GET', path: /^\/commits\/[^/]+\/check-runs/, permission: 'checks: read' },
  { method: 'POST', path: /^\/check-runs/, permission: 'checks: write' },
  { method: 'PATCH', path: /^\/check-runs/, permission: 'checks: write' },
  { method: 'GET', path: /^\/commits\/[^/]+\/status(es)?/, permission: 'statuses: read' },
  { method: 'GET', path: /^\/commits\/[^/]+\/pulls/, permission: 'pull-requests: read' },
  { method: 'GET', path: /^\/deployments/, permission: 'deployments: read' },
  { method: 'POST', path: /^\/deployments/, permission: 'deployments: write' },
  { method: 'GET', path: /^\/actions\//, permission: 'actions: read' },
  { method: 'POST', path: /^\/actions\//, permission: 'actions: write' },
  { method: 'GET', path: /^\/code-scanning/, permission: 'security-events: read' },
  { method: 'GET', path: /^\/dependabot/, permission: 'vulnerability-alerts: read' },
  { method: 'GET', path: /^\/attestations/, permission: 'attestations: read' },
  { method: 'GET', path: /^\/environments/, permission: 'actions: read' },
  { method: 'GET', path: /^\/pulls/, permission: 'pull-requests: read' },
  { method: 'POST', path: /^\/pulls/, permission: 'pull-requests: write' },
  { method: 'GET', path: /^\/issues$/, permission: 'issues: read' },
  { method: 'POST', path: /^\/issues$/, permission: 'issues: write' },
  { method: 'PATCH', path: /^\/issues\/\d+$/, permission: 'issues: write' },
  { method: 'GET', path: /^\/issues/, permission: 'pull-requests: read' },
  { method: '*', path: /^\/issues/, permission: 'pull-requests: write' },
  { method: 'GET', path: /^\/(contents|git|compare|commits|branches)/, permission: 'contents: read' },
  { method: 'GET', path: /^\/(collaborators|tags)/, permission: 'metadata: read' },
];

/**
 * The line to add under `permissions:`. `accepted` is the header `x-accepted-github-permissions`, e.g. `issues=write; pull_requests=write`
 * (a comma joins what is needed together, a semicolon alternatives). Undefined when nobody can tell.
 */
export function permissionFor(method: string, path: string, accepted: string | undefined): string | undefined {
  const below = path.replace(/^\/repos\/[^/]+\/[^/]+/, '');
  const listed = needs.find((need) => (need.method === '*' || need.method === method) && need.path.test(below));
  const alternatives = (accepted ?? '')
    .split(';')
    .map(readAlternative)
    .filter((lines) => lines !== '');
  if (alternatives.length === 0) return listed?.permission;
  return alternatives.find((lines) => lines === listed?.permission) ?? alternatives[0];
}

function readAlternative(words: string): string {
  return words
    .split(',')
    .map((word) => /^\s*([a-z_]+)\s*=\s*([a-z]+)\s*$/.exec(word))
    .flatMap((match) => (match === null ? [] : [`${match[1]?.replaceAll('_', '-')}: ${match[2]}`]))
    .join(', ');
}
