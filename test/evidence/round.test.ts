// Asking in rounds: each distinct question once, what became askable next, and nothing unasked ever passes.
import { describe, expect, test } from '@jest/globals';
import { type Answer, type Ask, keyOf, known, unknown } from '../../src/evidence/answer.ts';
import type { Question, QuestionKind, QuestionOf } from '../../src/evidence/question.ts';
import { gather, roundLimit } from '../../src/evidence/round.ts';

function port(tell: (question: Question) => unknown) {
  const asked: Question[] = [];
  const ask: Ask = async <K extends QuestionKind>(question: QuestionOf<K>) => {
    asked.push(question as Question);
    return tell(question as Question) as Answer<K>;
  };
  return { ask, asked };
}

describe('gather', () => {
  test('asks equal questions once, whatever the order of their words', async () => {
    const { ask, asked } = port(() => known({}));

    await gather(ask, () => [
      { kind: 'comparison', base: 'a', head: 'b' },
      { kind: 'comparison', head: 'b', base: 'a' },
      { kind: 'commit', sha: 'a' },
    ]);

    expect(asked).toHaveLength(2);
  });

  test('asks next what an answer made askable', async () => {
    const { ask } = port((question) => (question.kind === 'pulls-of' ? known([{ number: 7 }]) : known([])));

    const answers = await gather(ask, (so) => [
      { kind: 'pulls-of', sha: 'a' },
      ...(so.value({ kind: 'pulls-of', sha: 'a' }) ?? []).map(
        (pull): Question => ({ kind: 'reviews', pull: pull.number }),
      ),
    ]);

    expect(answers.of({ kind: 'reviews', pull: 7 })).toEqual(known([]));
  });

  test(`stops after ${roundLimit} rounds; what is still open is unknown`, async () => {
    const { ask, asked } = port((question) => known({ number: 'number' in question ? question.number : 0 }));
    let next = 0;

    const answers = await gather(ask, () => {
      next += 1;
      return Array.from({ length: next }, (_, index): Question => ({ kind: 'pull', number: index }));
    });

    expect(asked).toHaveLength(roundLimit);
    expect(answers.of({ kind: 'pull', number: roundLimit })).toMatchObject({ kind: 'unknown' });
  });

  test('carries on with the answers of an earlier call', async () => {
    const { ask, asked } = port(() => known({ sha: 'x' }));
    const first = await gather(ask, () => [{ kind: 'checkout' }]);

    const second = await gather(ask, () => [{ kind: 'checkout' }, { kind: 'commit', sha: 'x' }], { from: first });

    expect(asked).toHaveLength(2);
    expect(second.value({ kind: 'checkout' })).toEqual({ sha: 'x' });
  });

  test('gives no value for what nobody could tell', async () => {
    const { ask } = port(() => unknown('403', 'add checks: read'));

    const answers = await gather(ask, () => [{ kind: 'ci', sha: 'a' }]);

    expect(answers.value({ kind: 'ci', sha: 'a' })).toBeUndefined();
    expect(answers.of({ kind: 'ci', sha: 'a' })).toEqual(unknown('403', 'add checks: read'));
  });

  test('keys tell questions of different kinds apart', () => {
    expect(keyOf({ kind: 'commit', sha: 'a' } as never)).not.toBe(keyOf({ kind: 'ci', sha: 'a' } as never));
  });
});
