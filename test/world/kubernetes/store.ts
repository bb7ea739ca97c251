// The objects of the cluster, with the versions and generations that a real server keeps.
import { randomUUID } from 'node:crypto';
import type { JsonObject } from './patch.ts';

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const of = (group: string, version: string, name: string, kind: string, namespaced = true): Resource => ({
  group,
  version,
  name,
  singular: kind.toLowerCase(),
  kind,
  namespaced,
});

export const resources: readonly Resource[] = [
  of('', 'v1', 'pods', 'Pod'),
  of('', 'v1', 'nodes', 'Node', false),
  of('', 'v1', 'events', 'Event'),
  of('apps', 'v1', 'deployments', 'Deployment'),
  of('apps', 'v1', 'replicasets', 'ReplicaSet'),
  of('autoscaling', 'v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
  of('networking.k8s.io', 'v1', 'ingresses', 'Ingress'),
  of('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute'),
  of('networking.istio.io', 'v1beta1', 'virtualservices', 'VirtualService'),
];

export type Event = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: JsonObject };

export class Store {
  readonly #objects = new Map<string, JsonObject>();
  readonly #watchers = new Set<(resource: string, event: Event) => void>();
  #version = 100;

  find(resource: string, namespace: string, name: string): JsonObject | undefined {
    return this.#objects.get(key(resource, namespace, name));
  }

  list(resource: string, namespace: string): readonly JsonObject[] {
    return [...this.#objects]
      .filter(([name]) => name.startsWith(namespace === '' ? `${resource}/` : `${resource}/${namespace}/`))
      .map(([, object]) => object);
  }

  create(resource: string, namespace: string, given: JsonObject): JsonObject {
    const kind = resources.find(({ name }) => name === resource);
    if (kind === undefined) throw new Error(`no resource ${resource}`);
    const metadata = given.metadata as JsonObject;
    const place = kind.namespaced ? { namespace } : {};
    const object: JsonObject = {
      apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
      kind: kind.kind,
      ...given,
      metadata: {
        ...metadata,
        ...place,
        uid: randomUUID(),
        generation: 1,
        resourceVersion: this.#next(),
        creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      },
    };
    this.#objects.set(key(resource, kind.namespaced ? namespace : '', String(metadata.name)), object);
    this.#tell(resource, { type: 'ADDED', object });
    return object;
  }

  /** Changes an object in place; another spec is another generation. */
  update(resource: string, namespace: string, name: string, change: (object: JsonObject) => void): void {
    const object = this.find(resource, namespace, name);
    if (object === undefined) return;
    const next = structuredClone(object);
    change(next);
    this.replace(resource, namespace, name, next);
  }

  /** Whether the spec changed. */
  replace(resource: string, namespace: string, name: string, next: JsonObject): boolean {
    const before = this.find(resource, namespace, name);
    const metadata = next.metadata as JsonObject;
    const specChanged = JSON.stringify(before?.spec) !== JSON.stringify(next.spec);
    metadata.generation = Number((before?.metadata as JsonObject | undefined)?.generation ?? 0) + (specChanged ? 1 : 0);
    metadata.resourceVersion = this.#next();
    this.#objects.set(key(resource, namespace, name), next);
    this.#tell(resource, { type: 'MODIFIED', object: next });
    return specChanged;
  }

  remove(resource: string, namespace: string, name: string): void {
    const object = this.find(resource, namespace, name);
    this.#objects.delete(key(resource, namespace, name));
    if (object !== undefined) this.#tell(resource, { type: 'DELETED', object });
  }

  watch(tell: (resource: string, event: Event) => void): () => void {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  }

  get version(): string {
    return String(this.#version);
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #tell(resource: string, event: Event): void {
    for (const watcher of this.#watchers) watcher(resource, event);
  }
}

function key(resource: string, namespace: string, name: string): string {
  return `${resource}/${namespace}/${name}`;
}
