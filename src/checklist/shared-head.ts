// Heads that several pull requests share: whoever puts a commit before a branch with easier checks gets green runs of the very same workflow file.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { Range } from './range.ts';

type Of = Pick<Range, 'pulls'>;

/** Asks for all pull requests from the branch of the newest one. */
export function asksSharing({ pulls: [newest] }: Of): readonly Question[] {
  return newest === undefined ? [] : [pullsFrom(newest.headRef)];
}

/** Whether the head of the newest pull request was offered to another branch too. True while nobody tells: then no run hides another. */
export function isShared({ pulls: [newest] }: Of, answers: Answers): boolean {
  if (newest === undefined) return false;
  const told = answers.of(pullsFrom(newest.headRef));
  if (told.kind === 'unknown') return true;
  return told.value.some(({ headSha, baseRef }) => headSha === newest.headSha && baseRef !== newest.baseRef);
}

function pullsFrom(ref: string): QuestionOf<'pulls-from'> {
  return { kind: 'pulls-from', ref };
}
