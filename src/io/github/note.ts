// A note: one new comment that calls the author, for what an edit of the living comment would not tell anybody.
import { type CommentParts, findComments, postComment, removeComment } from './comment.ts';
import { wordsOf } from './refusal.ts';

export interface Note {
  readonly pull: number;
  /** Names the event, e.g. `rolled-back 9001`: the same event is told once, by whoever comes first. */
  readonly key: string;
  /** Markdown, with the mention in it. */
  readonly body: string;
}

export interface Noted {
  readonly url: string;
  readonly posted: boolean;
  readonly warnings: readonly string[];
}

/** Posts the note unless one with its key is there. Never throws: trouble becomes a warning. */
export async function postNote(parts: CommentParts, note: Note): Promise<Noted> {
  const marker = `<!-- boring-deploys note v1 ${note.key.replaceAll('--', '- -').replace(/[<>]/g, '')} -->`;
  try {
    const [there] = (await findComments(parts, note.pull, marker)).ours;
    if (there !== undefined) return { url: there.html_url, posted: false, warnings: [] };
    const made = await postComment(parts, note.pull, marker, `${marker}\n${parts.outgoing.text(note.body)}`);
    return { ...(await keepOldest(parts, note.pull, marker, made)), warnings: [] };
  } catch (fault) {
    return { url: '', posted: false, warnings: [`no note was posted on #${note.pull}: ${wordsOf(fault)}`] };
  }
}

// Two legs may tell the same event at the same time: the older note stays, each takes its own younger one back.
async function keepOldest(
  parts: CommentParts,
  pull: number,
  marker: string,
  made: { readonly id: number; readonly html_url: string },
): Promise<{ readonly url: string; readonly posted: boolean }> {
  const [oldest] = (await findComments(parts, pull, marker)).ours;
  if (oldest === undefined || oldest.id >= made.id) return { url: made.html_url, posted: true };
  await removeComment(parts, made.id);
  return { url: oldest.html_url, posted: false };
}
