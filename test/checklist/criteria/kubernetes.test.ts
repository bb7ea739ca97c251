// Kubernetes manifests: what each number means below, at and above it, where manifests are looked for, and files that prove nothing.
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { plain } from '../../../src/kit/phrase.ts';
import { deployStory, findingOf, reviewStory } from '../story.ts';

const web = {
  name: 'web',
  resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: 2, memory: '4096Mi' } },
  readinessProbe: { initialDelaySeconds: 30, periodSeconds: 10 },
  livenessProbe: { initialDelaySeconds: 60, periodSeconds: 30 },
};

function deployment(
  given: { container?: object; pod?: object; spec?: object; kind?: string; namespace?: string } = {},
) {
  const pod = { containers: [{ ...web, ...given.container }], ...given.pod };
  return {
    apiVersion: 'apps/v1',
    kind: given.kind ?? 'Deployment',
    metadata: { name: 'web', ...(given.namespace === undefined ? {} : { namespace: given.namespace }) },
    spec: { template: { spec: pod }, ...given.spec },
  };
}

function scaler(spec: object = {}) {
  const metrics = [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
    { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
  ];
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 10, metrics, ...spec },
  };
}

const yaml = (...documents: readonly object[]) => documents.map((one) => stringify(one)).join('---\n');

function judged(line: string, files: Readonly<Record<string, string>>, story = deployStory) {
  return findingOf(story, line, {
    change: ({ github }) => {
      for (const [path, text] of Object.entries(files)) github.files.set(path, text);
    },
  });
}

const in001 =
  '{id: resource-limits-set, with: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 2000m, memory: 4Gi}}}';

describe('resource-limits-set', () => {
  const of = (resources: object | null) => yaml(deployment({ container: { resources } }));
  const amounts = (requests: object, limits: object) => of({ requests, limits });
  const asked = { cpu: '500m', memory: '1Gi' };
  const most = { cpu: '2', memory: '4Gi' };

  test.each([
    ['at the numbers', amounts(asked, most), 'pass'],
    ['a little less asked for', amounts({ cpu: '499m', memory: '1Gi' }, most), 'fail'],
    ['a little more asked for', amounts({ cpu: 0.501, memory: '1025Mi' }, most), 'pass'],
    ['a little more allowed', amounts(asked, { cpu: '2001m', memory: '4Gi' }), 'fail'],
    ['a byte more allowed', amounts(asked, { cpu: '2', memory: 4 * 1024 ** 3 + 1 }), 'fail'],
    ['no amounts', of(null), 'fail'],
    ['no limits', of({ requests: asked }), 'fail'],
    ['no limit of memory', amounts(asked, { cpu: '2' }), 'fail'],
    ['an amount that is none', amounts(asked, { cpu: 'much', memory: '4Gi' }), 'unknown'],
    ['a template inside', amounts(asked, { cpu: '{{ .Values.cpu }}', memory: '4Gi' }), 'unknown'],
  ])('%s: %#', async (_what, text, outcome) => {
    expect((await judged(in001, { 'k8s/web.yml': text })).outcome).toBe(outcome);
  });

  test('counts the containers of a pod together, and wants amounts of those that begin it', async () => {
    const half = {
      ...web,
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '2Gi' } },
    };
    const two = yaml(deployment({ pod: { containers: [half, { ...half, name: 'side' }] } }));
    const init = yaml(deployment({ pod: { initContainers: [{ name: 'wait' }] } }));

    expect((await judged(in001, { 'k8s/web.yml': two })).outcome).toBe('pass');
    expect(plain((await judged('resource-limits-set', { 'k8s/web.yml': init })).evidence)).toBe(
      'Deployment web: wait lacks requests.cpu, requests.memory, limits.cpu, limits.memory',
    );
  });

  test.each(['CronJob', 'Job', 'Pod', 'StatefulSet'])('looks at a %s too', async (kind) => {
    const { spec } = deployment({ container: { resources: null } });
    const shaped = kind === 'Pod' ? spec.template.spec : kind === 'CronJob' ? { jobTemplate: { spec } } : spec;
    const text = yaml({ apiVersion: 'v1', kind, metadata: { name: 'web' }, spec: shaped });

    expect((await judged('resource-limits-set', { 'k8s/web.yml': text })).outcome).toBe('fail');
  });
});

