// The alert rules of a Prometheus (and what speaks its API), and the alert managers it sends to.
import { z } from 'zod';
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { prometheusSource } from '../../providers/sources.ts';
import type { World } from '../../world.ts';
import { showUrl } from '../sources/reading.ts';

const timeoutMs = 10_000;
/** Rules carry their firing alerts with them. */
const maxBytes = 8_388_608;

const rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ type: z.string(), name: z.string(), query: z.string(), health: z.string() })),
      }),
    ),
  }),
});
const managers = z.object({ data: z.object({ activeAlertmanagers: z.array(z.unknown()) }) });

/** Asks both lists. Any other source is unknown: it has no API for rules that this release knows. */
export async function alertingOf(
  http: World['http'],
  { provider, options }: QuestionOf<'alerting'>,
): Promise<Answer<'alerting'>> {
  const source = prometheusSource().safeParse(options);
  if (provider !== 'prometheus' || !source.success)
    return unknown(`the source ${provider} does not tell its alert rules`, 'attest it, or ask a Prometheus');
  const base = `${source.data.prometheus.replace(/\/+$/, '')}/api/v1`;
  const headers = { accept: 'application/json', ...source.data.headers };
  const get = async (url: string): Promise<unknown> => {
    const reply = await http({ method: 'GET', url, headers, timeoutMs, maxBytes });
    if (reply.kind === 'failed') return `GET ${showUrl(url)} failed: ${reply.because}`;
    if (reply.status !== 200 || reply.truncated)
      return `GET ${showUrl(url)} answered ${reply.truncated ? 'too much' : reply.status}`;
    try {
      return JSON.parse(reply.body);
    } catch {
      return `GET ${showUrl(url)} answered no JSON`;
    }
  };
  const [told, receivers] = await Promise.all([get(`${base}/rules?type=alert`), get(`${base}/alertmanagers`)]);
  const [list, taking] = [rules.safeParse(told), managers.safeParse(receivers)];
  if (!list.success || !taking.success) {
    const said = [told, receivers].find((one) => typeof one === 'string') ?? `${showUrl(base)} answered no alert rules`;
    return unknown(String(said), 'check that this runner reaches it, and its credentials');
  }
  const alerts = list.data.data.groups.flatMap((group) => group.rules).filter(({ type }) => type === 'alerting');
  return known({
    rules: alerts.map(({ name, query, health }) => ({ name, query, healthy: health !== 'err' })),
    receivers: taking.data.data.activeAlertmanagers.length,
  });
}
