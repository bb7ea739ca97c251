// Words of the criteria in incidents.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

const label = once(() => z.string().min(1).default('incident').describe('the label that incidents bear'));

export const noOpenIncident = {
  id: 'open-incident-blocks',
  title: 'No open incident',
  moment: 'deploy',
  with: once(() => z.strictObject({ label: label() })),
} as const;

export const recentIncidents = {
  id: 'go-recent-incidents-reviewed',
  title: 'Recent incidents considered',
  moment: 'deploy',
  with: once(() => z.strictObject({ days: z.int().min(1).max(365).default(14), label: label() })),
} as const;

export const hotfixMendsFault = {
  id: 'deployment-type-hotfix',
  title: 'Hotfix for a grave fault',
  moment: 'review',
  with: once(() => z.strictObject({ 'issue-labels': z.array(z.string().min(1)).min(1).default(['P0', 'P1']) })),
} as const;
