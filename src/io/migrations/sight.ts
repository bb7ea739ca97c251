// What a role may see of the other sessions of its server, and what of the measured figures that leaves in the dark.
import type { AskRows } from './catalogue.ts';

// Older servers than 14 have no waitstart; pg_read_all_stats came with 10, and pg_monitor has it.
const query = `
  select current_user::text as role,
    pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees,
    current_setting('track_activities') = 'on' as tracked`;

/**
 * Empty: it sees all. Waits are read from pg_locks, which every role may read, so that lock-ms and blocked-ms are whole for it too; what
 * others run is hidden from it, and so are the statements of a tool that logs in as another role.
 */
export async function sightOf(ask: AskRows): Promise<string> {
  const [row] = await ask<{ role: string; sees: boolean; tracked: boolean }>(query);
  if (row === undefined || (row.sees && row.tracked)) return '';
  const why = row.sees
    ? 'track_activities is off on this server'
    : `the role ${row.role} may not look into other sessions (grant pg_monitor to ${row.role} shows them)`;
  return (
    `${why[0]?.toUpperCase() ?? ''}${why.slice(1)}: held times and waits are read from pg_locks and are whole but for what is shorter than a sample of 25 ms, ` +
    'but the statements of other sessions are not shown, and locks of a tool that logs in as another role are lower bounds'
  );
}
