// Words of the criteria in calendar.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';

export const notBeforeHolidays = {
  id: 'deploy-window-holidays',
  title: 'Not right before a holiday',
  moment: 'deploy',
  with: once(() => z.strictObject({ 'days-before': z.int().min(1).max(14).default(1) })),
} as const;

export const noFreeze = {
  id: 'change-freeze',
  title: 'No freeze',
  moment: 'deploy',
  with: once(() => z.strictObject({})),
} as const;
