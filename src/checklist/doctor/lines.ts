// Lines of the checklist that nobody can answer yet: what they would ask the policy does not name, and no file attests them.
import type { Answers } from '../../evidence/answer.ts';
import type { Question } from '../../evidence/question.ts';
import type { Effective } from '../../policy/effective.ts';
import { criteria } from '../criteria/index.ts';
import { listed } from '../words.ts';
import { type Symptom, symptom } from './symptom.ts';

/** The files of the default branch's head, once it is known: attestations may be among them. */
export function asksLines(policy: Effective, answers: Answers): readonly Question[] {
  const head = answers.value({ kind: 'default-branch' })?.sha;
  return head === undefined || lacking(policy).length === 0 ? [] : [{ kind: 'paths', sha: head }];
}

/** One line each, required or not: such a line is unknown in every gate. */
export function lineSymptoms(policy: Effective, answers: Answers): readonly Symptom[] {
  const head = answers.value({ kind: 'default-branch' })?.sha ?? '';
  const there = new Set(answers.value({ kind: 'paths', sha: head })?.paths ?? []);
  return lacking(policy).flatMap(({ id, title, level, ways }) => {
    const [file = '', other = ''] = ['yml', 'md'].map((ending) => `.github/attestations/${id}.${ending}`);
    if (there.has(file) || there.has(other)) return [];
    const found = `${title}: nothing says what to ask, nobody attests it; ${level === 'required' ? 'the gate stays closed' : 'shown as unknown'}`;
    return [
      symptom(
        `line ${id}`,
        'not-configured',
        found,
        `Write ${listed(
          ways.map((way) => `\`${way}\``),
          3,
        )}, or \`${file}\``,
      ),
    ];
  });
}

function lacking({ checklist, ...policy }: Effective) {
  return checklist
    .filter(({ moment, evidence, signOff }) => moment !== 'hygiene' && evidence === undefined && signOff.length === 0)
    .flatMap((item) => {
      const criterion = criteria.find(({ id }) => id === item.id);
      const ways = criterion?.lacks?.({ ...policy, checklist }, item.with) ?? [];
      return ways.length === 0
        ? []
        : [{ id: item.id, title: item.title ?? criterion?.title ?? item.id, level: item.level, ways }];
    });
}
