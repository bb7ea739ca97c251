// The lines of the gate that ask about migrations, answered in migrate's record: what the linter can tell, and what only a rehearsal, the run or a person can.
import { plain } from '../kit/phrase.ts';
import type { EvidenceRow } from '../record/evidence.ts';
import { type Fault, spotOf } from './fault.ts';
import type { LintedFile } from './lint.ts';
import { lineAnswer, type Rehearsed } from './rehearsed.ts';
import { whyNoTransaction } from './statement.ts';

/** Each of the gate's lines about migrations, and who can answer it when the linter cannot. */
const later: Readonly<Record<string, string>> = {
  'migration-tested-clean-db': 'rehearse it: migrate with phase: rehearse',
  'migration-tested-production-like': 'rehearse it on data like production’s: migrate with phase: rehearse',
  'migration-rollback-tested': 'rehearse the way down: migrate with phase: rehearse',
  'migration-duration-limit': 'rehearse it: migrate with phase: rehearse measures the time',
  'migration-online-tool-large-table': 'rehearse it: migrate with phase: rehearse counts the rows',
  'migration-index-analysis': 'rehearse it: migrate with phase: rehearse looks at the indexes',
  'migration-foreign-keys-verified': 'rehearse it: migrate with phase: rehearse looks for orphaned rows',
  'migration-backup-first': 'migrate with phase: apply makes the backup and names it',
  'migration-data-consistency': 'migrate with phase: apply compares, where the policy has migrations.validate',
  'pipeline-runs-migrations': 'let the workflow that deploys run migrate with phase: apply',
  'migration-baseline-collected': 'let a person sign it',
  'migration-pool-during-deploy': 'let a person sign it',
  'migration-schedule-communicated': 'let a person sign it',
  'users-told-of-migration': 'let a person sign it',
};

/** Lines that the findings of these rules answer. */
const byRules: Readonly<Record<string, readonly string[]>> = {
  'migration-no-same-release-drop': ['same-release-add-drop'],
  'migration-drop-after-retention': ['drop-before-retention'],
  'migration-add-default-when-not-null': ['add-column-not-null-without-default'],
  'migration-rename-in-steps': ['rename-column', 'rename-table', 'rename-schema', 'rename-enum-value'],
  'migration-has-down': ['up-has-down'],
};

/** Rules whose finding is a No, while their silence is no Yes. */
const onlyAgainst: Readonly<Record<string, readonly string[]>> = {
  'migration-index-analysis': ['duplicate-index', 'fk-without-index'],
};

export const criterionIds: readonly string[] = [
  'migration-lint-idempotent',
  'migration-transactional',
  'migration-tool-settings',
  ...Object.keys(byRules),
  ...Object.keys(later),
];

export interface Answering {
  /** Criteria that the policy's checklist asks. */
  readonly asked: readonly string[];
  /** Files of this change. */
  readonly own: readonly LintedFile[];
  readonly tool: string;
  /** Rules that the policy switched off: their silence says nothing. */
  readonly off: readonly string[];
  readonly rehearsed?: Rehearsed | undefined;
  /** What an apply did; absent for lint and rehearse. */
  readonly applied?:
    | {
        readonly backup: string;
        /** Why it will be gone when it is needed. */
        readonly backupGone: string;
        readonly validations: number;
        readonly broken: string;
        readonly done: boolean;
      }
    | undefined;
}

/** A row for each criterion about migrations that the policy asks. */
export function criterionRows(answering: Answering): readonly EvidenceRow[] {
  return criterionIds.filter((id) => answering.asked.includes(id)).map((id) => rowOf(id, answering));
}

function rowOf(id: string, answering: Answering): EvidenceRow {
  const { outcome, told, todo = '' } = answerOf(id, answering);
  const who = outcome === 'pass' || outcome === 'not-applicable' ? '' : 'author';
  return {
    id,
    outcome,
    title: id.replace(/^migration-/, '').replace(/-/g, ' '),
    who,
    todo,
    evidence: told,
    required: false,
  };
}

interface Answer {
  readonly outcome: 'pass' | 'fail' | 'unknown' | 'not-applicable';
  readonly told: string;
  readonly todo?: string;
}

