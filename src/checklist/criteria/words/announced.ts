// Words of the criteria in announced.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

const options = once(() =>
  z.strictObject({ label: z.string().min(1).default('announcement').describe('of issues that announce') }),
);

export const toTeam = {
  id: 'announcement-sent',
  title: 'Announced to the team',
  moment: 'review',
  with: options,
} as const;
export const toStakeholders = {
  id: 'stakeholder-window-notified',
  title: 'Stakeholders told of the window',
  moment: 'review',
  with: options,
} as const;

export const announcements = [toTeam, toStakeholders] as const;
