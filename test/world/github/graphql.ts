// Answers the one GraphQL query of the suite, the deployment history, and refuses what GitHub's schema would refuse.

import { QueryFault, readQuery, type Selection } from './graphql-query.ts';
import { deploymentOrder, type Field, isScalar, typeName, types } from './graphql-schema.ts';
import { nodeId } from './hub.ts';
import type { Deployment, DeploymentStatus, User } from './records.ts';
import { Refusal } from './refusal.ts';
import type { FakeRepository } from './repository.ts';
import { newestFirst } from './routes/deployments.ts';
import type { Inside } from './server.ts';
import { type Caller, demand, reading } from './tokens.ts';

export interface Query extends Inside {
  readonly caller: Caller;
  readonly body: unknown;
}

/** A value whose fields wait until they are asked for. */
type Source = { readonly [field: string]: unknown | ((args: Selection['args']) => unknown) };

class AnswerFault extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** `data`, or `errors` with GitHub's types; faults of the query's text are problems too. */
export function answerGraphql(query: Query): Record<string, unknown> {
  const { query: text = '', variables } = (query.body ?? {}) as { query?: string; variables?: Record<string, unknown> };
  try {
    const fields = readQuery(text, variables ?? {});
    const faults = checkFields(fields, 'Query');
    if (faults.length > 0) throw new QueryFault(faults.join('; '));
    const root: Source = {
      viewer: viewerSource(query.caller.user),
      repository: (args: Selection['args']) => findRepository(query, args),
    };
    return { data: resolve(fields, 'Query', root) };
  } catch (error) {
    if (error instanceof QueryFault) {
      query.problems.push(`GraphQL: ${error.message}`);
      return { errors: [{ message: error.message, locations: [{ line: 1, column: 1 }] }] };
    }
    if (error instanceof Refusal)
      return {
        data: { repository: null },
        errors: [{ type: 'FORBIDDEN', path: ['repository'], message: error.message }],
      };
    if (error instanceof AnswerFault)
      return {
        data: { repository: null },
        errors: [{ type: error.type, path: ['repository'], message: error.message }],
      };
    throw error;
  }
}

function checkFields(fields: readonly Selection[], type: string): string[] {
  return fields.flatMap((selection) => {
    const field = selection.name === '__typename' ? typeName : types[type]?.[selection.name];
    if (field === undefined) return [`Field '${selection.name}' doesn't exist on type '${type}'`];
    const faults = checkArgs(selection, field);
    if (isScalar(field.type)) {
      return selection.fields.length > 0
        ? [...faults, `Field '${selection.name}' returns ${field.type} but has selections`]
        : faults;
    }
    if (selection.fields.length === 0)
      return [...faults, `Field '${selection.name}' returns ${field.type} and must have selections`];
    return [...faults, ...checkFields(selection.fields, field.type)];
  });
}

function checkArgs(selection: Selection, field: Field): string[] {
  const takes = field.takes ?? {};
  const faults = Object.entries(selection.args)
    .filter(([name, value]) => takes[name] === undefined || !fits(value, takes[name]))
    .map(([name, value]) =>
      takes[name] === undefined
        ? `Field '${selection.name}' doesn't accept argument '${name}'`
        : `Argument '${name}' on Field '${selection.name}' has an invalid value (${JSON.stringify(value)}). Expected type '${takes[name]}'.`,
    );
  const missing = Object.entries(takes).filter(([name, type]) => type.endsWith('!') && !(name in selection.args));
  return [...faults, ...missing.map(([name]) => `Field '${selection.name}' is missing required arguments: ${name}`)];
}

