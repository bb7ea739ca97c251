// The desk of kept issues in memory: what is open, by key; it refuses when told to.
import { known, unknown } from '../../../src/evidence/answer.ts';
import type { IssueDesk, WantedIssue } from '../../../src/record/issue-desk.ts';

export interface MemoryDesk {
  readonly kept: Map<string, WantedIssue>;
  /** Why nothing is taken; empty: everything is. */
  refuses: string;
}

export function deskOf(desk: MemoryDesk): IssueDesk {
  const numberOf = (key: string) => 700 + [...desk.kept.keys()].indexOf(key);
  const urlOf = (key: string) => `https://github.example/octo-org/shop/issues/${numberOf(key)}`;
  return {
    open: async () =>
      desk.refuses === ''
        ? known([...desk.kept.keys()].map((key) => ({ key, number: numberOf(key), url: urlOf(key) })))
        : unknown(desk.refuses, 'add `issues: write` under `permissions:` of this job'),
    keep: async (_label, wanted) => {
      if (desk.refuses !== '') return { how: 'refused', url: '', because: desk.refuses };
      const there = desk.kept.get(wanted.key);
      desk.kept.set(wanted.key, wanted);
      const same = JSON.stringify(there) === JSON.stringify(wanted);
      const how = there === undefined ? 'opened' : same ? 'unchanged' : 'updated';
      return { how, url: urlOf(wanted.key), because: '' };
    },
    close: async ({ key }) => {
      desk.kept.delete(key);
      return { how: 'closed', because: '' };
    },
  };
}
