// Reads the Deployments of an environment with all their statuses: by one GraphQL query a page, by REST where that is refused.
import { z } from 'zod';
import type { DeploymentFact, StatusFact } from '../../evidence/fact.ts';
import type { Client } from './client.ts';
import { actorFields, actor as graphActor, readField } from './graph.ts';
import type { OwnWrites } from './own-writes.ts';
import { isFinal } from './refusal.ts';
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

const orderText = 'orderBy: { field: CREATED_AT, direction: DESC }';
const listText = `{
      pageInfo { hasNextPage endCursor }
      nodes {
        databaseId commitOid task environment description payload createdAt
        ref { name }
        creator ${actorFields}
        latestStatus { id }
        statuses(first: 100) {
          pageInfo { hasNextPage }
          nodes { id state description createdAt logUrl creator ${actorFields} }
        }
      }
    }`;

const queryText = `query deployments($owner: String!, $name: String!, $environment: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(first: 100, after: $after, environments: [$environment], ${orderText}) ${listText}
  }
}`;

/** The Deployments of an environment, newest first, at most the newest thousand (or `most`, by whole pages), those we just made among them. Throws
 * a Refusal. */
export async function readDeployments(
  client: Client,
  own: OwnWrites,
  environment: string,
  most: number = mostDeployments,
): Promise<readonly DeploymentFact[]> {
  const listed = await client.part({
    // One list and a list of statuses for each entry.
    calls: 2,
    select: (give) =>
      `deployments(first: 100, environments: [${give('String!', environment)}], ${orderText}) ${listText}`,
    tell: async (field) => {
      const first = readField(field, list);
      // What goes wrong behind the first page goes its way over REST.
      return first === undefined ? undefined : readOn(client, environment, first, most).catch(unlessFinal);
    },
    alone: () => readByList(client, environment, most),
  });
  return own.inDeployments(environment, listed);
}

function unlessFinal(fault: unknown): undefined {
  if (isFinal(fault)) throw fault;
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

async function readByList(client: Client, environment: string, most: number): Promise<readonly DeploymentFact[]> {
  const listed = await client.pages(client.path('/deployments'), { environment }, deploymentShape, {
    most,
  });
  return Promise.all(listed.map(async (answer) => deploymentFact(answer, await readStatuses(client, answer.id))));
}

/** The first page as facts, and those behind it. */
async function readOn(
  client: Client,
  environment: string,
  first: List,
  most: number,
): Promise<readonly DeploymentFact[]> {
  const facts: DeploymentFact[] = [];
  for (let page = first; ; ) {
    facts.push(...(await Promise.all(page.nodes.map((node) => nodeFact(client, node)))));
    if (!page.pageInfo.hasNextPage || facts.length >= most) return facts;
    const after = page.pageInfo.endCursor;
    const answer: Page = await client.query(queryText, { ...client.repository, environment, after }, pageShape);
    page = answer.repository.deployments;
  }
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

const actor = graphActor.transform(({ login }) => login);

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

const list = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  nodes: z.array(node),
});
type List = z.infer<typeof list>;

const pageShape = z.object({ repository: z.object({ deployments: list }) });
type Page = z.infer<typeof pageShape>;