function fits(value: unknown, type: string): boolean {
  if (value === null) return !type.endsWith('!');
  switch (type.replace(/!$/, '')) {
    case 'Int':
      return Number.isInteger(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case '[String!]':
      return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    case 'DeploymentOrder': {
      if (typeof value !== 'object') return false;
      const given = value as Record<string, unknown>;
      return (
        Object.keys(deploymentOrder).every((key) => deploymentOrder[key]?.includes(String(given[key]))) &&
        Object.keys(given).length === 2
      );
    }
    default:
      return typeof value === 'string';
  }
}

function resolve(fields: readonly Selection[], type: string, source: Source): Record<string, unknown> {
  return Object.fromEntries(fields.map((selection) => [selection.alias, resolveField(selection, type, source)]));
}

function resolveField(selection: Selection, type: string, source: Source): unknown {
  if (selection.name === '__typename') return source.__typename ?? type;
  const inner = types[type]?.[selection.name]?.type ?? '';
  const stored = source[selection.name];
  const value = typeof stored === 'function' ? stored(selection.args) : stored;
  if (value === null || value === undefined) return null;
  if (selection.fields.length === 0) return value;
  if (Array.isArray(value)) return value.map((item: Source) => resolve(selection.fields, inner, item));
  return resolve(selection.fields, inner, value as Source);
}

function findRepository(query: Query, args: Selection['args']): Source {
  const fullName = `${args.owner}/${args.name}`;
  const repo = query.hub.findRepository(fullName);
  const isReached = query.caller.repositories === null || query.caller.repositories.includes(fullName.toLowerCase());
  if (repo === undefined || !isReached)
    throw new AnswerFault('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`);
  demand(query.caller, reading('deployments'), !repo.isPrivate);
  return { deployments: (asked: Selection['args']) => listDeployments(query, repo, asked) };
}

function listDeployments(query: Query, repo: FakeRepository, args: Selection['args']): Source {
  const wanted = args.environments === undefined || args.environments === null ? null : [args.environments].flat();
  const found = newestFirst(query.faults.listed(`graphql deployments ${repo.fullName}`, repo.deployments())).filter(
    (each) => wanted === null || wanted.includes(each.environment),
  );
  // Oldest first is the default of this connection.
  const { direction } = (args.orderBy ?? {}) as { direction?: string };
  const ordered = direction === 'DESC' ? found : found.reverse();
  return connect(
    ordered.map((each) => deploymentSource(query, repo, each)),
    'deployments',
    args,
  );
}

function deploymentSource(query: Query, repo: FakeRepository, deployment: Deployment): Source {
  const branch = deployment.ref.replace(/^refs\/(heads|tags)\//, '');
  const newest = (list: string) =>
    query.faults.listed(`graphql ${list} ${deployment.id}`, deployment.statuses).reverse();
  const prefix = repo.branches.has(branch) ? 'refs/heads/' : repo.tags.has(branch) ? 'refs/tags/' : null;
  return {
    id: nodeId('Deployment', deployment.id),
    databaseId: deployment.id,
    commitOid: deployment.sha,
    task: deployment.task,
    environment: deployment.environment,
    // REST gives the object back, GraphQL its JSON text.
    payload: JSON.stringify(deployment.payload),
    description: deployment.description,
    createdAt: deployment.createdAt,
    updatedAt: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
    creator: actorSource(deployment.creator),
    ref: prefix === null ? null : { id: nodeId('Ref', `${prefix}${branch}`), name: branch, prefix },
    latestStatus: () => newest('latest').map(statusSource)[0],
    statuses: (args: Selection['args']) => connect(newest('statuses').map(statusSource), 'statuses', args),
  };
}

function statusSource(status: DeploymentStatus): Source {
  return {
    id: nodeId('DeploymentStatus', status.id),
    state: status.state.toUpperCase(),
    description: status.description,
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    logUrl: status.logUrl === '' ? null : status.logUrl,
    environmentUrl: status.environmentUrl === '' ? null : status.environmentUrl,
    creator: actorSource(status.creator),
  };
}

/** As an actor a bot has no `[bot]` in its login; as the viewer it has (`reference/github.md` section 1a, the sticky comment's author check). */
function actorSource(user: User): Source {
  return { __typename: user.type, login: user.login.replace(/\[bot\]$/, '') };
}

function viewerSource(user: User): Source {
  return { id: nodeId('User', user.id), databaseId: user.id, login: user.login };
}

function connect(items: readonly Source[], name: string, args: Selection['args']): Source {
  const size = args.first ?? args.last ?? null;
  if (size === null) {
    throw new AnswerFault(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (Number(size) < 1 || Number(size) > 100) {
    throw new AnswerFault(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the limit of 100 records.`,
    );
  }
  const cursorOf = (index: number) => nodeId('cursor', String(items[index]?.id));
  const cursors = items.map((_, index) => cursorOf(index));
  const start = args.after ? cursors.indexOf(String(args.after)) + 1 : 0;
  const end = args.before ? cursors.indexOf(String(args.before)) : items.length;
  const from = args.first === undefined || args.first === null ? Math.max(start, end - Number(size)) : start;
  const to = Math.min(end, from + Number(size));
  const pageInfo = {
    hasNextPage: to < items.length,
    hasPreviousPage: from > 0,
    startCursor: to > from ? cursors[from] : null,
    endCursor: to > from ? cursors[to - 1] : null,
  };
  return { nodes: items.slice(from, to), pageInfo, totalCount: items.length };
}
