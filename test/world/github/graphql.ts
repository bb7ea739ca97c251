// Answers the GraphQL queries of the suite, and refuses what GitHub's schema would refuse.

import { actorSource, connect, GraphFault, repositorySources, type Source } from './graphql-objects.ts';
import { QueryFault, readQuery, type Selection } from './graphql-query.ts';
import { deploymentOrder, type Field, isScalar, possible, typeName, types } from './graphql-schema.ts';
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

interface AnswerError {
  readonly type: string;
  readonly path: readonly string[];
  readonly message: string;
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
    const errors: AnswerError[] = [];
    const data = resolve(fields, 'Query', root, { path: [], errors });
    return errors.length === 0 ? { data } : { data, errors };
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    query.problems.push(`GraphQL: ${error.message}`);
    return { errors: [{ message: error.message, locations: [{ line: 1, column: 1 }] }] };
  }
}

function checkFields(fields: readonly Selection[], type: string): string[] {
  return fields.flatMap((selection) => {
    if (selection.on !== undefined) {
      const fits = selection.on === type || possible[type]?.includes(selection.on);
      if (fits) return checkFields(selection.fields, selection.on);
      return [`Fragment on ${selection.on} can't be spread inside ${type}`];
    }
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

interface Where {
  readonly path: readonly string[];
  readonly errors: AnswerError[];
}

function resolve(fields: readonly Selection[], type: string, source: Source, where: Where): Record<string, unknown> {
  const own = String(source.__typename ?? type);
  const entries = fields.flatMap((selection): [string, unknown][] => {
    if (selection.on === undefined) return [[selection.alias, fieldOrError(selection, own, source, where)]];
    return selection.on === own ? Object.entries(resolve(selection.fields, own, source, where)) : [];
  });
  return Object.fromEntries(entries);
}

/** What may not be read is null, with an error that names its path. */
function fieldOrError(selection: Selection, type: string, source: Source, { path, errors }: Where): unknown {
  const where = { path: [...path, selection.alias], errors };
  try {
    return resolveField(selection, type, source, where);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GraphFault)) throw error;
    const kind = error instanceof GraphFault ? error.type : 'FORBIDDEN';
    errors.push({ type: kind, path: where.path, message: error.message });
    return null;
  }
}

function resolveField(selection: Selection, type: string, source: Source, where: Where): unknown {
  if (selection.name === '__typename') return source.__typename ?? type;
  const inner = types[type]?.[selection.name]?.type ?? '';
  const stored = source[selection.name];
  const value = typeof stored === 'function' ? stored(selection.args) : stored;
  if (value === null || value === undefined) return null;
  if (selection.fields.length === 0) return value;
  if (Array.isArray(value)) return value.map((item: Source) => resolve(selection.fields, inner, item, where));
  return resolve(selection.fields, inner, value as Source, where);
}

function findRepository(query: Query, args: Selection['args']): Source {
  const fullName = `${args.owner}/${args.name}`;
  const repo = query.hub.findRepository(fullName);
  const isReached = query.caller.repositories === null || query.caller.repositories.includes(fullName.toLowerCase());
  if (repo === undefined || !isReached)
    throw new GraphFault('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`);
  return {
    ...repositorySources(query, repo),
    deployments: (asked: Selection['args']) => listDeployments(query, repo, asked),
  };
}

function listDeployments(query: Query, repo: FakeRepository, args: Selection['args']): Source {
  demand(query.caller, reading('deployments'), !repo.isPrivate);
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

function viewerSource(user: User): Source {
  return { id: nodeId('User', user.id), databaseId: user.id, login: user.login };
}
