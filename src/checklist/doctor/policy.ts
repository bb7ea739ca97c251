// The policy as the doctor sees it: faults, warnings, what is declared and what is left out.
import type { Problem } from '../../kit/problem.ts';
import type { Effective } from '../../policy/effective.ts';
import { formatFault } from '../../policy/fault.ts';
import type { TrustedPolicy } from '../../policy/trusted.ts';
import { listed } from '../words.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

/** The one line of a policy that cannot be used: all its faults at once. */
export function brokenPolicy({ parts }: Problem): Symptom {
  const where = parts.where === '' ? '' : ` (${parts.where})`;
  return symptom('policy', 'fail', `${parts.what}${where}`, parts.fix.trim());
}

/** Where the policy was read, its warnings, and whether it stops anybody. */
export function policySymptoms(trusted: TrustedPolicy, policy: Effective): readonly Symptom[] {
  const read = trusted.found
    ? pass(
        'policy',
        `${trusted.path}${trusted.sha === '' ? '' : ` @ ${trusted.sha.slice(0, 7)}`}, ${extended(trusted)}`,
      )
    : symptom('policy', 'not-configured', `There is no ${trusted.path}: preset starter counts`, `Add ${trusted.path}`);
  const warnings = trusted
    .warnings()
    .map((fault) =>
      symptom('policy', 'warn', formatFault(fault), 'Change these lines, or leave them when they are meant'),
    );
  return [read, ...warnings, enforcement(policy)];
}

function extended({ policy }: TrustedPolicy): string {
  const bases = policy.shape.extends ?? [];
  return bases.length === 0 ? 'extends nothing' : `extends ${bases.join(', ')}`;
}

function enforcement({ enforce }: Effective): Symptom {
  if (enforce === 'full') return pass('enforce', 'what is not met stops a deployment');
  return symptom(
    'enforce',
    'warn',
    `enforce: ${enforce}: what is not met is shown and stops nothing`,
    'Write `enforce: full` when the team trusts it',
  );
}

/** What a service can have and this policy does not say, or says without a connection. */
export function leftOut(policy: Effective): readonly Symptom[] {
  const { traffic, metrics, windows, caretaker, rollback, migrations, announce, flags } = policy;
  const lines: readonly (readonly [boolean, string, string, string])[] = [
    [
      traffic?.router === undefined,
      'traffic.router',
      'nobody shifts traffic: no canary, no way back by traffic',
      'Name the router and its two sides under `traffic:`',
    ],
    [
      metrics.sources.length === 0,
      'metrics.sources',
      'no numbers are read: a canary is judged by its health alone',
      'Name a source under `metrics.sources`',
    ],
    [
      windows === undefined,
      'windows',
      'every hour is as good as any other',
      'Write `windows:` when some hours are not',
    ],
    [
      caretaker === undefined,
      'caretaker',
      'nobody ends what a killed job left',
      'Name its workflow under `caretaker:`',
    ],
    [
      rollback.redeploy?.command === undefined,
      'rollback.redeploy',
      'a version that no side runs any more cannot be brought back',
      'Write `rollback.redeploy.command`',
    ],
    [
      migrations.backup === undefined,
      'migrations.backup',
      'no backup is asked for before a migration',
      'Write `migrations.backup`',
    ],
    [
      flags !== undefined && flags.provider === undefined,
      'flags',
      'declared, and no provider is connected',
      'Name `flags.provider`, or remove `flags:`',
    ],
  ];
  const out = lines.flatMap(([missing, what, found, remedy]) =>
    missing ? [symptom(what, 'not-configured', found, remedy)] : [],
  );
  const silent = announce.filter(({ channels }) => Object.keys(channels).length === 0);
  const lone = silent.map(({ id, when }) =>
    symptom(
      `announce ${id ?? when.join(', ')}`,
      'not-configured',
      'declared, and no channel is connected',
      'Name a channel in this line',
    ),
  );
  return [...out, ...lone, ...unmeasured(policy)];
}

/** What gives a built-in metric its address. */
const ways: Readonly<Record<string, string>> = {
  'pods-ready': 'Name `traffic.deployments` (deployment of each side), or write `metrics.queries.pods-ready`',
  'alerts-firing':
    'Say which alerts are yours, `alerts: {service: <name>}` in a Prometheus of `metrics.sources`, or write `metrics.queries.alerts-firing`',
};

/** Limits, a preset's among them, that no query measures: nothing is held or rolled back by them. */
function unmeasured({ limits, metrics, traffic }: Effective): readonly Symptom[] {
  const names = metrics.queries.map(({ name }) => name);
  const found = {
    health: true,
    'pods-ready': traffic?.router?.startsWith('kubernetes-') === true || traffic?.options.deployments !== undefined,
    'alerts-firing': metrics.sources.some(({ options }) => options.alerts !== undefined),
  };
  const measured = (metric: string) =>
    Object.entries(found).some(([name, known]) => known && metric === name) ||
    names.some((name) => metric === name || metric.startsWith(`${name}-`));
  const dumb = limits.filter(({ metric }) => !measured(metric));
  return [...new Set(dumb.map(({ metric }) => metric))].map((metric) => {
    const ids = dumb.filter((limit) => limit.metric === metric).map(({ id }) => id);
    const told = `no query measures it: nothing is judged by ${listed(ids, 3)}`;
    return symptom(`metric ${metric}`, 'not-configured', told, ways[metric] ?? `Write \`metrics.queries.${metric}\``);
  });
}
