// Which Node starts the bundles: Node 24 as on GitHub where it is asked for, elsewhere the one at hand.
import { spawnSync } from 'node:child_process';

export type Node = { readonly path: string; readonly version: string };

let chosen: Node | undefined;

/**
 * The Node that actions start on: BORING_NODE24, else `node` on the PATH, else the one that runs this.
 * Printed once. Throws when BORING_NO_SKIP=1 and it is not Node 24.
 */
export function nodeInUse(): Node {
  if (chosen !== undefined) return chosen;
  const node = chooseNode(process.env);
  process.stderr.write(
    `runner harness: actions start on Node ${node.version} (${node.path}); GitHub starts them on 24\n`,
  );
  chosen = node;
  return node;
}

/** The choice behind `nodeInUse`, for a given environment. */
export function chooseNode(env: NodeJS.ProcessEnv): Node {
  const path = env.BORING_NODE24 || 'node';
  const node = ask(path) ?? (path === 'node' ? { path: process.execPath, version: process.version } : undefined);
  if (node === undefined) {
    throw new Error(`BORING_NODE24=${path} does not start. Give the path of a Node 24 binary.`);
  }
  const asked = env.BORING_NODE24 !== undefined && env.BORING_NODE24 !== '';
  if (!node.version.startsWith('v24.') && (asked || env.BORING_NO_SKIP === '1')) {
    throw new Error(
      `The bundles must start on Node 24, and ${node.path} is ${node.version}. Install it outside the lock ` +
        '(npm install --prefix <folder> node@24) and set BORING_NODE24 to its binary.',
    );
  }
  return node;
}

/** Its version and its own absolute path, so that a PATH changed by a step does not change the Node. */
function ask(path: string): Node | undefined {
  const asked = spawnSync(path, ['-p', 'process.version + " " + process.execPath'], { encoding: 'utf8' });
  const [, version, own] = /^(v\S+) (.+)$/.exec((asked.stdout ?? '').trim()) ?? [];
  return version === undefined || own === undefined ? undefined : { path: own, version };
}
