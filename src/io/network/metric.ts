// Numbers of a metric source, by the same adapters that the canary reads with.
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import type { MetricFact } from '../../evidence/service.ts';
import type { Reading, World } from '../../world.ts';

/** Sources that can be asked about an instant that has passed. */
const remembering: readonly string[] = ['prometheus'];

/** Reads every text at one instant. An error of the source, several series among them, leaves all of it unknown. Throws a Problem for a source this release cannot read. */
export async function metricOf(
  world: Pick<World, 'metrics'> & { readonly now: () => number },
  { provider, options, texts, windowMs, agoMs }: QuestionOf<'metric'>,
): Promise<Answer<'metric'>> {
  if (agoMs > 0 && !remembering.includes(provider))
    return unknown(`the source ${provider} knows the present only`, 'measure it in Prometheus');
  const source = world.metrics({ source: provider, options });
  const at = world.now() - agoMs;
  const readings = await Promise.all(texts.map((text) => source.read(text, at, windowMs)));
  const failed = readings.find((reading) => reading.kind === 'error');
  if (failed?.kind === 'error') return unknown(failed.because, failed.remedy);
  return known(readings.flatMap(factOf));
}

function factOf(reading: Reading): readonly MetricFact[] {
  if (reading.kind === 'value') return [{ kind: 'value', value: reading.value }];
  return reading.kind === 'no-data' ? [{ kind: 'nothing', because: reading.because }] : [];
}
