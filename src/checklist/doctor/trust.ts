// The doctor on trust: whether records are signed, which of them are not, and how the policy did while it stopped nothing.
import type { Answers } from '../../evidence/answer.ts';
import type { Run } from '../../evidence/run.ts';
import type { Effective } from '../../policy/effective.ts';
import { type History, readHistory } from '../../record/history.ts';
import { trialOf, trialWords } from '../../record/trial.ts';
import { unsignedNote } from '../unsigned.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

/** One line on record-key, and one on the trial where the policy is on trial. */
export function trustSymptoms(policy: Effective, run: Run, answers: Answers, now: number): readonly Symptom[] {
  const { environment } = policy;
  const facts = answers.value({ kind: 'deployments', environment });
  const history = facts && readHistory(facts, { environment, unit: policy.unit.name ?? '' });
  return [keySymptom(run, history), ...trialSymptom(policy, history, now)];
}

function keySymptom({ recordKey }: Run, history: History | undefined): Symptom {
  const note = history === undefined ? '' : unsignedNote(history);
  const remedy = 'Give every step the same `record-key`, a secret of the environment (`openssl rand -base64 32`)';
  if (recordKey === undefined)
    return symptom(
      'record-key',
      'not-configured',
      'records are not signed: whoever may write deployments can forge one',
      remedy,
    );
  return note === ''
    ? pass('record-key', 'records are signed and checked')
    : symptom('record-key', 'warn', note, remedy);
}

function trialSymptom({ enforce }: Effective, history: History | undefined, now: number): readonly Symptom[] {
  const trial = history && trialOf(history);
  if (enforce === 'full' || trial === undefined) return [];
  const remedy =
    trial.closed === 0 ? 'Write `enforce: full`' : 'Look at those in the reports, then write `enforce: full`';
  return [symptom('report mode', 'warn', trialWords(trial, now), remedy)];
}
