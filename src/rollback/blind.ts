// Deciding without records: while GitHub is down only what sides answer and a person names can be trusted.
import type { Decision, Situation } from './situation.ts';
import type { Target } from './target.ts';
import { answered, runsTarget, type Way } from './way.ts';

/** Decides where GitHub does not answer: only a sha that a person names, and that a side answers with, can be served. */
export function withoutRecords(situation: Situation): Decision {
  const { to, sides, byPerson } = situation;
  const answers = sides.map(answered).join('; ');
  const command = `gh workflow run ${situation.workflow} -f to=<full sha>`;
  if (!byPerson || to === 'last-known-good') {
    return {
      kind: 'refused',
      reason: 'no-records',
      because: `${answers}. The records cannot be read: GitHub does not answer`,
      fix: `Name the version yourself: ${command}`,
      target: undefined,
    };
  }
  if (!/^[0-9a-f]{40}$/.test(to)) {
    return {
      kind: 'refused',
      reason: 'id-unreadable',
      because: `Deployment ${to} cannot be read: GitHub does not answer. Now: ${answers}`,
      fix: `Give the sha: ${command}`,
      target: undefined,
    };
  }
  const target: Target = { sha: to, version: to.slice(0, 7), artifact: [], deploymentId: undefined, side: '' };
  const side = sides.find((one) => runsTarget(one, target) || (one.answers && one.version === target.version));
  if (side === undefined) {
    return {
      kind: 'refused',
      reason: 'no-target',
      because: `No side runs ${to.slice(0, 7)}: ${answers}`,
      fix: 'Name a version that a side runs, or redeploy when GitHub is back',
      target,
    };
  }
  const there = situation.weights.kind === 'known' && (situation.weights.value[side.side] ?? 0) >= 99.5;
  const way: Extract<Way, { side: string }> = { kind: there ? 'there' : 'traffic', side: side.side };
  return {
    kind: 'go',
    target: { ...target, version: side.version },
    from: undefined,
    own: undefined,
    left: [],
    way,
    notes: ['Guard not evaluated: the records cannot be read; the named sha counts as a person’s word'],
  };
}
