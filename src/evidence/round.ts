// Asking in rounds: all questions at once, each distinct one a single time; what became askable is asked next.
import { type Answer, type Answers, type Ask, keyOf, unknown } from './answer.ts';
import type { Question, QuestionKind, QuestionOf, Told } from './question.ts';

/** What a pure room wants to know, given what is known already. Asking again for what is answered costs nothing. */
export type Asks = (answers: Answers) => readonly Question[];

/** Three rounds at most (DESIGN, "How a pure room gets facts"), after the fixed first one about the change. */
export const roundLimit = 3;

type Shelves = { readonly [K in QuestionKind]?: ReadonlyMap<string, Answer<K>> };

class AnswerBook implements Answers {
  #shelves: Shelves = {};

  has(question: Question): boolean {
    return this.find(question) !== undefined;
  }

  keep<K extends QuestionKind>(kind: K, key: string, answer: Answer<K>): void {
    const shelf: ReadonlyMap<string, Answer<K>> = this.#shelves[kind] ?? new Map();
    this.#shelves = { ...this.#shelves, [kind]: new Map([...shelf, [key, answer]]) };
  }

  find<K extends QuestionKind>(question: QuestionOf<K>): Answer<K> | undefined {
    const kind: K = question.kind;
    return this.#shelves[kind]?.get(keyOf(question));
  }

  of<K extends QuestionKind>(question: QuestionOf<K>): Answer<K> {
    return (
      this.find(question) ??
      unknown(`nobody asked ${keyOf(question)}`, 'this is a fault in boring-deploys, please report it')
    );
  }

  value<K extends QuestionKind>(question: QuestionOf<K>): Told<K> | undefined {
    const answer = this.find(question);
    return answer?.kind === 'known' ? answer.value : undefined;
  }
}

/** Asks until nothing new is wanted or the rounds are spent; what is still open then stays unasked and therefore `unknown`.
 * `from` carries on with answers of an earlier call. Never throws for what the world did not tell. */
export async function gather(
  ask: Ask,
  asks: Asks,
  options: { readonly from?: Answers; readonly rounds?: number } = {},
): Promise<Answers> {
  const book = options.from instanceof AnswerBook ? options.from : new AnswerBook();
  for (let round = 0; round < (options.rounds ?? roundLimit); round += 1) {
    const open = distinct(asks(book).filter((question) => !book.has(question)));
    if (open.length === 0) return book;
    await Promise.all(open.map((question) => askOne(ask, book, question)));
  }
  return book;
}

async function askOne<K extends QuestionKind>(ask: Ask, book: AnswerBook, question: QuestionOf<K>): Promise<void> {
  const kind: K = question.kind;
  book.keep(kind, keyOf(question), await ask(question));
}

function distinct(questions: readonly Question[]): readonly Question[] {
  return [...new Map(questions.map((question) => [keyOf(question), question])).values()];
}
