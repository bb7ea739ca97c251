// Keeps evidence: one completed check run, written once and never changed.
import { checkRuns, recordFact } from './answers/ci.ts';
import type { Client } from './client.ts';
import type { Identity } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import type { OwnWrites } from './own-writes.ts';
import { wordsOf } from './refusal.ts';
import { type CheckRunAnswer, checkRunShape } from './shape.ts';

export interface NewRecord {
  readonly name: string;
  readonly sha: string;
  readonly conclusion: string;
  readonly title: string;
  /** Markdown, at most 65,535 characters like `text`. */
  readonly summary: string;
  /** The machine-readable result. Secrets must be out of it before it is digested or signed: what is redacted here no longer fits. */
  readonly text: string;
  readonly externalId: string;
  readonly detailsUrl: string;
  /** Milliseconds since the epoch. */
  readonly completedAt: number;
  /** What is said at lines of files; at most 50, as GitHub takes with one call. */
  readonly notes?: readonly LineNote[];
}

export interface LineNote {
  readonly path: string;
  readonly line: number;
  readonly to: number;
  readonly title: string;
  readonly message: string;
  readonly level: 'failure' | 'warning';
}

export type Kept =
  | { readonly kept: true; readonly url: string; readonly id: number }
  | { readonly kept: false; readonly because: string };

/** Keeps a record; one with the same external id is there already and stays. Never throws: what GitHub refuses is `because`. */
export async function keepEvidence(
  client: Client,
  parts: { readonly own: OwnWrites; readonly outgoing: Outgoing; readonly identity: Identity },
  record: NewRecord,
): Promise<Kept> {
  const find = async (): Promise<CheckRunAnswer | undefined> => {
    const listed = await checkRuns(client, record.sha, record.name);
    return listed.find((check) => check.name === record.name && check.external_id === record.externalId);
  };
  try {
    const check = (await find()) ?? (await create(client, parts.outgoing, record, find));
    const fact = recordFact(check);
    parts.own.keepRecord(fact);
    parts.identity.learn(fact.app);
    return { kept: true, url: fact.url, id: fact.id };
  } catch (fault) {
    return { kept: false, because: wordsOf(fault) };
  }
}

async function create(
  client: Client,
  outgoing: Outgoing,
  record: NewRecord,
  find: () => Promise<CheckRunAnswer | undefined>,
): Promise<CheckRunAnswer> {
  const at = new Date(record.completedAt).toISOString();
  const body = {
    name: record.name,
    head_sha: record.sha,
    status: 'completed',
    conclusion: record.conclusion,
    started_at: at,
    completed_at: at,
    external_id: record.externalId,
    details_url: record.detailsUrl,
    output: {
      title: outgoing.text(record.title),
      summary: outgoing.text(record.summary),
      text: outgoing.json(record.text),
      ...(record.notes === undefined || record.notes.length === 0
        ? {}
        : { annotations: record.notes.map((note) => annotation(note, outgoing)) }),
    },
  };
  const made = await client.write('POST', client.path('/check-runs'), body, { shape: checkRunShape, lookUp: find });
  return made.value;
}

function annotation(note: LineNote, outgoing: Outgoing) {
  return {
    path: note.path,
    start_line: note.line,
    end_line: note.to,
    annotation_level: note.level,
    title: outgoing.text(note.title).slice(0, longestTitle),
    message: outgoing.text(note.message).slice(0, longestMessage),
  };
}

/** Characters that GitHub shows of a title, and far less than the 64 KB that it takes of a message (REST reference, "Create a check run"). */
const longestTitle = 255;
const longestMessage = 4096;