describe('health-probes-defined', () => {
  const line =
    '{id: health-probes-defined, with: {readiness: {delay: 30s, period: 10s}, liveness: {delay: 60s, period: 30s}}}';

  test.each([
    ['at the numbers', {}, 'pass'],
    ['no readiness probe', { readinessProbe: null }, 'fail'],
    ['no liveness probe', { livenessProbe: undefined }, 'fail'],
    ['begins a second early', { readinessProbe: { initialDelaySeconds: 29, periodSeconds: 10 } }, 'fail'],
    ['begins later', { livenessProbe: { initialDelaySeconds: 61, periodSeconds: 30 } }, 'pass'],
    ['asks too rarely', { livenessProbe: { initialDelaySeconds: 60, periodSeconds: 31 } }, 'fail'],
    ['asks as Kubernetes does by itself', { readinessProbe: { initialDelaySeconds: 30 } }, 'pass'],
    ['begins at once behind a startup probe', { readinessProbe: {}, startupProbe: {} }, 'pass'],
    ['begins at once', { readinessProbe: {} }, 'fail'],
  ])('%s: %#', async (_what, container, outcome) => {
    expect((await judged(line, { 'deploy/web.yaml': yaml(deployment({ container })) })).outcome).toBe(outcome);
  });

  test('asks nothing of a job', async () => {
    const job = { ...deployment({ container: { readinessProbe: null } }), kind: 'Job' };

    expect((await judged('health-probes-defined', { 'k8s/job.yml': yaml(job) })).outcome).toBe('unknown');
    expect((await judged('health-probes-defined', { 'k8s/all.yml': yaml(job, deployment()) })).outcome).toBe('pass');
  });
});

describe('graceful-shutdown', () => {
  test.each([
    [29, 'fail'],
    [30, 'pass'],
    [31, 'pass'],
    [undefined, 'pass'],
    [0, 'fail'],
  ])('%p seconds: %s', async (seconds, outcome) => {
    const text = yaml(deployment({ pod: seconds === undefined ? {} : { terminationGracePeriodSeconds: seconds } }));

    expect((await judged('{id: graceful-shutdown, with: {at-least: 30s}}', { 'k8s/a.yml': text })).outcome).toBe(
      outcome,
    );
  });
});

describe('strategy-rolling', () => {
  const line = '{id: strategy-rolling, with: {max-surge: 1, max-unavailable: 0, replicas: 3, per-instance: 90s}}';
  const rolling = (rollingUpdate: object, spec: object = {}) =>
    deployment({ spec: { replicas: 3, strategy: { type: 'RollingUpdate', rollingUpdate }, ...spec } });

  test.each([
    ['one by one', rolling({ maxSurge: 1, maxUnavailable: 0 }), 'pass'],
    ['two at once', rolling({ maxSurge: 2, maxUnavailable: 0 }), 'fail'],
    ['one missing', rolling({ maxSurge: 1, maxUnavailable: 1 }), 'fail'],
    ['shares that come to the same', rolling({ maxSurge: '33%', maxUnavailable: '33%' }), 'pass'],
    ['a share of a pod too much', rolling({ maxSurge: '34%', maxUnavailable: 0 }), 'fail'],
    ['what Kubernetes does by itself', deployment({ spec: { replicas: 3 } }), 'pass'],
    ['the same with four', deployment({ spec: { replicas: 4 } }), 'fail'],
    ['two pods', rolling({ maxSurge: 1, maxUnavailable: 0 }, { replicas: 2 }), 'fail'],
    ['all at once', deployment({ spec: { replicas: 3, strategy: { type: 'Recreate' } } }), 'fail'],
    ['just enough time', rolling({ maxSurge: 1, maxUnavailable: 0 }, { progressDeadlineSeconds: 90 }), 'pass'],
    ['a second too little', rolling({ maxSurge: 1, maxUnavailable: 0 }, { progressDeadlineSeconds: 89 }), 'fail'],
    ['a share that is none', rolling({ maxSurge: 'some', maxUnavailable: 0 }), 'fail'],
    ['no Deployment', deployment({ kind: 'DaemonSet' }), 'unknown'],
  ])('%s: %#', async (_what, document, outcome) => {
    expect((await judged(line, { 'k8s/a.yml': yaml(document) })).outcome).toBe(outcome);
  });

  test('takes the number of pods from the autoscaler that has it', async () => {
    const text = yaml(rolling({ maxSurge: 1, maxUnavailable: 0 }, { replicas: undefined }), scaler({ minReplicas: 3 }));

    expect((await judged(line, { 'k8s/a.yml': text })).outcome).toBe('pass');
  });
});

