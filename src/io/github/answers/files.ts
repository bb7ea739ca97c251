// Answers about files: of the repository at a commit, of the checked-out workspace, and which commit is checked out.
import { z } from 'zod';
import type { FileFact, FolderFact } from '../../../evidence/fact.ts';
import type { Files } from '../../../world.ts';
import { type Client, type Repository, segment } from '../client.ts';
import { readField } from '../graph.ts';
import { isMissing, Refusal } from '../refusal.ts';

/** A file at a commit, through the API. A file that is not there is a fact; a commit that is not there is not. */
export async function file(client: Client, path: string, sha: string, serverUrl: string): Promise<FileFact> {
  const steps = stepsOf(path);
  const alone = () => fileOf(client, client.repository, { path, sha }, serverUrl);
  // A branch or a tag is no name of an object.
  if (!/^[0-9a-f]{40}$/.test(sha) || steps.length === 0) return alone();
  return client.part({
    calls: 1,
    select: (give) =>
      `object(oid: ${give('GitObjectID!', sha)}) { ... on Commit { file(path: ${give('String!', steps.join('/'))}) { mode object { __typename ... on Blob { text byteSize isTruncated } } } } }`,
    tell: (field) => {
      const told = readField(field, fileField);
      if (told === undefined) return undefined;
      const { owner, name } = client.repository;
      return { path, ...told, at: sha, url: pageOf(serverUrl, `${owner}/${name}`, sha, steps) };
    },
    alone,
  });
}

const plainModes = [0o100644, 0o100755];

/** Links, folders, what is cut and what is no UTF-8 text are left to REST. */
const fileField = z
  .object({
    file: z
      .object({
        mode: z.number(),
        object: z.object({ text: z.string(), byteSize: z.number(), isTruncated: z.literal(false) }),
      })
      .refine(({ mode, object }) => plainModes.includes(mode) && Buffer.byteLength(object.text) === object.byteSize)
      .nullable(),
  })
  .transform(({ file: found }) => ({ found: found !== null, text: found?.object.text ?? '' }));

function pageOf(serverUrl: string, repository: string, sha: string, steps: readonly string[]): string {
  return `${serverUrl.replace(/\/$/, '')}/${repository}/blob/${sha}/${steps.map(segment).join('/')}`;
}

/** A file of another repository, `owner/name`. What the token cannot see looks to it as if it were not there. */
export async function foreignFile(
  client: Client,
  { repository, path, sha }: { readonly repository: string; readonly path: string; readonly sha: string },
  serverUrl: string,
): Promise<FileFact> {
  const [owner = '', name = ''] = repository.split('/');
  return fileOf(client, { owner, name }, { path, sha }, serverUrl);
}

async function fileOf(
  client: Client,
  repository: Repository,
  { path, sha }: { readonly path: string; readonly sha: string },
  serverUrl: string,
): Promise<FileFact> {
  const names = stepsOf(path);
  const steps = names.map(segment).join('/');
  const { owner, name } = repository;
  const below = `/repos/${segment(owner)}/${segment(name)}`;
  const url = pageOf(serverUrl, `${owner}/${name}`, sha, names);
  try {
    const found = await client.get(`${below}/contents/${steps}`, { ref: sha }, contentShape);
    return { path, found: true, text: await textOf(client, below, path, found), at: sha, url };
  } catch (fault) {
    if (isMissing(fault)) return { path, found: false, text: '', at: sha, url };
    throw fault;
  }
}

/** A file of the workspace. Throws a Refusal when the path leaves it. */
export async function workspaceFile(files: Pick<Files, 'read'>, path: string): Promise<FileFact> {
  try {
    const text = await files.read(path);
    return { path, found: text !== undefined, text: text ?? '', at: 'workspace', url: '' };
  } catch (fault) {
    throw unreadable(path, fault);
  }
}

/** The files below a folder of the workspace. Throws a Refusal when it leaves the workspace. */
export async function workspacePaths(files: Pick<Files, 'walk'>, folder: string): Promise<FolderFact> {
  try {
    return await files.walk(folder);
  } catch (fault) {
    throw unreadable(folder, fault);
  }
}

/** The commit that is checked out: git's own HEAD file, and the branch it names. Empty without a checkout. */
export async function checkout(files: Pick<Files, 'read'>): Promise<{ readonly sha: string }> {
  try {
    const head = (await files.read('.git/HEAD'))?.trim();
    const ref = /^ref: (\S+)$/.exec(head ?? '')?.[1];
    if (ref === undefined) return { sha: head ?? '' };
    const loose = (await files.read(`.git/${ref}`))?.trim();
    return { sha: loose ?? packed(ref, (await files.read('.git/packed-refs')) ?? '') };
  } catch (fault) {
    throw unreadable('.git/HEAD', fault);
  }
}

function stepsOf(path: string): readonly string[] {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  if (!steps.includes('..')) return steps;
  throw new Refusal({
    kind: 'invalid',
    because: `\`${path}\` leaves the repository`,
    remedy: 'name the file from the root of the repository, without `..`',
    where: '',
  });
}

function packed(ref: string, text: string): string {
  const line = text.split('\n').find((each) => each.endsWith(` ${ref}`));
  return line?.split(' ')[0] ?? '';
}

// GitHub sends up to 1 MB with the file's entry; a larger one comes as a blob (REST reference, "Get repository content").
async function textOf(
  client: Client,
  below: string,
  path: string,
  found: z.infer<typeof contentShape>,
): Promise<string> {
  if (Array.isArray(found) || found.type !== 'file') {
    throw new Refusal({
      kind: 'invalid',
      because: `\`${path}\` is no file`,
      remedy: 'name a file, not a folder, a link or a submodule',
      where: '',
    });
  }
  if (found.encoding === 'base64') return decode(found.content ?? '');
  const blob = await client.get(`${below}/git/blobs/${segment(found.sha)}`, {}, blobShape);
  return decode(blob.content);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function unreadable(path: string, fault: unknown): Refusal {
  const words = fault instanceof Error ? fault.message : String(fault);
  return new Refusal({
    kind: 'invalid',
    because: `\`${path}\` of the workspace can not be read: ${words}`,
    remedy: 'check the path, and that `actions/checkout` ran before',
    where: '',
  });
}

const contentShape = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), sha: z.string(), encoding: z.string().optional(), content: z.string().optional() }),
]);

const blobShape = z.object({ content: z.string(), encoding: z.literal('base64') });
