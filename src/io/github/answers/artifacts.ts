// Answers about files in artifacts: of the newest run of a workflow on a commit, never of an older one that went better.
import { z } from 'zod';
import type { ArtifactFileFact } from '../../../evidence/artifact.ts';
import type { WorkflowRunFact } from '../../../evidence/fact.ts';
import type { QuestionOf } from '../../../evidence/question.ts';
import { unzip, type ZipEntry, ZipFault, zipEntries } from '../../zip.ts';
import { type Client, segment } from '../client.ts';
import { download } from '../download.ts';
import { orMissing, Refusal } from '../refusal.ts';
import { runShape } from '../shape.ts';

/** Bytes of the largest archive that is fetched, and of the largest file taken out of one (reports of the workspace have the same limit). */
const mostArchive = 100 * 1024 * 1024;
const mostFile = 20 * 1024 * 1024;
/** Workflows of one commit that are looked through when the policy names none. */
const mostRuns = 20;

const artifactShape = z.object({
  id: z.number(),
  name: z.string(),
  size_in_bytes: z.number(),
  expired: z.boolean(),
});
type Artifact = z.output<typeof artifactShape>;

interface Held {
  readonly run: WorkflowRunFact;
  readonly artifact: Artifact;
}

/** What shares one download among the questions that are asked at the same moment. */
type Share = <T>(key: string, make: () => Promise<T>) => Promise<T>;

/** The file at `path` in the artifact of that name. `ownRun`: the run we are in is not over, and its artifacts count. Throws a Refusal. */
export async function artifactFile(
  client: Client,
  question: QuestionOf<'artifact-file'>,
  { ownRun, share }: { readonly ownRun: number; readonly share: Share },
): Promise<ArtifactFileFact> {
  const { artifact: name, workflow, path, sha } = question;
  const where = workflow === undefined ? 'any workflow' : workflow;
  const runs = newestOfEach(await share(`runs ${sha} ${workflow}`, () => runsOf(client, sha, workflow)));
  const [none] = runs;
  if (none === undefined)
    return absent(
      `${where} has not run on ${sha.slice(0, 7)}`,
      `run ${where} on this commit, with a step that uploads ${name}`,
    );
  const listed = await Promise.all(
    runs.slice(0, mostRuns).map((run) => share(`artifact ${name} of ${run.id}`, () => artifactOf(client, run, name))),
  );
  const held = listed.flatMap((one) => one ?? []);
  const [first, second] = held;
  if (first === undefined) return withoutArtifact(name, runs, ownRun);
  if (second !== undefined) {
    const files = held.map(({ run }) => run.path).join(', ');
    return absent(
      `${held.length} workflows uploaded ${name}: ${files}`,
      'name the one that counts under `from: workflow:`',
    );
  }
  const wrong = notWhole(first, ownRun);
  if (wrong !== undefined) return wrong;
  if (path === '') return fileOf(first, '', '');
  const zip = await share(`archive ${first.artifact.id}`, () => archiveOf(client, first.artifact));
  return fileIn(zip, path, first);
}

async function runsOf(client: Client, sha: string, workflow: string | undefined): Promise<readonly WorkflowRunFact[]> {
  const file = workflow?.split('/').at(-1) ?? '';
  const path = workflow === undefined ? '/actions/runs' : `/actions/workflows/${segment(file)}/runs`;
  return orMissing(
    client.pages(client.path(path), { head_sha: sha }, runShape, { field: 'workflow_runs' }),
    `there is no workflow ${workflow}`,
    'add the workflow to the default branch, or correct its name in the policy',
  );
}

/** Ids of runs grow: the newest of each workflow decides, red or green. */
function newestOfEach(runs: readonly WorkflowRunFact[]): readonly WorkflowRunFact[] {
  const newest = new Map<string, WorkflowRunFact>();
  for (const run of runs) if ((newest.get(run.path)?.id ?? 0) < run.id) newest.set(run.path, run);
  return [...newest.values()].sort((a, b) => b.id - a.id);
}

