// The part of GitHub's GraphQL schema that the deployment history needs; a field that is not here is an error, as at GitHub. `__typename` is in every type.

export interface Field {
  /** Named type of what comes out. */
  readonly type: string;
  /** Argument to type, in GraphQL's words; `!` where it must be given. */
  readonly takes?: Readonly<Record<string, string>>;
}

const scalars = ['String', 'Int', 'ID', 'URI', 'DateTime', 'GitObjectID', 'Boolean', 'DeploymentStatusState'];
const paged = { first: 'Int', last: 'Int', after: 'String', before: 'String' };

export const types: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Query: {
    viewer: { type: 'User' },
    repository: { type: 'Repository', takes: { owner: 'String!', name: 'String!', followRenames: 'Boolean' } },
  },
  User: { id: { type: 'ID' }, databaseId: { type: 'Int' }, login: { type: 'String' } },
  Repository: {
    deployments: {
      type: 'DeploymentConnection',
      takes: { ...paged, environments: '[String!]', orderBy: 'DeploymentOrder' },
    },
  },
  DeploymentConnection: {
    nodes: { type: 'Deployment' },
    pageInfo: { type: 'PageInfo' },
    totalCount: { type: 'Int' },
  },
  PageInfo: {
    hasNextPage: { type: 'Boolean' },
    hasPreviousPage: { type: 'Boolean' },
    startCursor: { type: 'String' },
    endCursor: { type: 'String' },
  },
  Deployment: {
    id: { type: 'ID' },
    databaseId: { type: 'Int' },
    commitOid: { type: 'String' },
    task: { type: 'String' },
    environment: { type: 'String' },
    payload: { type: 'String' },
    description: { type: 'String' },
    createdAt: { type: 'DateTime' },
    updatedAt: { type: 'DateTime' },
    creator: { type: 'Actor' },
    ref: { type: 'Ref' },
    latestStatus: { type: 'DeploymentStatus' },
    statuses: { type: 'DeploymentStatusConnection', takes: paged },
  },
  DeploymentStatusConnection: {
    nodes: { type: 'DeploymentStatus' },
    pageInfo: { type: 'PageInfo' },
    totalCount: { type: 'Int' },
  },
  DeploymentStatus: {
    id: { type: 'ID' },
    state: { type: 'DeploymentStatusState' },
    description: { type: 'String' },
    createdAt: { type: 'DateTime' },
    updatedAt: { type: 'DateTime' },
    logUrl: { type: 'URI' },
    environmentUrl: { type: 'URI' },
    creator: { type: 'Actor' },
  },
  Actor: { login: { type: 'String' } },
  Ref: { id: { type: 'ID' }, name: { type: 'String' }, prefix: { type: 'String' } },
};

/** Fields of the one input object, with the values each takes. */
export const deploymentOrder: Readonly<Record<string, readonly string[]>> = {
  field: ['CREATED_AT'],
  direction: ['ASC', 'DESC'],
};

/** Every object tells its type. */
export const typeName: Field = { type: 'String' };

export function isScalar(type: string): boolean {
  return scalars.includes(type);
}
