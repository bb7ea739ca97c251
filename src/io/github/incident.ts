// The issue of an incident: opened once, found again by its marker and brought up to date; what people wrote into it stays.
import { z } from 'zod';
import type { Incident } from '../../world.ts';
import { type Client, segment } from './client.ts';
import type { Outgoing } from './outgoing.ts';
import { wordsOf } from './refusal.ts';

const shape = z.object({ number: z.number().int(), html_url: z.string(), body: z.string().nullish() });
/** So many of the newest incidents are looked through. */
const newest = 100;
/** Ours stands above this line; what stands below is people's. */
const border = '<!-- boring-deploys: yours from here on -->';

/** Opens it, or replaces what stands above the border. Never throws: trouble becomes a warning that names the permission. */
export async function keepIncident(
  { client, outgoing }: { readonly client: Client; readonly outgoing: Outgoing },
  { key, title, body, below, labels, once = false }: Incident,
): Promise<{ readonly url: string; readonly warnings: readonly string[] }> {
  const marker = `<!-- boring-deploys incident v1 ${key.replaceAll('--', '- -').replace(/[<>]/g, '')} -->`;
  const above = `${marker}\n${outgoing.text(body.trimEnd())}\n\n${border}`;
  const path = client.path('/issues');
  const find = async () => {
    const words = { state: 'all', sort: 'created', direction: 'desc', labels: labels.join(',') };
    const listed = await client.pages(path, words, shape, { most: newest });
    return listed.find((issue) => issue.body?.startsWith(marker) === true);
  };
  try {
    const there = await find();
    if (there === undefined) {
      const words = { title: outgoing.text(title), body: `${above}\n${outgoing.text(below)}`, labels };
      const made = await client.write('POST', path, words, { shape, lookUp: find });
      return { url: made.value.html_url, warnings: [] };
    }
    if (once) return { url: there.html_url, warnings: [] };
    const [, written = ''] = (there.body ?? '').split(border);
    const next = `${above}${written}`;
    if (next !== there.body) {
      const update = { shape, lookUp: async () => undefined };
      await client.write('PATCH', `${path}/${segment(there.number)}`, { body: next }, update);
    }
    return { url: there.html_url, warnings: [] };
  } catch (fault) {
    return { url: '', warnings: [`no incident was opened: ${wordsOf(fault)}`] };
  }
}
