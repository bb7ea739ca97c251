// Words of the criteria in plan-sections.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

const file = once(() =>
  z.string().min(1).optional().describe('a file of the repository that says it instead of the pull request'),
);
const options = once(() => z.strictObject({ file: file() }));

export const planSections = [
  { id: 'user-facing-changes-described', title: 'What users will see', moment: 'review', with: options },
  { id: 'risks-mitigations-listed', title: 'Risks and what is done about them', moment: 'review', with: options },
  {
    id: 'escalation-path-defined',
    title: 'Whom to call',
    moment: 'review',
    with: once(() => z.strictObject({ file: z.string().min(1).default('docs/runbook.md') })),
  },
  { id: 'release-notes-prepared', title: 'Release notes written', moment: 'review', with: options },
] as const;

/** A list of headings or lines under `key`, and none under the other one. */
function named(id: string, title: string, key: 'sections' | 'answers') {
  const shape = once(() => {
    const list = z.array(z.string().regex(/^[a-z][a-z-]*$/)).min(1);
    return z
      .strictObject({ file: file(), sections: list.optional(), answers: list.optional() })
      .refine((given) => given[key === 'sections' ? 'answers' : 'sections'] === undefined, {
        error: `takes ${key}`,
      });
  });
  return { id, title, moment: 'review', with: shape } as const;
}

export const announcementTemplate = named('announcement-template', 'Announcement written', 'sections');
export const rollbackWalkthrough = named('go-rollback-walkthrough', 'Way back walked through', 'answers');

export const runbookReviewed = {
  id: 'runbook-reviewed',
  title: 'Runbook reviewed',
  moment: 'review',
  with: once(() => z.strictObject({ file: z.string().min(1).default('docs/runbook.md') })),
} as const;
