// Lines of the catalogue that a workflow's runs or kubectl answer: a backup that was restored, nodes that are ready.
import { unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { asksWord, orWord } from '../attestation.ts';
import type { Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { ago, listed } from '../words.ts';
import { askedLine } from './asked-line.ts';
import * as worded from './words/operation-lines.ts';

/** `backup-restorable`: the workflow that restores a backup somewhere has succeeded lately. */
const backupRestorable = askedLine({
  ...worded.backupRestorable,
  ways: ['with: {workflow: restore.yml}'],
  asking: (_policy, { workflow, 'max-age': mostMs }) => {
    if (workflow === undefined) return undefined;
    const path = workflow.includes('/') ? workflow : `.github/workflows/${workflow}`;
    const question: QuestionOf<'workflow-runs'> = { kind: 'workflow-runs', workflow: path };
    return {
      asks: () => [question],
      finds: ({ now, run }, answers) => {
        const told = answers.of(question);
        if (told.kind === 'unknown') return notTold(told);
        const own = told.value.filter(({ headBranch }) => headBranch === run.defaultBranch);
        const ended = own.filter(({ status }) => status === 'completed');
        const good = ended.find(({ conclusion }) => conclusion === 'success');
        const restore = ['run ', { code: `gh workflow run ${workflow}` }];
        if (good === undefined) return fail(`no run of ${workflow} has succeeded on ${run.defaultBranch}`, restore, '');
        const link = { text: `restored ${ago(good.createdAt, now)}`, href: good.url };
        if (now - good.createdAt > mostMs) return fail([link, `, older than ${formatDuration(mostMs)}`], restore, '');
        return ended[0] === good ? pass([link], good.createdAt) : fail([link, '; a newer try failed'], restore, '');
      },
    };
  },
});

/** Names and readiness, a node a line: small whatever the cluster. */
const nodePath = '{range .items[*]}{.metadata.name}{"\\t"}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
const kubectlTimeoutMs = 30_000;

/** Program and arguments that list the nodes; nothing of it goes through a shell. */
export function nodesLine(of: {
  readonly context?: string | undefined;
  readonly selector?: string | undefined;
}): readonly string[] {
  return [
    'kubectl',
    ...(of.context === undefined ? [] : [`--context=${of.context}`]),
    ...['get', 'nodes', '--request-timeout=20s', `--output=jsonpath=${nodePath}`],
    ...(of.selector === undefined ? [] : [`--selector=${of.selector}`]),
  ];
}

const wantsKubectl = 'give this job kubectl and a kubeconfig that may list nodes';

/** `kubernetes-nodes-ready`: kubectl of this job lists the nodes, and all are ready. */
const kubernetesNodesReady = askedLine({
  ...worded.kubernetesNodesReady,
  ways: ['kubectl'],
  asking: (_policy, given) => {
    const { context, selector } = given;
    const line = nodesLine({ context, selector });
    const question: QuestionOf<'command'> = { kind: 'command', line, timeoutMs: kubectlTimeoutMs, whole: true };
    return {
      asks: (here, answers) => [question, ...asksWord(given, here, answers)],
      finds: (here, answers) => {
        const told = answers.of(question);
        // Where this job has no kubectl, somebody who has looked may say so.
        const silent = (words: string): Found => {
          const remedy = `${wantsKubectl}, or write .github/attestations/${here.item.id}.yml with by:, at:, expires:`;
          return orWord(unknown(`kubectl: ${words}`, remedy), given, here, answers);
        };
        if (told.kind === 'unknown') return silent('it could not be started');
        const { code, timedOut, said, output = '' } = told.value;
        if (timedOut) return silent('it did not answer in time');
        if (code !== 0) return silent(`exit ${code}${said === '' ? '' : `: ${said}`}`);
        const nodes = output.split('\n').flatMap((one) => {
          const [node = '', ready = ''] = one.trim().split('\t');
          return node === '' ? [] : [{ node, ready: ready === 'True' }];
        });
        const bad = nodes.filter(({ ready }) => !ready).map(({ node }) => node);
        if (nodes.length === 0) return unknownFinding('kubectl lists no node', 'check context and selector');
        if (bad.length > 0)
          return fail(
            `${bad.length} of ${nodes.length} not ready: ${listed(bad, 3)}`,
            'see `kubectl describe node`',
            '',
          );
        return pass(`${nodes.length} of ${nodes.length} ready`);
      },
    };
  },
});

/** In the order of the catalogue. */
export const operationLines: readonly Criterion[] = [backupRestorable, kubernetesNodesReady];
