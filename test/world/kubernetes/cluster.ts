// A stand-in of the Kubernetes API that the real kubectl talks to: discovery, reading, watching, patching, and a deployment controller.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeploymentController } from './deployment.ts';
import { type Json, type JsonObject, PatchRefused, patched } from './patch.ts';
import { type Resource, resources, Store } from './store.ts';

export interface Cluster {
  /** How kubectl is called to reach it: program and options, in one line. */
  readonly kubectl: string;
  readonly url: string;
  /** Environment variables that make a plain `kubectl` reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** Adds an object; Deployments start to roll. */
  create(resource: string, object: JsonObject): void;
  find(resource: string, name: string): JsonObject | undefined;
  list(resource: string): readonly JsonObject[];
  /** Changes an object as somebody else would. */
  change(resource: string, name: string, change: (object: JsonObject) => void): void;
  remove(resource: string, name: string): void;
  /** Images whose pods never get ready; may be added to at any time. */
  readonly broken: Set<string>;
  /** Images that no registry has any more; may be added to at any time. */
  readonly gone: Set<string>;
  /** `PATCH /apis/…` and the like, oldest first. */
  readonly calls: string[];
  /** Answers every call with this status and message until called with undefined. */
  refuse(refusal: { readonly status: number; readonly message: string; readonly reason: string } | undefined): void;
  stop(): Promise<void>;
}

/** Whether kubectl is on the PATH. */
export function kubectlAvailable(): boolean {
  return spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
}

/** A Deployment with one container, as users write it. */
export function deploymentOf(name: string, image: string, replicas: number): JsonObject {
  const labels = { app: name };
  return {
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  };
}

