// kubectl as the runner has it: objects read as JSON, patches with a guard, failures sorted by what may help.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { redact } from '../kit/redact.ts';
import type { KubectlOptions } from '../providers/routers.ts';
import type { Command } from '../world.ts';
import { Refused, Unreached } from './routers/weights.ts';

const defaultTimeout = 15_000;

const objectShape = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    generation: z.number().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z
      .array(z.looseObject({ kind: z.string(), name: z.string(), controller: z.boolean().optional() }))
      .optional(),
  }),
});

/** An object of the cluster: its metadata read, the rest for the reader's own shape. */
export type ClusterObject = z.infer<typeof objectShape>;

export interface PatchStep {
  readonly op: 'add' | 'test' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export interface Kubectl {
  /** One object. Throws Refused when it is not there or may not be read, Unreached when the cluster does not answer. */
  get(resource: string, name: string): Promise<ClusterObject>;
  /** All objects of a resource in the namespace, or those with the labels alone. */
  list(resource: string, labels?: Readonly<Record<string, string>>): Promise<readonly ClusterObject[]>;
  /** Applies a JSON patch to exactly the object that was read: another change of its spec in between is refused. */
  patch(resource: string, read: ClusterObject, steps: readonly PatchStep[]): Promise<void>;
}

/** kubectl with the options of the policy. No shell sees the words. */
export function createKubectl(options: KubectlOptions, command: Command): Kubectl {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const program = (options.kubectl ?? 'kubectl').split(/\s+/).filter((word) => word !== '');
  const place = [
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
    `--request-timeout=${Math.ceil(timeoutMs / 1000)}s`,
  ];

  async function run(words: readonly string[], what: string): Promise<string> {
    const reply = await command({
      line: [...program, ...place, ...words],
      env: {},
      timeoutMs: timeoutMs + 2_000,
      despiteCancel: true,
    });
    if (reply.code === 0 && !reply.timedOut) return reply.stdout;
    throw failure(what, reply.timedOut ? 'no answer in time' : redact(reply.stderr.trim().split('\n').at(-1) ?? ''));
  }

  const read = async (resource: string, name: string) =>
    objectShape.parse(JSON.parse(await run(['get', resource, name, '-o', 'json'], `${resource}/${name}`)));
  return {
    get: read,
    async list(resource, labels = {}) {
      const named = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const selected = named.length === 0 ? [] : ['-l', named.join(',')];
      const told: unknown = JSON.parse(await run(['get', resource, ...selected, '-o', 'json'], resource));
      return z.looseObject({ items: z.array(objectShape) }).parse(told).items;
    },
    async patch(resource, before, steps) {
      // Not the resource version: every change of a status moves that.
      const { name, generation } = before.metadata;
      const guard: readonly PatchStep[] =
        generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }];
      const patch = JSON.stringify([...guard, ...steps]);
      await run(['patch', resource, name, '--type=json', '-p', patch], `${resource}/${name}`);
    },
  };
}

function failure(what: string, said: string): Unreached {
  const because = `kubectl, ${what}: ${said.slice(0, 300) || 'failed without a word'}`;
  if (/NotFound|not found|doesn't have a resource type/.test(said)) {
    return new Refused(because, 'Check the name, the namespace and the context in `traffic:`.');
  }
  if (/Forbidden|Unauthorized|cannot (get|list|patch)|must be logged in/.test(said)) {
    return new Refused(because, 'Let the account of the runner get, list and patch it (a Role and a RoleBinding).');
  }
  if (/test operation|testing value|Conflict|has been modified|the server rejected our request/.test(said)) {
    return new Unreached(because, 'Somebody else changes the object at the same time: stop that first, then re-run.');
  }
  if (/Invalid|BadRequest|invalid/.test(said)) return new Refused(because, 'Look at the object by hand.');
  if (/no such file|command not found|ENOENT/.test(said)) {
    return new Refused(because, 'Install kubectl on the runner, and check its configuration file.');
  }
  return new Unreached(because, 'Check that this runner reaches the cluster.');
}