async function artifactOf(client: Client, run: WorkflowRunFact, name: string): Promise<Held | undefined> {
  const path = client.path(`/actions/runs/${run.id}/artifacts`);
  const listed = await client.pages(path, { name }, artifactShape, { field: 'artifacts' });
  // A re-run uploads it again: the newest counts.
  const [newest] = listed.filter((one) => one.name === name).sort((a, b) => b.id - a.id);
  return newest === undefined ? undefined : { run, artifact: newest };
}

function withoutArtifact(name: string, runs: readonly WorkflowRunFact[], ownRun: number): ArtifactFileFact {
  const running = runs.find((run) => run.status !== 'completed' && run.id !== ownRun);
  if (running !== undefined) return pending(running);
  const files = runs.map(({ path }) => path.split('/').at(-1)).join(', ');
  return absent(
    `no artifact ${name} in the newest run of ${files}`,
    `upload it there with actions/upload-artifact, name: ${name}`,
  );
}

function notWhole({ run, artifact }: Held, ownRun: number): ArtifactFileFact | undefined {
  const { name } = artifact;
  if (run.status !== 'completed' && run.id !== ownRun) return pending(run);
  if (run.status === 'completed' && run.conclusion !== 'success') {
    const what = `the newest run of ${run.path} ended with ${run.conclusion ?? 'nothing'}`;
    return absent(`${what}: its ${name} may be half of it`, 're-run it until it succeeds');
  }
  if (artifact.expired) return absent(`${name} of run ${run.id} has expired`, `run ${run.path} on this commit again`);
  if (artifact.size_in_bytes <= mostArchive) return undefined;
  const size = `${Math.ceil(artifact.size_in_bytes / 1024 / 1024)} MB, more than 100`;
  return absent(`${name} of run ${run.id} has ${size}`, 'upload the report alone as an artifact of its own');
}

async function archiveOf(client: Client, artifact: Artifact): Promise<Buffer> {
  const what = `the artifact ${artifact.name}`;
  const url = await orMissing(
    client.location(client.path(`/actions/artifacts/${artifact.id}/zip`)),
    `${what} has expired`,
    'run the workflow on this commit again',
  );
  return download({ url, what, most: mostArchive }, client.clock);
}

function fileIn(zip: Buffer, path: string, { run, artifact }: Held): ArtifactFileFact {
  try {
    const entries = zipEntries(zip);
    const entry = entryAt(entries, path);
    if (entry === undefined) {
      const names = entries.slice(0, 3).map(({ name }) => name);
      const shown = entries.length > 3 ? `${names.join(', ')} and ${entries.length - 3} more` : names.join(', ');
      return absent(
        `${artifact.name} of run ${run.id} has no ${path}: it holds ${shown || 'nothing'}`,
        'correct the path, or upload the file',
      );
    }
    const text = unzip(zip, entry, mostFile).toString('utf8');
    return fileOf({ run, artifact }, entry.name, text);
  } catch (fault) {
    if (!(fault instanceof ZipFault)) throw fault;
    throw new Refusal({
      kind: 'unreadable',
      because: `the artifact ${artifact.name} of run ${run.id} cannot be read: ${fault.message}`,
      remedy: 'upload the report with actions/upload-artifact on this commit again',
      where: '',
    });
  }
}

function fileOf({ run }: Held, entry: string, text: string): ArtifactFileFact {
  return { found: true, text, entry, run: { id: run.id, event: run.event, url: run.url } };
}

/** An artifact leaves out the folders that all its files share: `coverage/lcov.info` may lie there as `lcov.info`. */
function entryAt(entries: readonly ZipEntry[], path: string): ZipEntry | undefined {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  for (let from = 0; from < steps.length; from += 1) {
    const name = steps.slice(from).join('/');
    const found = entries.find((entry) => entry.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function absent(because: string, remedy: string): ArtifactFileFact {
  return { found: false, because, remedy, pending: false };
}

function pending(run: WorkflowRunFact): ArtifactFileFact {
  return { found: false, because: `${run.path} still runs`, remedy: 'nothing: the gate asks again', pending: true };
}
