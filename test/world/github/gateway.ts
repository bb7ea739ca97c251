// What stands before every route: token, rate limit, repository, permission, description; and after it, the description again.
import type { IncomingHttpHeaders } from 'node:http';
import type { SeenRequest } from './faults.ts';
import { answerGraphql } from './graphql.ts';
import { nodeId } from './hub.ts';
import { notFound, Refusal, refuse } from './refusal.ts';
import type { FakeRepository } from './repository.ts';
import { checkRoutes } from './routes/checks.ts';
import { commitRoutes } from './routes/commits.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { generalRoutes } from './routes/general.ts';
import { pullRoutes } from './routes/pulls.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { runRoutes } from './routes/runs.ts';
import { securityRoutes } from './routes/security.ts';
import { settingRoutes } from './routes/settings.ts';
import { type Answer, Asked, Router, type Routes } from './routing.ts';
import type { Inside } from './server.ts';
import { acceptedPermissions, type Caller, countRequest, demand, rateHeaders } from './tokens.ts';
import { loadValidation, type Operation } from './validation.ts';

export const routes: Routes = {
  ...generalRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...conversationRoutes,
  ...checkRoutes,
  ...runRoutes,
  ...securityRoutes,
  ...settingRoutes,
  ...deploymentRoutes,
};

export interface Arrived extends SeenRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly isTooLarge: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Takes the request off the rate limit again: what a 304 costs. */
  readonly uncount?: () => void;
}

export interface Gateway {
  answer(arrived: Arrived): Reply;
  routeOf(method: string, path: string): string;
}

interface Passage {
  readonly arrived: Arrived;
  caller?: Caller;
  operation?: Operation;
  link?: string | undefined;
}

export function openGateway(inside: Inside): Gateway {
  const validation = loadValidation();
  const router = new Router(validation.operations);
  let requests = 0;

  function answer(arrived: Arrived): Reply {
    const passage: Passage = { arrived };
    requests += 1;
    let answered: Answer;
    let refused: Readonly<Record<string, string>> = {};
    try {
      answered = pass(passage);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const documentation = passage.operation?.docs ?? 'https://docs.github.com/rest';
      const body = {
        message: error.message,
        ...error.fields,
        documentation_url: documentation,
        status: String(error.status),
      };
      answered = { status: error.status, body };
      refused = error.headers;
    }
    const checked = check(passage, answered);
    const { caller, operation } = passage;
    const headers = {
      date: inside.hub.clock.now().toUTCString(),
      'content-type':
        checked.text === undefined
          ? 'application/json; charset=utf-8'
          : 'application/vnd.github.raw+json; charset=utf-8',
      'x-github-request-id': nodeId('request', requests),
      'x-github-media-type': 'github.v3; format=json',
      ...(caller === undefined ? {} : rateHeaders(caller)),
      ...(operation === undefined ? {} : acceptedHeader(operation)),
      ...(passage.link === undefined ? {} : { link: passage.link }),
      ...(checked.location === undefined ? {} : { location: checked.location }),
      ...refused,
    };
    const text = checked.text ?? (checked.body === undefined ? '' : JSON.stringify(checked.body));
    const uncount = () => {
      if (caller !== undefined) caller.used -= 1;
    };
    return { status: checked.status, headers, text, uncount };
  }

  function pass(passage: Passage): Answer {
    const { arrived } = passage;
    if (arrived.isTooLarge) throw refuse(413, 'Payload too large: a request may hold 1 MiB.');
    if (arrived.headers['user-agent'] === undefined) {
      throw refuse(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
      );
    }
    const caller = inside.tokens.read(arrived.headers.authorization);
    passage.caller = caller;
    if (arrived.path !== '/rate_limit') countRequest(caller, inside.hub.clock.now());
    if (arrived.path === '/graphql') {
      return { status: 200, body: answerGraphql({ ...inside, caller, body: arrived.body }) };
    }
    const found = router.find(arrived.method, arrived.path);
    const route = found === undefined ? undefined : routes[found.operation.operationId];
    if (found === undefined || route === undefined) {
      report(`no such route: ${arrived.method} ${arrived.path}`);
      throw refuse(501, `The fake GitHub has no route ${arrived.method} ${arrived.path}`);
    }
    const { operation, parameters } = found;
    passage.operation = operation;
    const repo = repositoryOf(parameters, caller);
    demand(caller, route.needs, repo?.isPrivate === false);
    const values = describedValues(passage, operation, parameters);
    const asked = new Asked({
      hub: inside.hub,
      faults: inside.faults,
      caller,
      repo,
      operation,
      values,
      body: arrived.body,
      accept: arrived.headers.accept ?? '',
      url: new URL(arrived.url.pathname + arrived.url.search, inside.hub.apiUrl),
    });
    const answered = route.answer(asked);
    passage.link = asked.link;
    return answered;
  }

  /** Who may not see a repository is not told that there is one. */
  function repositoryOf(parameters: Readonly<Record<string, string>>, caller: Caller): FakeRepository | undefined {
    if (parameters.owner === undefined) return undefined;
    const fullName = `${parameters.owner}/${parameters.repo}`.toLowerCase();
    const repo = inside.hub.findRepository(fullName);
    const isReached = caller.repositories === null || caller.repositories.includes(fullName);
    const isSeen = isReached && (caller.app !== null || repo?.roleOf(caller.user.login) !== 'none');
    if (repo === undefined || (repo.isPrivate && !isSeen)) throw notFound();
    return repo;
  }

  function describedValues(
    passage: Passage,
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
  ): Record<string, unknown> {
    const { arrived } = passage;
    const given = { ...Object.fromEntries(arrived.url.searchParams), ...parameters };
    const { values, faults } = validation.parameters(operation, given);
    const wrong = [...faults, ...validation.requestBody(operation, arrived.body)];
    if (wrong.length === 0) return values;
    report(`${arrived.method} ${arrived.path}: the request breaks ${operation.operationId}: ${wrong.join('; ')}`);
    throw refuse(422, `Invalid request.\n\n${wrong.join('\n')}`);
  }

  /** An answer of ours that GitHub could not have given is a fault of this fake. */
  function check(passage: Passage, answered: Answer): Answer {
    const { operation, arrived } = passage;
    if (operation === undefined || answered.text !== undefined) return answered;
    const faults = validation.answer(operation, answered.status, answered.body);
    if (faults.length === 0) return answered;
    report(
      `${arrived.method} ${arrived.path}: the fake's answer ${answered.status} breaks ${operation.operationId}: ${faults.join('; ')}`,
    );
    return { status: 500, body: { message: 'Server Error', faults } };
  }

  function report(problem: string): void {
    inside.problems.push(problem);
  }

  function routeOf(method: string, path: string): string {
    return router.find(method, path)?.operation.path ?? path;
  }

  return { answer, routeOf };
}

function acceptedHeader(operation: Operation): Record<string, string> {
  const needs = routes[operation.operationId]?.needs;
  if (needs === undefined || needs.anyOf.length === 0) return {};
  return { 'x-accepted-github-permissions': acceptedPermissions(needs) };
}
