// The part of GitHub's GraphQL schema that the suite needs; a field that is not here is an error, as at GitHub. `__typename` is in every type.

export interface Field {
  /** Named type of what comes out. */
  readonly type: string;
  /** Argument to type, in GraphQL's words; `!` where it must be given. */
  readonly takes?: Readonly<Record<string, string>>;
}

const scalars = [
  'String',
  'Int',
  'ID',
  'URI',
  'DateTime',
  'GitObjectID',
  'Boolean',
  'BigInt',
  'DeploymentStatusState',
  'PullRequestReviewState',
];
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
    nameWithOwner: { type: 'String' },
    defaultBranchRef: { type: 'Ref' },
    object: { type: 'GitObject', takes: { oid: 'GitObjectID', expression: 'String' } },
    pullRequest: { type: 'PullRequest', takes: { number: 'Int!' } },
    pullRequests: { type: 'PullRequestConnection', takes: { ...paged, headRefName: 'String' } },
    environments: { type: 'EnvironmentConnection', takes: paged },
  },
  EnvironmentConnection: connection('Environment'),
  Environment: { id: { type: 'ID' }, name: { type: 'String' } },
  GitObject: { id: { type: 'ID' }, oid: { type: 'GitObjectID' } },
  Commit: {
    id: { type: 'ID' },
    oid: { type: 'GitObjectID' },
    message: { type: 'String' },
    messageHeadline: { type: 'String' },
    committedDate: { type: 'DateTime' },
    tree: { type: 'Tree' },
    parents: { type: 'CommitConnection', takes: paged },
    file: { type: 'TreeEntry', takes: { path: 'String!' } },
    associatedPullRequests: { type: 'PullRequestConnection', takes: paged },
    authors: { type: 'GitActorConnection', takes: paged },
    committer: { type: 'GitActor' },
    checkSuites: { type: 'CheckSuiteConnection', takes: paged },
  },
  GitActorConnection: connection('GitActor'),
  GitActor: { name: { type: 'String' }, email: { type: 'String' }, user: { type: 'User' } },
  CheckSuiteConnection: connection('CheckSuite'),
  CheckSuite: { id: { type: 'ID' }, branch: { type: 'Ref' }, push: { type: 'Push' } },
  Push: { id: { type: 'ID' }, pusher: { type: 'Actor' } },
  CommitConnection: connection('Commit'),
  Tree: { id: { type: 'ID' }, oid: { type: 'GitObjectID' } },
  TreeEntry: {
    name: { type: 'String' },
    path: { type: 'String' },
    mode: { type: 'Int' },
    type: { type: 'String' },
    object: { type: 'GitObject' },
  },
  Blob: {
    id: { type: 'ID' },
    oid: { type: 'GitObjectID' },
    text: { type: 'String' },
    byteSize: { type: 'Int' },
    isBinary: { type: 'Boolean' },
    isTruncated: { type: 'Boolean' },
  },
  PullRequestConnection: connection('PullRequest'),
  PullRequest: {
    id: { type: 'ID' },
    number: { type: 'Int' },
    title: { type: 'String' },
    body: { type: 'String' },
    url: { type: 'URI' },
    headRefOid: { type: 'GitObjectID' },
    headRefName: { type: 'String' },
    baseRefOid: { type: 'GitObjectID' },
    baseRefName: { type: 'String' },
    mergedAt: { type: 'DateTime' },
    mergeCommit: { type: 'Commit' },
    author: { type: 'Actor' },
    headRepository: { type: 'Repository' },
    baseRepository: { type: 'Repository' },
    labels: { type: 'LabelConnection', takes: paged },
    commits: { type: 'PullRequestCommitConnection', takes: paged },
    reviews: { type: 'PullRequestReviewConnection', takes: paged },
  },
  LabelConnection: connection('Label'),
  Label: { id: { type: 'ID' }, name: { type: 'String' } },
  PullRequestCommitConnection: connection('PullRequestCommit'),
  PullRequestCommit: { id: { type: 'ID' }, commit: { type: 'Commit' } },
  PullRequestReviewConnection: connection('PullRequestReview'),
  PullRequestReview: {
    id: { type: 'ID' },
    fullDatabaseId: { type: 'BigInt' },
    state: { type: 'PullRequestReviewState' },
    body: { type: 'String' },
    submittedAt: { type: 'DateTime' },
    lastEditedAt: { type: 'DateTime' },
    editor: { type: 'Actor' },
    url: { type: 'URI' },
    commit: { type: 'Commit' },
    author: { type: 'Actor' },
  },
  DeploymentConnection: connection('Deployment'),
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
  DeploymentStatusConnection: connection('DeploymentStatus'),
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
  Ref: { id: { type: 'ID' }, name: { type: 'String' }, prefix: { type: 'String' }, target: { type: 'GitObject' } },
};

/** Interfaces with the types that may stand for them. */
export const possible: Readonly<Record<string, readonly string[]>> = { GitObject: ['Blob', 'Commit', 'Tag', 'Tree'] };

function connection(node: string): Readonly<Record<string, Field>> {
  return { nodes: { type: node }, pageInfo: { type: 'PageInfo' }, totalCount: { type: 'Int' } };
}

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
