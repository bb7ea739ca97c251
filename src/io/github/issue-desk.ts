// Issues that are kept: found again by label and marker, rewritten when their text differs, closed with a word. Only our own are touched.
import { z } from 'zod';
import { known } from '../../evidence/answer.ts';
import type { IssueDesk } from '../../world.ts';
import { type CommentParts, postComment } from './comment.ts';
import { toUnknown, wordsOf } from './refusal.ts';

const issue = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
  pull_request: z.unknown().optional(),
});
type IssueAnswer = z.infer<typeof issue>;

/** The desk. `render` makes a paragraph of Markdown of a phrase: what stands in issues is escaped by the report room. */
export function createIssueDesk(
  parts: CommentParts,
  render: (phrase: Parameters<IssueDesk['close']>[1]) => string,
): IssueDesk {
  const { client, identity, outgoing } = parts;
  const at = (number: number) => client.path(`/issues/${number}`);
  const once = { shape: issue, lookUp: async () => undefined };
  const listed = async (label: string): Promise<readonly (IssueAnswer & { readonly key: string })[]> => {
    const login = await identity.login();
    const all = await client.pages(client.path('/issues'), { state: 'open', labels: label }, issue);
    return all.flatMap((one) => {
      const key = one.user?.login === login && one.pull_request === undefined ? keyOf(one.body ?? '') : undefined;
      return key === undefined ? [] : [{ ...one, key }];
    });
  };
  return {
    async open(label) {
      try {
        return known((await listed(label)).map(({ key, number, html_url }) => ({ key, number, url: html_url })));
      } catch (fault) {
        return toUnknown(fault);
      }
    },
    async keep(label, { key, title, lines }) {
      const said = {
        title: outgoing.text(title),
        body: `${markerOf(key)}\n${outgoing.text(lines.map(render).join('\n\n'))}`,
      };
      try {
        const find = async () => (await listed(label)).find((one) => one.key === keyOf(markerOf(key)));
        const there = await find();
        if (there === undefined) {
          const made = await client.write(
            'POST',
            client.path('/issues'),
            { ...said, labels: [label] },
            { shape: issue, lookUp: find },
          );
          return { how: 'opened', url: made.value.html_url, because: '' };
        }
        const same = there.title === said.title && normal(there.body ?? '') === normal(said.body);
        if (!same) await client.write('PATCH', at(there.number), said, once);
        return { how: same ? 'unchanged' : 'updated', url: there.html_url, because: '' };
      } catch (fault) {
        return { how: 'refused', url: '', because: wordsOf(fault) };
      }
    },
    async close({ number, key }, why) {
      try {
        await postComment(
          parts,
          number,
          markerOf(`${key} done`),
          `${markerOf(`${key} done`)}\n${outgoing.text(render(why))}`,
        );
        await client.write('PATCH', at(number), { state: 'closed', state_reason: 'completed' }, once);
        return { how: 'closed', because: '' };
      } catch (fault) {
        return { how: 'refused', because: wordsOf(fault) };
      }
    },
  };
}

const prefix = '<!-- boring-deploys chore v1 ';

/** Nothing in a key may end the comment that hides it. */
function markerOf(key: string): string {
  return `${prefix}${key.replaceAll('--', '- -').replace(/[<>\r\n]/g, '')} -->`;
}

function keyOf(body: string): string | undefined {
  const [first = ''] = body.split(/\r?\n/);
  return first.startsWith(prefix) && first.endsWith(' -->') ? first.slice(prefix.length, -' -->'.length) : undefined;
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