describe('autoscaling-configured', () => {
  const line = '{id: autoscaling-configured, with: {minimum: 2, maximum: 10, cpu: 70 %, memory: 80 %}}';
  const metric = (name: string, share: number) => ({ resource: { name, target: { averageUtilization: share } } });

  test.each([
    ['at the numbers', scaler(), 'pass'],
    ['one pod', scaler({ minReplicas: 1 }), 'fail'],
    ['eleven pods', scaler({ maxReplicas: 11 }), 'fail'],
    ['earlier', scaler({ metrics: [metric('cpu', 69), metric('memory', 79)] }), 'pass'],
    ['later', scaler({ metrics: [metric('cpu', 71), metric('memory', 80)] }), 'fail'],
    ['not by memory', scaler({ metrics: [metric('cpu', 70)] }), 'fail'],
    ['in the first version', scaler({ metrics: null, targetCPUUtilizationPercentage: 70 }), 'fail'],
    ['of something else', scaler({ scaleTargetRef: { name: 'worker' } }), 'fail'],
    ['of no known shape', scaler({ maxReplicas: 'many' }), 'fail'],
  ])('%s: %#', async (_what, document, outcome) => {
    expect((await judged(line, { 'k8s/a.yml': yaml(deployment(), document) })).outcome).toBe(outcome);
  });

  test('lets the policy name what need not scale', async () => {
    const text = yaml(deployment());
    const other = yaml({ ...deployment(), metadata: { name: 'other' } }, scaler({ scaleTargetRef: { name: 'other' } }));
    const files = { 'k8s/a.yml': text, 'k8s/b.yml': other };

    expect((await judged('autoscaling-configured', files)).outcome).toBe('fail');
    expect((await judged('{id: autoscaling-configured, with: {except: [web]}}', files)).outcome).toBe('pass');
  });
});

describe('network-policies', () => {
  const policy = (namespace?: string) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny', ...(namespace === undefined ? {} : { namespace }) },
    spec: { podSelector: {} },
  });
  const ingress = (spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'in' },
    spec,
  });
  const rules = [{ host: 'shop.example' }];

  test.each([
    ['one for the namespace', [deployment(), policy()], 'pass'],
    ['none', [deployment()], 'fail'],
    ['one for another', [deployment({ namespace: 'shop' }), policy('ops')], 'fail'],
    ['all hosts encrypted', [deployment(), policy(), ingress({ rules, tls: [{ hosts: ['shop.example'] }] })], 'pass'],
    ['by a wildcard', [deployment(), policy(), ingress({ rules, tls: [{ hosts: ['*.example'] }] })], 'pass'],
    ['not encrypted', [deployment(), policy(), ingress({ rules })], 'fail'],
    ['another host encrypted', [deployment(), policy(), ingress({ rules, tls: [{ hosts: ['a.example'] }] })], 'fail'],
    ['no rule and no tls', [deployment(), policy(), ingress({})], 'fail'],
    ['an ingress of no shape', [deployment(), policy(), ingress({ rules: 'all' })], 'fail'],
    ['nothing of either', [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: {} }], 'unknown'],
  ])('%s: %#', async (_what, documents, outcome) => {
    expect((await judged('network-policies', { 'k8s/a.yml': yaml(...documents) })).outcome).toBe(outcome);
  });
});