function answerOf(id: string, answering: Answering): Answer {
  const { own, off, tool } = answering;
  if (own.length === 0) return { outcome: 'not-applicable', told: 'no migration of this change' };
  const rules = byRules[id] ?? onlyAgainst[id];
  const found = own.flatMap(({ faults }) => faults).find(({ rule }) => rules?.includes(rule) === true);
  if (found !== undefined) return against(found);
  const seen =
    appliedAnswer(id, answering) ??
    (answering.rehearsed === undefined ? undefined : lineAnswer(id, answering.rehearsed));
  if (seen !== undefined) return seen;
  const unread = own.find(({ compatible, linted }) => compatible.unread === true || !linted);
  const todo = later[id];
  if (todo !== undefined) return { outcome: 'unknown', told: 'a linter cannot tell', todo };
  if (unread !== undefined)
    return { outcome: 'unknown', told: `${unread.parsed.file.path} was not checked`, todo: 'look at it by hand' };
  const silent = rules?.find((rule) => off.includes(rule));
  if (silent !== undefined)
    return {
      outcome: 'unknown',
      told: `the policy switches ${silent} off`,
      todo: 'switch it on under migrations.rules',
    };
  if (id === 'migration-lint-idempotent') return idempotent(own);
  if (id === 'migration-transactional') return transactional(own);
  if (id === 'migration-tool-settings') return settings(tool);
  return { outcome: 'pass', told: `${own.length === 1 ? '1 file' : `${own.length} files`} linted` };
}

function appliedAnswer(id: string, { applied }: Answering): Answer | undefined {
  if (applied === undefined) return undefined;
  if (id === 'migration-backup-first' && applied.backupGone !== '')
    return { outcome: 'fail', told: applied.backup, todo: applied.backupGone };
  if (id === 'migration-backup-first' && applied.backup === '')
    return {
      outcome: 'unknown',
      told: 'this run made no backup',
      todo: 'name the command that makes it: migrations.backup.command',
    };
  if (id === 'migration-backup-first') return { outcome: 'pass', told: applied.backup };
  if (id === 'pipeline-runs-migrations' && applied.done)
    return { outcome: 'pass', told: 'this run of the workflow applied them' };
  if (id !== 'migration-data-consistency' || applied.validations === 0) return undefined;
  return applied.broken === ''
    ? { outcome: 'pass', told: `${applied.validations} validations hold` }
    : { outcome: 'fail', told: applied.broken, todo: 'look at the data' };
}

function against(fault: Fault): Answer {
  return { outcome: 'fail', told: `${spotOf(fault)} ${plain(fault.what)}`, todo: fault.fix };
}

/** A file in a transaction went in whole or not at all: the tool's history keeps it from a second run. */
function idempotent(own: readonly LintedFile[]): Answer {
  const half = own.find(({ parsed, repeatable }) => !parsed.file.up.transactional && !repeatable);
  if (half !== undefined)
    return {
      outcome: 'fail',
      told: `${half.parsed.file.path} can stop half way and cannot run again`,
      todo: 'guard its statements with IF [NOT] EXISTS',
    };
  const twice = own.filter(({ repeatable }) => repeatable).length;
  return { outcome: 'pass', told: `${twice} of ${own.length} can run twice, the others go in whole or not at all` };
}

function transactional(own: readonly LintedFile[]): Answer {
  const fault = own.flatMap(({ faults }) => faults).find(({ rule }) => rule === 'concurrently-in-transaction');
  if (fault !== undefined) return against(fault);
  const needless = own.find(
    ({ parsed }) =>
      !parsed.file.up.transactional && parsed.file.up.statements.every((one) => whyNoTransaction(one) === undefined),
  );
  if (needless === undefined) return { outcome: 'pass', told: 'in a transaction wherever Postgres allows it' };
  return {
    outcome: 'fail',
    told: `${needless.parsed.file.path} runs without a transaction, and nothing in it needs that`,
    todo: 'remove transaction:false',
  };
}

function settings(tool: string): Answer {
  if (tool === 'plain-sql' || tool === 'dbmate')
    return {
      outcome: 'pass',
      told: `${tool} runs through this action: edited and late files are named, nothing is cleaned`,
    };
  return { outcome: 'unknown', told: `the settings of ${tool} are not read`, todo: 'let a person sign it' };
}
