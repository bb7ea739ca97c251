// Serves the questions that go to the network itself, at deploy only: one adapter a neighbour. It never throws.
import { type Answer, type Ask, known, unknown } from '../../evidence/answer.ts';
import { type NetworkKind, networkKinds } from '../../evidence/network.ts';
import type { QuestionKind, QuestionOf, Told } from '../../evidence/question.ts';
import { Problem } from '../../kit/problem.ts';
import { redact } from '../../kit/redact.ts';
import { withVariables } from '../../kit/variable.ts';
import type { Command, World } from '../../world.ts';
import { alertingOf } from './alerting.ts';
import { createNames } from './dns.ts';
import { flagOf } from './flag.ts';
import { answerOf } from './http.ts';
import { metricOf } from './metric.ts';
import { firstRow } from './sql.ts';
import { portOf } from './tcp.ts';
import { certificateOf } from './tls.ts';

export interface NetworkOptions {
  /** The event of this run: on that of a pull request nothing is asked. */
  readonly event: string;
  readonly http: World['http'];
  /** Reads the variables that the texts name as `${NAME}`. */
  readonly env: World['env'];
  readonly cancelled: AbortSignal;
  readonly now: () => number;
  readonly metrics: World['metrics'];
  readonly router: World['router'];
  /** Runs the MySQL client. */
  readonly command: Command;
  /** Certificates trusted besides the built-in ones, in PEM. */
  readonly ca?: string;
  /** DNS servers (`ip:port`) instead of the system's. */
  readonly nameServers?: readonly string[];
}

type Tellers = { readonly [K in NetworkKind]: (question: QuestionOf<K>) => Promise<Answer<K>> };
type Teller<K extends QuestionKind> = (question: QuestionOf<K>) => Promise<Answer<K>>;

/** Makes the port for the network's questions. Asking it anything else is `unknown`. Nothing is kept for later. */
export function createNetwork(options: NetworkOptions): Ask {
  const { event, http, env, cancelled, ca, nameServers } = options;
  const filled = <T>(value: T, where: string): T => withVariables(value, env, where);
  const tellers: Tellers = {
    http: (question) => answerOf(http, filled(question, 'checklist'), cancelled),
    tls: ({ host }) => certificateOf(filled(host, 'checklist'), ca),
    dns: ({ host }) => createNames(nameServers)(filled(host, 'checklist')),
    tcp: ({ address }) => portOf(filled(address, 'checklist')),
    metric: (question) => metricOf(options, { ...question, options: filled(question.options, 'metrics.sources') }),
    alerting: (question) => alertingOf(http, { ...question, options: filled(question.options, 'metrics.sources') }),
    weights: (question) => options.router({ ...question, options: filled(question.options, 'traffic') }).get(),
    sql: (question) => firstRow(options.command, { ...question, url: filled(question.url, 'checklist') }),
    flag: (question) => flagOf({ http, env }, question),
  };
  return async <K extends QuestionKind>(question: QuestionOf<K>): Promise<Answer<K>> => {
    const teller = (tellers as Partial<Record<QuestionKind, unknown>>)[question.kind] as Teller<K> | undefined;
    if (teller === undefined) return unknown(`${question.kind} is no question for the network`, 'ask GitHub');
    if (event.startsWith('pull_request'))
      return unknown('the network is not asked on pull requests', 'nothing: the gate asks at deploy');
    try {
      return cleaned(await teller(question));
    } catch (error) {
      if (error instanceof Problem) return unknown(error.parts.what, error.parts.fix);
      return unknown(redact(`the network could not be asked: ${String(error)}`), 'run the gate again');
    }
  };
}

/** One port for questions out of two: the network gets its own kinds, GitHub all others. */
export function eitherOf(github: Ask, network: Ask): Ask {
  const kinds: ReadonlySet<string> = new Set(networkKinds);
  return (question) => (kinds.has(question.kind) ? network(question) : github(question));
}

/** What a neighbour says of a failure may repeat the address it was asked at, with what that holds. */
function cleaned<K extends QuestionKind>(answer: Answer<K>): Answer<K> {
  if (answer.kind === 'unknown') return { ...answer, because: redact(answer.because) };
  const { value } = answer as { readonly value: object };
  if (!('because' in value) || typeof value.because !== 'string') return answer;
  return known({ ...value, because: redact(value.because) } as Told<K>);
}
