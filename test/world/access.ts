// What the token of a job must be allowed for our actions to do their work; what is lacking in a workflow.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Access = readonly (readonly [permission: string, level: 'read' | 'write'])[];

const reported: Access = [
  ['checks', 'write'],
  ['pull-requests', 'write'],
];
const needed: Readonly<Record<string, Access>> = {
  'pre-deploy-gate': [['contents', 'read'], ['statuses', 'read'], ['actions', 'read'], ...reported],
  migrate: [['contents', 'read'], ...reported],
  'canary-step': [
    ['issues', 'write'],
    ['contents', 'read'],
    ['deployments', 'write'],
    ['actions', 'read'],
    ...reported,
  ],
  'smoke-test': [['contents', 'read'], ['deployments', 'write'], ...reported],
  rollback: [['issues', 'write'], ['contents', 'read'], ['deployments', 'write'], ['actions', 'read'], ...reported],
};
/** Modes of the gate that ask for less than to decide. */
const modes: Readonly<Record<string, Access>> = {
  doctor: ['contents', 'deployments', 'actions', 'checks', 'statuses', 'pull-requests'].map((one) => [one, 'read']),
  metrics: ['contents', 'deployments', 'issues'].map((one) => [one, 'read']),
  hygiene: [
    ...['contents', 'deployments', 'actions', 'pull-requests'].map((one) => [one, 'read'] as const),
    ['issues', 'write'],
  ],
};
const path = /^boring-deploys\/boring-deploys\/actions\/([a-z-]+)@/;
const called = /^boring-deploys\/boring-deploys\/(\.github\/workflows\/[a-z-]+\.yml)@/;

/** The permissions without which the action does not do what its page promises first. */
export function accessOf(action: string): Access {
  return needed[action] ?? [];
}

/** Sentences about what the jobs of a workflow need and are not given; called workflows of ours are given no more than their caller has. */
export function lacking(workflow: any): readonly string[] {
  const events =
    typeof workflow.on === 'string'
      ? [workflow.on]
      : Array.isArray(workflow.on)
        ? workflow.on
        : Object.keys(workflow.on ?? {});
  const review = events.some((event: string) => event.startsWith('pull_request'));
  return Object.entries<any>(workflow.jobs).flatMap(
    ([job, { permissions = workflow.permissions ?? {}, uses, steps = [] }]) => {
      const asked = uses === undefined ? steps.map((step: any) => askedBy(step, review)) : [askedByCalled(uses)];
      return asked.flatMap(({ name, access }: { name: string; access: Access }) =>
        access
          .filter(([permission, level]) => !grants(permissions[permission], level))
          .map(([permission, level]) => `${job}: ${name} needs ${permission}: ${level}`),
      );
    },
  );
}

function grants(given: string | undefined, level: string): boolean {
  return given === 'write' || given === level;
}

function askedBy(step: any, review: boolean): { readonly name: string; readonly access: Access } {
  const name = path.exec(step.uses ?? '')?.[1] ?? '';
  const mode: string = step.with?.mode ?? 'decide';
  if (name !== 'pre-deploy-gate') {
    const begun: Access = name === 'migrate' && step.with?.phase === 'apply' ? [['deployments', 'write']] : [];
    return { name, access: [...accessOf(name), ...begun] };
  }
  const deployments: Access = [['deployments', review ? 'read' : 'write']];
  return { name, access: modes[mode] ?? [...accessOf(name), ...deployments] };
}

/** GitHub refuses to start a workflow whose jobs want more than the caller has. */
function askedByCalled(uses: string): { readonly name: string; readonly access: Access } {
  const file = called.exec(uses)?.[1] ?? '';
  if (file === '') return { name: '', access: [] };
  const { jobs } = parse(readFileSync(file, 'utf8'));
  const access = Object.values<any>(jobs).flatMap(({ permissions }) => Object.entries<any>(permissions ?? {}));
  return { name: file, access: access as unknown as Access };
}