describe('the manifests', () => {
  const good = yaml(deployment());
  const probes = 'health-probes-defined';
  const deep = `${'a: {'.repeat(3000)}${'}'.repeat(3000)}`;
  const bomb = `a: &a [x, x]\n${[...'bcdefghijklmnop'].map((one, index) => `${one}: &${one} [*${'abcdefghijklmnop'[index]}, *${'abcdefghijklmnop'[index]}]`).join('\n')}`;

  test.each([
    ['in a folder that is called so', { 'services/web/k8s/web.yml': good }, 'pass'],
    ['among other YAML', { 'deploy/web.yml': good, 'deploy/settings.yml': 'a: 1' }, 'pass'],
    ['as a list', { 'k8s/all.yml': yaml({ apiVersion: 'v1', kind: 'List', items: [deployment()] }) }, 'pass'],
    ['in tests only', { 'test/k8s/web.yml': good }, 'unknown'],
    ['nowhere', {}, 'unknown'],
    ['attested', { '.github/attestations/health-probes-defined.yml': 'by: dave\nat: 2026-11-16' }, 'pass'],
    ['a template', { 'k8s/web.yml': 'kind: {{ .Values.kind }}\n  a: b' }, 'unknown'],
    ['a chart', { 'chart/Chart.yaml': 'name: web', 'chart/templates/web.yaml': '{{ x }}' }, 'unknown'],
    ['built by kustomize', { 'k8s/kustomization.yaml': 'resources: [web.yml]', 'k8s/web.yml': good }, 'unknown'],
    ['cut off', { 'k8s/web.yml': good.slice(0, -20).concat('"') }, 'unknown'],
    ['a picture', { 'k8s/web.yml': '\u0089PNG\u0000' }, 'unknown'],
    ['empty', { 'k8s/web.yml': '' }, 'unknown'],
    ['without any resource', { 'k8s/web.yml': 'a: 1' }, 'unknown'],
    ['nested without end', { 'k8s/web.yml': deep }, 'unknown'],
    ['aliases that multiply', { 'k8s/web.yml': bomb }, 'unknown'],
    ['huge', { 'k8s/web.yml': `${good}#${'x'.repeat(2 * 1024 * 1024)}` }, 'unknown'],
    ['too many', Object.fromEntries([...Array(41).keys()].map((n) => [`k8s/${n}.yml`, good])), 'unknown'],
    ['a workload of no shape', { 'k8s/web.yml': yaml({ ...deployment(), spec: { template: 'x' } }) }, 'unknown'],
    ['a good one and a broken one', { 'k8s/web.yml': good, 'k8s/x.yml': 'a: [' }, 'unknown'],
  ])('%s: %#', async (_what, files, outcome) => {
    expect((await judged(probes, files)).outcome).toBe(outcome);
  });

  test('are those that the line names, all of which must be manifests', async () => {
    const line = (globs: string) => `{id: health-probes-defined, with: {manifests: [${globs}]}}`;

    expect((await judged(line('"ops/*.yml"'), { 'ops/web.yml': good })).outcome).toBe('pass');
    expect((await judged(line('"ops/*.yml"'), { 'ops/web.yml': good, 'ops/a.yml': 'a: 1' })).outcome).toBe('unknown');
    expect((await judged(line('"none/*.yml"'), { 'k8s/web.yml': good })).outcome).toBe('unknown');
  });

  test('are what was rendered into the workspace', async () => {
    const line = '{id: health-probes-defined, with: {rendered: out/all.yml}}';
    const render =
      (text: string) =>
      ({ github }: ReturnType<typeof deployStory>) =>
        void github.workspace.set('out/all.yml', text);

    expect((await findingOf(reviewStory, line, { change: render(good) })).outcome).toBe('pass');
    expect((await findingOf(deployStory, line, { change: render('') })).outcome).toBe('unknown');
    expect((await findingOf(deployStory, line)).outcome).toBe('unknown');
  });

  test('are unknown where the list of files was cut short, for some may be missing', async () => {
    const change = ({ github }: ReturnType<typeof deployStory>) => {
      github.files.set('k8s/web.yml', good);
      github.listed = false;
    };

    expect((await findingOf(deployStory, probes, { change })).outcome).toBe('unknown');
  });

  test('that are nowhere come with every way to name them', async () => {
    const todo = plain((await judged(probes, {})).todo);

    for (const way of ['with: manifests:', 'with: rendered:', 'by:', 'at:']) expect(todo).toContain(way);
  });
});