/** Starts it on a free port of 127.0.0.1, with the namespace `default`. */
export async function startCluster(options: { readonly readyMs?: number } = {}): Promise<Cluster> {
  const store = new Store();
  const broken = new Set<string>();
  const gone = new Set<string>();
  const controller = new DeploymentController(store, { readyMs: options.readyMs ?? 100, broken, gone });
  const calls: string[] = [];
  const state: { refusal: { status: number; message: string; reason: string } | undefined } = { refusal: undefined };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://cluster');
      calls.push(`${request.method} ${url.pathname}`);
      if (state.refusal !== undefined)
        return fail(response, state.refusal.status, state.refusal.reason, state.refusal.message);
      answer(store, controller, request, url, Buffer.concat(chunks).toString('utf8'), response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = mkdtempSync(join(tmpdir(), 'boring-cluster-'));
  const file = join(home, 'config');
  const context = { name: 'test', context: { cluster: 'test', user: 'test', namespace: 'default' } };
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: url } }],
      users: [{ name: 'test', user: { token: 'test' } }],
      contexts: [context],
      'current-context': 'test',
    }),
  );
  return {
    url,
    kubectl: `kubectl --kubeconfig ${file} --cache-dir ${join(home, 'cache')}`,
    env: { KUBECONFIG: file, HOME: home },
    create(resource, object) {
      store.create(resource, 'default', object);
      if (resource === 'deployments') controller.changed(String((object.metadata as JsonObject).name), 'default');
    },
    find: (resource, name) => store.find(resource, 'default', name),
    list: (resource) => store.list(resource, ''),
    change(resource, name, change) {
      store.update(resource, 'default', name, change);
      if (resource === 'deployments') controller.changed(name, 'default');
    },
    remove: (resource, name) => store.remove(resource, 'default', name),
    broken,
    gone,
    calls,
    refuse: (refusal) => {
      state.refusal = refusal;
    },
    async stop() {
      controller.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function answer(
  store: Store,
  controller: DeploymentController,
  request: IncomingMessage,
  url: URL,
  body: string,
  response: ServerResponse,
): unknown {
  const discovered = discovery(url.pathname);
  if (discovered !== undefined) return send(response, 200, discovered);
  const found =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/(status|scale))?$/.exec(
      url.pathname,
    );
  const [, group = '', namespace = '', resource = '', name] = found ?? [];
  const kind = resources.find((one) => one.name === resource && one.group === group);
  if (kind === undefined) return fail(response, 404, 'NotFound', 'the server could not find the requested resource');
  if (name === undefined) return answerList(store, kind, namespace, url, request, response);
  const object = store.find(resource, kind.namespaced ? namespace : '', name);
  if (object === undefined) {
    const full = group === '' ? resource : `${resource}.${group}`;
    return fail(response, 404, 'NotFound', `${full} "${name}" not found`);
  }
  if (request.method === 'GET') return send(response, 200, object);
  try {
    const given = JSON.parse(body) as Json;
    const next =
      request.method === 'PUT' ? (given as JsonObject) : patched(object, request.headers['content-type'] ?? '', given);
    const dry = url.searchParams.get('dryRun') === 'All';
    if (!dry && store.replace(resource, namespace, name, next) && resource === 'deployments')
      controller.changed(name, namespace);
    return send(response, 200, dry ? next : (store.find(resource, namespace, name) ?? next));
  } catch (error) {
    if (error instanceof PatchRefused) return fail(response, error.status, 'Invalid', error.message);
    return fail(response, 400, 'BadRequest', String(error));
  }
}

function answerList(
  store: Store,
  kind: Resource,
  namespace: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): unknown {
  const labels = (url.searchParams.get('labelSelector') ?? '').split(',').filter((word) => word !== '');
  const field = /metadata\.name=([^,]+)/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
  const matches = (object: JsonObject): boolean => {
    const metadata = object.metadata as { name: string; namespace?: string; labels?: Record<string, string> };
    if (field !== undefined && metadata.name !== field) return false;
    if (kind.namespaced && namespace !== '' && metadata.namespace !== namespace) return false;
    return labels.every((word) => {
      const [label = '', value] = word.split(/==?/);
      return metadata.labels?.[label] === value;
    });
  };
  const items = store.list(kind.name, kind.namespaced ? namespace : '').filter(matches);
  if (url.searchParams.get('watch') !== 'true' && url.searchParams.get('watch') !== '1') {
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    return send(response, 200, {
      apiVersion,
      kind: `${kind.kind}List`,
      metadata: { resourceVersion: store.version },
      items: [...items],
    });
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  const since = Number(url.searchParams.get('resourceVersion') ?? '0');
  const write = (event: object) => response.write(`${JSON.stringify(event)}\n`);
  for (const object of items) {
    if (Number((object.metadata as JsonObject).resourceVersion) > since) write({ type: 'MODIFIED', object });
  }
  const end = store.watch((resource, event) => {
    if (resource === kind.name && matches(event.object)) write(event);
  });
  request.on('close', end);
  return response.on('close', end);
}

function discovery(path: string): JsonObject | undefined {
  const groups = [...new Set(resources.filter(({ group }) => group !== '').map(({ group }) => group))];
  const versionOf = (group: string) => resources.find((one) => one.group === group)?.version ?? 'v1';
  if (path === '/version') return { major: '1', minor: '30', gitVersion: 'v1.30.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((name) => {
        const version = { groupVersion: `${name}/${versionOf(name)}`, version: versionOf(name) };
        return { name, versions: [version], preferredVersion: version };
      }),
    };
  }
  const [, group] = /^\/apis\/([^/]+)\/[^/]+$/.exec(path) ?? [];
  if (path !== '/api/v1' && group === undefined) return undefined;
  const list = resources.filter((one) => one.group === (group ?? ''));
  if (list.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === undefined ? 'v1' : `${group}/${versionOf(group)}`,
    resources: list.map(({ name, singular, kind, namespaced }) => ({
      name,
      singularName: singular,
      kind,
      namespaced,
      verbs: ['get', 'list', 'watch', 'patch', 'update', 'create', 'delete'],
    })),
  };
}

function fail(response: ServerResponse, code: number, reason: string, message: string): unknown {
  return send(response, code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason,
    message,
    code,
  });
}

function send(response: ServerResponse, status: number, body: Json): unknown {
  response.writeHead(status, { 'content-type': 'application/json' });
  return response.end(JSON.stringify(body));
}
