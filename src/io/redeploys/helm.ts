// helm as a way back: the newest revision that ended well and has the version; a pending release is never touched.
import { z } from 'zod';
import type { HelmRedeploy } from '../../providers/redeploys.ts';
import type { Command, Redeployed, Redeployer, RedeployTarget } from '../../world.ts';
import { createProgram, type Program } from './program.ts';

const historyShape = z.array(
  z.looseObject({
    revision: z.number().int(),
    status: z.string(),
    chart: z.string().optional(),
    app_version: z.string().optional(),
    description: z.string().optional(),
  }),
);
type Revision = z.infer<typeof historyShape>[number];

/** The release of one side (empty: the only one). */
export function helmRedeployer(options: HelmRedeploy, side: string, command: Command): Redeployer {
  const release = side === '' ? (options.release ?? '') : (options.releases?.[side] ?? side);
  const place = [
    ...(options.context === undefined ? [] : ['--kube-context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
  ];
  const helm = createProgram(options.helm ?? 'helm', place, command);
  return {
    async bring(target, withinMs) {
      if (release === '') return failed('no release is named', 'Add `rollback.redeploy.helm.release` to the policy.');
      const read = await history(helm, release);
      if (!Array.isArray(read))
        return failed(read, 'Check release, namespace and context under `rollback.redeploy.helm`.');
      const revisions: readonly Revision[] = read;
      const current = revisions.at(-1);
      if (current?.status.startsWith('pending-')) {
        const because = `release ${release} is ${current.status} (revision ${current.revision}): another helm is at work, or died`;
        return failed(because, `When none is: helm rollback ${release} <revision> by hand, then press again.`);
      }
      if (current?.status === 'deployed' && isOf(current, target)) {
        return { ok: true, words: `release ${release} has ${target.version} already`, fix: '', notes: [] };
      }
      // What failed was never good; helm's own default takes the one before, whatever became of it.
      const good = revisions.filter(
        (one) => (one.status === 'superseded' || one.status === 'deployed') && one !== current && isOf(one, target),
      );
      const found = good.at(-1);
      if (found === undefined)
        return failed(
          `no revision of ${release} that ended well has ${target.version}`,
          `See: helm history ${release}.`,
        );
      const seconds = Math.max(1, Math.ceil(withinMs / 1000));
      const words = ['rollback', release, String(found.revision), '--wait', `--timeout=${seconds}s`];
      const done = await helm(words, withinMs + 5_000);
      if (!done.ok)
        return failed(`helm rollback ${release} ${found.revision}: ${done.because}`, `See: helm status ${release}.`);
      const after = await this.runs(target);
      if (!after.ok) return failed(`helm rollback ended well, but ${after.words}`, `See: helm history ${release}.`);
      return {
        ok: true,
        words: `release ${release} rolled back to revision ${found.revision}; ${after.words}`,
        fix: '',
        notes: [],
      };
    },
    async runs(target) {
      const read = await history(helm, release);
      if (!Array.isArray(read)) return { ok: false, words: read };
      const current: Revision | undefined = read.at(-1);
      const words = `${release} is ${current?.status ?? 'not there'} with ${current?.app_version ?? 'no version'}`;
      return { ok: current?.status === 'deployed' && isOf(current, target), words };
    },
  };
}

async function history(helm: Program, release: string): Promise<Revision[] | string> {
  const said = await helm(['history', release, '--output', 'json', '--max', '256']);
  if (!said.ok) return `the history of ${release} cannot be read: ${said.because}`;
  try {
    return historyShape.parse(JSON.parse(said.out)).sort((a, b) => a.revision - b.revision);
  } catch {
    return `the history of ${release} cannot be read: helm answers no list`;
  }
}

/** A rollback's own revision carries the version of the one that it copied. */
function isOf({ app_version = '', description = '' }: Revision, { version, sha }: RedeployTarget): boolean {
  if (version !== '' && (app_version === version || `v${app_version}` === version)) return true;
  return (
    sha !== '' &&
    (app_version === sha || (app_version.length >= 7 && sha.startsWith(app_version)) || description.includes(sha))
  );
}

function failed(words: string, fix: string): Redeployed {
  return { ok: false, words, fix, notes: [] };
}
