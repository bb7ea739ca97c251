// Words of the criteria in operation-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span, wordOptions } from '../../options.ts';

const name = once(() => z.string().min(1));

/** A restore that was tried a month ago is believed (ours). */
const usualRestoreMs = 31 * 24 * 3_600_000;

export const backupRestorable = {
  id: 'backup-restorable',
  title: 'Backup restored somewhere',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      workflow: name().optional().describe('the file of the workflow that restores one, e.g. restore.yml'),
      'max-age': span().default(usualRestoreMs),
    }),
  ),
} as const;

export const kubernetesNodesReady = {
  id: 'kubernetes-nodes-ready',
  title: 'Nodes ready',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      context: name().optional().describe('context of the kubeconfig; default: the current one'),
      selector: name().optional().describe('labels of the nodes that count'),
    }),
  ),
} as const;

/** In the order of the catalogue. */
export const operationLines = [backupRestorable, kubernetesNodesReady] as const;
