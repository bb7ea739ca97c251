// The tiers of the 2024 DORA report, for the four figures that it banded. The report of 2025 has none any more: hence the year in every label.
import { fewest, type Rhythm } from '../../policy/target.ts';

export type Tier2024 = 'elite' | 'high' | 'high or medium' | 'medium' | 'low' | 'too few';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** The band of a figure; undefined for what was not banded. Of fewer than five none is told, and none of the team as a whole. The bands of 2024 do not
 * part high from medium by recovery (both within a day) nor by failures (high 20 %, medium 10 %). */
export function tierOf(
  id: string,
  { n, value }: { readonly n: number; readonly value: number | Rhythm | undefined },
): Tier2024 | undefined {
  if (!['deployment-frequency', 'lead-time', 'change-failure-rate', 'recovery-time'].includes(id)) return undefined;
  if (n < fewest || value === undefined) return 'too few';
  if (typeof value !== 'number')
    return ({ daily: 'elite', weekly: 'high', monthly: 'medium', yearly: 'low' } as const)[value];
  if (id === 'lead-time') return byLead(value);
  if (id === 'recovery-time') return value < hourMs ? 'elite' : value < dayMs ? 'high or medium' : 'low';
  return value <= 0.05 ? 'elite' : value <= 0.2 ? 'high or medium' : 'low';
}

function byLead(ms: number): Tier2024 {
  if (ms < dayMs) return 'elite';
  if (ms < 7 * dayMs) return 'high';
  return ms < 30 * dayMs ? 'medium' : 'low';
}
