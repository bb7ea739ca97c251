// The store of Deployments and their statuses on GitHub: append-only, of exactly the commit that was asked for.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DeploymentFact, StatusFact } from '../../evidence/fact.ts';
import { Problem } from '../../kit/problem.ts';
import type { DeploymentStore, NewDeployment, NewStatus } from '../../world.ts';
import type { Client } from './client.ts';
import { deploymentFact, readDeployments, readStatuses } from './deployment-list.ts';
import type { Outgoing } from './outgoing.ts';
import type { OwnWrites } from './own-writes.ts';
import { Refusal, toProblem } from './refusal.ts';
import { deploymentShape, deploymentStatusShape } from './shape.ts';

/** GitHub's limit of a status description (OpenAPI description 23.0.2). */
const longestDescription = 140;

/** The port to Deployments. Its functions throw a Problem for what GitHub refuses; 403 names the missing permission. */
export function createDeploymentStore(client: Client, own: OwnWrites, outgoing: Outgoing): DeploymentStore {
  const seen = new Map<number, { readonly etag: string | undefined; readonly statuses: readonly StatusFact[] }>();

  async function create(asked: NewDeployment): Promise<DeploymentFact> {
    const wanted = { ...asked, description: outgoing.text(asked.description), payload: outgoing.data(asked.payload) };
    const before = own.deploymentIds();
    const { status, value } = await asProblem('no Deployment was made', () =>
      client.write('POST', client.path('/deployments'), creationOf(wanted), {
        shape: created,
        lookUp: async () => {
          const listed = await readDeployments(client, own, asked.environment);
          return listed.find((made) => !before.has(made.id) && isSame(made, wanted));
        },
      }),
    );
    // 202: GitHub merged the default branch into the ref instead; `auto_merge: false` rules it out, a proxy may not know.
    if (!('sha' in value) || status === 202) throw notMade(client, asked, 'GitHub merged branches instead (202)');
    if (value.sha !== asked.sha) throw notMade(client, asked, `GitHub made Deployment ${value.id} of ${value.sha}`);
    own.keepDeployment(value);
    return value;
  }

  async function say(id: number, status: NewStatus): Promise<void> {
    const description = outgoing.text(status.description);
    if (description.length > longestDescription) {
      throw new Error(`A status description of ${description.length} characters, 140 are allowed: ${description}`);
    }
    const { value } = await asProblem(`Deployment ${id} got no status "${description}"`, () =>
      client.write('POST', client.path(`/deployments/${id}/statuses`), statusOf(status, description), {
        shape: deploymentStatusShape,
        lookUp: async () => {
          const newest = (await readStatuses(client, id)).at(-1);
          const isOurs = newest?.state === status.state && newest.description === description;
          return isOurs && newest.logUrl === status.logUrl ? newest : undefined;
        },
      }),
    );
    own.keepStatus(id, value);
  }

  async function statuses(id: number): Promise<readonly StatusFact[]> {
    return asProblem(`the statuses of Deployment ${id} can not be read`, async () => {
      const last = seen.get(id);
      const path = client.path(`/deployments/${id}/statuses`);
      const fresh = await client.changed(path, z.array(deploymentStatusShape), last?.etag);
      if (fresh !== undefined) {
        const listed = fresh.more ? await readStatuses(client, id) : fresh.value.toReversed();
        seen.set(id, { etag: fresh.etag, statuses: listed });
      }
      return own.inStatuses(id, seen.get(id)?.statuses ?? []);
    });
  }

  return {
    create,
    say,
    statuses,
    list: (environment, newest) =>
      asProblem(`the Deployments of ${environment} can not be read`, () =>
        readDeployments(client, own, environment, newest),
      ),
  };
}

// `production_environment` is left to GitHub: true for an environment named production.
function creationOf(wanted: Omit<NewDeployment, 'payload'> & { readonly payload: unknown }) {
  const { sha, environment, task, description, payload } = wanted;
  return {
    ref: sha,
    task,
    environment,
    description,
    payload,
    auto_merge: false,
    required_contexts: [],
    transient_environment: false,
  };
}

function statusOf(status: NewStatus, description: string) {
  const { state, logUrl, environmentUrl } = status;
  return {
    state,
    description,
    log_url: logUrl,
    auto_inactive: false,
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
  };
}

const created = z.union([
  deploymentShape.transform((answer) => deploymentFact(answer, [])),
  z.object({ message: z.string() }),
]);

function isSame(made: DeploymentFact, wanted: Omit<NewDeployment, 'payload'> & { readonly payload: unknown }): boolean {
  const isSameTarget = made.sha === wanted.sha && made.task === wanted.task;
  return isSameTarget && isDeepStrictEqual(made.payload, JSON.parse(JSON.stringify(wanted.payload)));
}

function notMade(client: Client, asked: NewDeployment, what: string): Problem {
  return new Problem({
    what: `no Deployment of ${asked.sha} was made: ${what}`,
    where: `POST ${client.path('/deployments')}`,
    fix: 'Deploy the newest commit of the branch, or update the branch first.',
    reason: 'github-merge',
  });
}

async function asProblem<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (fault) {
    if (!(fault instanceof Refusal) || fault.parts.kind !== 'conflict') throw toProblem(fault, what);
    const { because, where } = fault.parts;
    throw new Problem({
      what: `${what}: ${because}`,
      where,
      fix: 'Bring the branch up to date with the default branch and deploy again.',
      reason: 'github-conflict',
    });
  }
}
