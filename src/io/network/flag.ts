// One feature flag as Unleash or LaunchDarkly tell it: GET alone, the token never in a message.
import { z } from 'zod';
import { type Answer, known, type Unknown, unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import type { FlagFact } from '../../evidence/service.ts';
import { parseDuration } from '../../kit/duration.ts';
import { withVariables } from '../../kit/variable.ts';
import { launchdarklyFlags, unleashFlags } from '../../providers/flags.ts';
import type { World } from '../../world.ts';
import { showUrl } from '../sources/reading.ts';

const defaultTimeout = 10_000;
const missing: FlagFact = { found: false, enabled: false, archived: false, off: '', parents: [], targets: [] };

interface Around {
  readonly http: World['http'];
  readonly env: World['env'];
}

/** Asks the provider. A flag it does not have is known: `found` is false. Throws a Problem for a variable that is not set. */
export async function flagOf(around: Around, question: QuestionOf<'flag'>): Promise<Answer<'flag'>> {
  switch (question.provider) {
    case 'unleash':
      return ofUnleash(around, question);
    case 'launchdarkly':
      return ofLaunchdarkly(around, question);
    default:
      return unknown(`the flag provider ${question.provider} cannot be asked by this release`, 'attest it');
  }
}

const constraint = z.object({ contextName: z.string() });
const unleashFeature = z.object({
  name: z.string(),
  archived: z.boolean().optional(),
  createdAt: z.string().nullish(),
  dependencies: z.array(z.object({ feature: z.string() })).optional(),
  environments: z.array(
    z.object({
      name: z.string(),
      enabled: z.boolean(),
      strategies: z
        .array(
          z.object({
            name: z.string(),
            disabled: z.boolean().nullish(),
            parameters: z.record(z.string(), z.unknown()).nullish(),
            constraints: z.array(constraint).nullish(),
            segments: z.array(z.unknown()).nullish(),
          }),
        )
        .optional(),
    }),
  ),
});

async function ofUnleash(around: Around, question: QuestionOf<'flag'>): Promise<Answer<'flag'>> {
  const options = withVariables(unleashFlags().parse(question.options), around.env, 'flags');
  const path = `/api/admin/projects/${encodeURIComponent(options.project)}/features/${encodeURIComponent(question.name)}`;
  const told = await get(around, `${options.url.replace(/\/+$/, '')}${path}`, options);
  if (told === undefined) return known(missing);
  if ('kind' in told) return told;
  const feature = unleashFeature.safeParse(told.body);
  if (!feature.success) return strange(told.call, 'no Unleash feature');
  const { environments, archived, createdAt, dependencies } = feature.data;
  const name = options.environments?.[question.environment] ?? question.environment;
  const here = environments.find((one) => one.name === name);
  if (here === undefined)
    return unknown(
      `Unleash has no environment ${name} for ${question.name}`,
      `name it: flags: {environments: {${question.environment}: …}}`,
    );
  const strategies = (here.strategies ?? []).filter(({ disabled }) => disabled !== true);
  const targets = strategies.flatMap((strategy) => [
    ...(strategy.constraints ?? []).map(({ contextName }) => contextName),
    ...((strategy.segments ?? []).length > 0 ? ['segment'] : []),
    ...(strategy.name === 'userWithId' ? ['userId'] : []),
    ...(typeof strategy.parameters?.stickiness === 'string' ? [strategy.parameters.stickiness] : []),
  ]);
  return known({
    found: true,
    enabled: here.enabled,
    archived: archived === true,
    // A disabled flag is false for every client of Unleash.
    off: 'false',
    ...instantOf(createdAt ?? ''),
    parents: (dependencies ?? []).map((one) => one.feature),
    targets: [...new Set(targets)].filter((one) => one !== 'default' && one !== 'random'),
  });
}

const launchdarklyFlag = z.object({
  key: z.string(),
  archived: z.boolean().optional(),
  creationDate: z.number().optional(),
  variations: z.array(z.object({ value: z.unknown() })),
  environments: z.record(
    z.string(),
    z.object({
      on: z.boolean(),
      offVariation: z.number().int().nullish(),
      prerequisites: z.array(z.object({ key: z.string() })).optional(),
      targets: z.array(z.object({ values: z.array(z.unknown()) })).optional(),
      contextTargets: z.array(z.object({ contextKind: z.string().optional() })).optional(),
      rules: z
        .array(
          z.object({
            clauses: z
              .array(z.object({ attribute: z.string(), op: z.string(), contextKind: z.string().optional() }))
              .optional(),
          }),
        )
        .optional(),
    }),
  ),
});

async function ofLaunchdarkly(around: Around, question: QuestionOf<'flag'>): Promise<Answer<'flag'>> {
  const options = withVariables(launchdarklyFlags().parse(question.options), around.env, 'flags');
  const name = options.environments?.[question.environment] ?? question.environment;
  const path = `/api/v2/flags/${encodeURIComponent(options.project)}/${encodeURIComponent(question.name)}`;
  const url = `${options.url.replace(/\/+$/, '')}${path}?env=${encodeURIComponent(name)}`;
  const told = await get(around, url, options);
  if (told === undefined) return known(missing);
  if ('kind' in told) return told;
  const flag = launchdarklyFlag.safeParse(told.body);
  if (!flag.success) return strange(told.call, 'no LaunchDarkly flag');
  const here = flag.data.environments[name];
  if (here === undefined)
    return unknown(
      `LaunchDarkly has no environment ${name} for ${question.name}`,
      `name it: flags: {environments: {${question.environment}: …}}`,
    );
  const off =
    here.offVariation === null || here.offVariation === undefined ? undefined : flag.data.variations[here.offVariation];
  const clauses = (here.rules ?? []).flatMap((rule) => rule.clauses ?? []);
  const targets = [
    ...clauses.flatMap(({ attribute, op, contextKind }) => [
      op === 'segmentMatch' ? 'segment' : attribute,
      ...(contextKind === undefined ? [] : [contextKind]),
    ]),
    ...(here.contextTargets ?? []).map(({ contextKind }) => contextKind ?? 'user'),
    ...((here.targets ?? []).length > 0 ? ['user'] : []),
  ];
  return known({
    found: true,
    enabled: here.on,
    archived: flag.data.archived === true,
    off: off === undefined ? '' : JSON.stringify(off.value),
    ...(flag.data.creationDate === undefined ? {} : { createdAt: flag.data.creationDate }),
    parents: (here.prerequisites ?? []).map(({ key }) => key),
    targets: [...new Set(targets)],
  });
}

/** The JSON of one GET; undefined for 404. */
async function get(
  { http }: Around,
  url: string,
  options: { readonly token: string; readonly timeout?: string | undefined },
): Promise<{ readonly body: unknown; readonly call: string } | Unknown | undefined> {
  const call = `GET ${showUrl(url)}`;
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const headers = { accept: 'application/json', authorization: options.token };
  const reply = await http({ method: 'GET', url, headers, timeoutMs });
  if (reply.kind === 'failed') return unknown(`${call} failed: ${reply.because}`, 'check that this runner reaches it');
  if (reply.status === 404) return undefined;
  if (reply.status === 401 || reply.status === 403)
    return unknown(`${call} answered ${reply.status}`, 'give a token that may read flags under flags: token');
  if (reply.status !== 200) return unknown(`${call} answered ${reply.status}`, 'run the gate again');
  try {
    return { body: JSON.parse(reply.body), call };
  } catch {
    return strange(call, 'no JSON');
  }
}

function strange(call: string, what: string): Unknown {
  return unknown(`${call} answered ${what}`, 'check flags: url, the base before its /api');
}

function instantOf(text: string): { readonly createdAt?: number } {
  const at = Date.parse(text);
  return Number.isNaN(at) ? {} : { createdAt: at };
}
