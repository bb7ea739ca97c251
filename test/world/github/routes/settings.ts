// Routes about the names of secrets and variables, which no workflow's token may read.
import { notFound } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import { reading } from '../tokens.ts';

const stamp = '2026-01-01T00:00:00Z';

export const settingRoutes: Routes = {
  'actions/list-environment-secrets': {
    needs: reading('environments'),
    answer: (asked) => listed(asked, 'secrets', environmentOf(asked)),
  },
  'actions/list-environment-variables': {
    needs: reading('environments'),
    answer: (asked) => listed(asked, 'variables', environmentOf(asked)),
  },
  'actions/list-repo-secrets': { needs: reading('secrets'), answer: (asked) => listed(asked, 'secrets', '') },
  'actions/list-repo-variables': { needs: reading('variables'), answer: (asked) => listed(asked, 'variables', '') },
};

function environmentOf(asked: Asked): string {
  const name = asked.text('environment_name').toLowerCase();
  if (!asked.repo.environments.has(name)) throw notFound();
  return name;
}

function listed(asked: Asked, of: 'secrets' | 'variables', environment: string) {
  const names = asked.repo.settings.get(`${environment}/${of}`) ?? [];
  const made = { created_at: stamp, updated_at: stamp };
  const shown = asked.page(names.map((name) => (of === 'secrets' ? { name, ...made } : { name, value: '1', ...made })));
  return { status: 200, body: { total_count: names.length, [of]: shown } };
}
