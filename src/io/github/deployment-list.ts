// Reads the Deployments of an environment with all their statuses: by one GraphQL query a page, by REST where that is refused.
import { z } from 'zod';
import type { DeploymentFact, StatusFact } from '../../evidence/fact.ts';
import type { Client } from './client.ts';
import type { OwnWrites } from './own-writes.ts';
import { Refusal } from './refusal.ts';
import {
  type DeploymentAnswer,
  deploymentShape,
  deploymentStates,
  deploymentStatusShape,
  instant,
  payloadShape,
} from './shape.ts';

// Nobody needs an older attempt than the last thousand: what runs, its predecessor and a rollback target are among the newest.
const mostDeployments = 1000;

const queryText = `query deployments($owner: String!, $name: String!, $environment: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(first: 100, after: $after, environments: [$environment], orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId commitOid task environment description payload createdAt
        ref { name }
        creator { __typename login }
        latestStatus { id }
        statuses(first: 100) {
          pageInfo { hasNextPage }
          nodes { id state description createdAt logUrl creator { __typename login } }
        }
      }
    }
  }
}`;

/** The Deployments of an environment, newest first, at most the newest thousand, those we just made among them. Throws a Refusal. */
export async function readDeployments(
  client: Client,
  own: OwnWrites,
  environment: string,
): Promise<readonly DeploymentFact[]> {
  const listed = await readByQuery(client, environment).catch((fault: unknown) => {
    // A token that is no good, or a spent limit, is no better over REST.
    const isFinal = !(fault instanceof Refusal) || fault.parts.kind === 'token' || fault.parts.kind === 'limit';
    if (isFinal) throw fault;
    return readByList(client, environment);
  });
  return own.inDeployments(environment, listed);
}

/** The statuses of one Deployment, oldest first. Throws a Refusal. */
export async function readStatuses(client: Client, id: number): Promise<readonly StatusFact[]> {
  const newestFirst = await client.pages(client.path(`/deployments/${id}/statuses`), {}, deploymentStatusShape);
  return newestFirst.toReversed();
}

/** A Deployment without its statuses as a fact. */
export function deploymentFact(answer: DeploymentAnswer, statuses: readonly StatusFact[]): DeploymentFact {
  return {
    id: answer.id,
    sha: answer.sha,
    ref: answer.ref,
    task: answer.task,
    environment: answer.environment,
    description: answer.description ?? '',
    payload: answer.payload,
    creator: answer.creator.login,
    createdAt: answer.created_at,
    statuses,
  };
}

async function readByList(client: Client, environment: string): Promise<readonly DeploymentFact[]> {
  const listed = await client.pages(client.path('/deployments'), { environment }, deploymentShape, {
    most: mostDeployments,
  });
  return Promise.all(listed.map(async (answer) => deploymentFact(answer, await readStatuses(client, answer.id))));
}

async function readByQuery(client: Client, environment: string): Promise<readonly DeploymentFact[]> {
  const facts: DeploymentFact[] = [];
  let after: string | null = null;
  do {
    const answer: Page = await client.query(queryText, { ...client.repository, environment, after }, page);
    const { nodes, pageInfo } = answer.repository.deployments;
    facts.push(...(await Promise.all(nodes.map((node) => nodeFact(client, node)))));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null && facts.length < mostDeployments);
  return facts;
}

async function nodeFact(client: Client, node: Node): Promise<DeploymentFact> {
  const statuses = node.statuses.pageInfo.hasNextPage
    ? await readStatuses(client, node.databaseId)
    : inOrder(node.statuses.nodes, node.latestStatus?.id);
  return {
    id: node.databaseId,
    sha: node.commitOid,
    ref: node.ref?.name ?? node.commitOid,
    task: node.task ?? 'deploy',
    environment: node.environment ?? '',
    description: node.description ?? '',
    payload: node.payload,
    creator: node.creator,
    createdAt: node.createdAt,
    statuses,
  };
}

// Oldest first. Times count whole seconds, so their order alone does not tell; `latestStatus` says at which end the newest stands.
// GitHub lists the newest first, which holds too where one of the two lags behind the other.
function inOrder(nodes: readonly StatusNode[], latest: string | undefined): readonly StatusFact[] {
  const isOldestFirst = nodes.length > 1 && nodes.at(-1)?.id === latest;
  const ordered = isOldestFirst ? nodes : nodes.toReversed();
  return ordered
    .map(({ state, description, createdAt, logUrl, creator }) => ({
      state,
      description: description ?? '',
      createdAt,
      logUrl: logUrl ?? '',
      creator,
    }))
    .sort((a, b) => a.createdAt - b.createdAt);
}

// GraphQL names a bot without the `[bot]` that REST puts behind it.
const actor = z
  .object({ __typename: z.string(), login: z.string() })
  .nullable()
  .transform((value) => {
    if (value === null) return 'ghost';
    return value.__typename === 'Bot' && !value.login.endsWith('[bot]') ? `${value.login}[bot]` : value.login;
  });

const statusNode = z.object({
  id: z.string(),
  // WAITING: a protection rule of GitHub's own holds the job; for us it has not begun.
  state: z
    .string()
    .toLowerCase()
    .transform((state) => (state === 'waiting' ? 'pending' : state))
    .pipe(z.enum(deploymentStates)),
  description: z.string().nullable(),
  createdAt: instant,
  logUrl: z.string().nullable(),
  creator: actor,
});
type StatusNode = z.infer<typeof statusNode>;

const node = z.object({
  databaseId: z.number(),
  commitOid: z.string(),
  task: z.string().nullable(),
  environment: z.string().nullable(),
  description: z.string().nullable(),
  payload: payloadShape,
  createdAt: instant,
  ref: z.object({ name: z.string() }).nullable(),
  creator: actor,
  latestStatus: z.object({ id: z.string() }).nullable(),
  statuses: z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(statusNode) }),
});
type Node = z.infer<typeof node>;

const page = z.object({
  repository: z.object({
    deployments: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(node),
    }),
  }),
});
type Page = z.infer<typeof page>;
