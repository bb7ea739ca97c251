// The service's neighbours: databases that lines ask, channels of announcements, the flag provider, and whether the traffic can decide the plans.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import { namesIn } from '../../kit/variable.ts';
import { outlookOf, undecided } from '../../policy/decidable.ts';
import type { Effective } from '../../policy/effective.ts';
import { formatFault } from '../../policy/fault.ts';
import { lintAtTraffic } from '../../policy/lint.ts';
import type { Plan } from '../../policy/parts.ts';
import type { TrustedPolicy } from '../../policy/trusted.ts';
import { sqlTimeoutMs, usualUrl } from '../criteria/sql-evidence.ts';
import { asksTraffic, lackOf, outlookWords, rateWords, trafficOf } from '../traffic.ts';
import { listed } from '../words.ts';
import { chosenPlans } from './means.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

type ReadEnv = (name: string) => string | undefined;

/** Reads alone: no announcement is sent, and databases are asked in transactions that may not write. */
export function asksNeighbours(policy: Effective, env: ReadEnv): readonly Question[] {
  return [
    ...databasesOf(policy, env).flatMap(({ question }) => question ?? []),
    ...channelsOf(policy, env).flatMap(({ host }) => (host === '' ? [] : [nameOf(host)])),
    ...flagOf(policy),
    ...(comparedPlans(policy).length === 0 ? [] : asksTraffic(policy)),
  ];
}

/** A line for each database, channel and flag, and one for each plan that wants traffic. */
export function neighbourSymptoms(
  trusted: TrustedPolicy,
  policy: Effective,
  env: ReadEnv,
  answers: Answers,
): readonly Symptom[] {
  return [
    ...databasesOf(policy, env).map((one) => databaseSymptom(one, answers)),
    ...channelsOf(policy, env).map((one) => channelSymptom(one, answers)),
    ...flagOf(policy).map((question) => flagSymptom(question, answers)),
    ...trafficSymptoms(trusted, policy, answers),
  ];
}

const sqlLine = z.object({ url: z.string().optional() });

interface Database {
  /** As the policy writes it: the variable, never its value. */
  readonly url: string;
  readonly question: QuestionOf<'sql'> | undefined;
}

/** Version, role, and what the role may: everything, create objects, see what other sessions do. */
export const postgresQuery = `select 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1), current_user::text,
  (select rolsuper from pg_roles where rolname = current_user)::text,
  has_database_privilege(current_database(), 'create')::text, pg_has_role('pg_read_all_stats', 'member')::text`;
/** The same of MySQL, whose grants no single query tells. */
export const mysqlQuery = "select concat('MySQL ', version()), current_user(), 'false', 'false', 'false'";

function databasesOf(policy: Effective, env: ReadEnv): readonly Database[] {
  const lines = policy.checklist.flatMap(({ evidence }) => {
    const read = evidence?.kind === 'sql' ? sqlLine.safeParse(evidence.options) : undefined;
    return read?.success === true ? [read.data.url ?? usualUrl] : [];
  });
  const own = env('DATABASE_URL') === undefined ? [] : [usualUrl];
  return [...new Set([...own, ...lines])].map((url) => {
    const [name] = namesIn(url);
    const value = name === undefined ? url : env(name);
    if (value === undefined) return { url, question: undefined };
    const query = /^(mysql|mariadb):/i.test(value) ? mysqlQuery : postgresQuery;
    return { url, question: { kind: 'sql', url, query, timeoutMs: sqlTimeoutMs } };
  });
}

function databaseSymptom({ url, question }: Database, answers: Answers): Symptom {
  const [name] = namesIn(url);
  const what = `database ${name ?? 'of a line'}`;
  if (question === undefined)
    return symptom(
      what,
      'fail',
      `${name} is not set, and a line of the checklist asks it`,
      `Set ${name} under \`env:\` of the job`,
    );
  const told = answers.of(question);
  if (told.kind === 'unknown') return symptom(what, 'fail', told.because, told.remedy);
  const [version = '', role = '', ...rights] = told.value.first ?? [];
  const [isSuper, mayCreate, seesAll] = rights.map((right) => right === 'true');
  const may = [
    ...(isSuper === true ? ['may do everything'] : []),
    ...(mayCreate === true && isSuper !== true ? ['may create schemas'] : []),
    ...(seesAll === true && isSuper !== true ? ['sees what other sessions do'] : []),
  ];
  const words = `${version}, as ${role}${may.length === 0 ? '' : `: ${listed(may, 3)}`}`;
  if (isSuper !== true) return pass(what, words);
  return symptom(what, 'warn', words, 'Give the actions a role of their own with the rights they need');
}

interface Channel {
  readonly what: string;
  /** Empty where the channel has no address of the web. */
  readonly host: string;
  readonly missing: string;
}

const addressed = z.object({ url: z.string() });

function channelsOf({ announce }: Effective, env: ReadEnv): readonly Channel[] {
  return announce.flatMap(({ id, when, channels }) =>
    Object.entries(channels).flatMap(([kind, option]): readonly Channel[] => {
      const map = addressed.safeParse(option);
      const text = typeof option === 'string' ? option : map.success ? map.data.url : '';
      const missing = namesIn(text).find((name) => env(name) === undefined) ?? '';
      const filled = namesIn(text).reduce((all, name) => all.replaceAll(`\${${name}}`, env(name) ?? ''), text);
      const host = missing === '' && URL.canParse(filled) ? new URL(filled).hostname : '';
      const isWeb = /^https?:/i.test(filled) || missing !== '';
      return isWeb ? [{ what: `announce ${id ?? when.join(', ')}: ${kind}`, host, missing }] : [];
    }),
  );
}

function nameOf(host: string): QuestionOf<'dns'> {
  return { kind: 'dns', host };
}

function channelSymptom({ what, host, missing }: Channel, answers: Answers): Symptom {
  if (missing !== '')
    return symptom(what, 'fail', `${missing} is not set: nobody is told`, `Set ${missing} under \`env:\` of the job`);
  if (host === '') return symptom(what, 'fail', 'its address is no URL', 'Correct it in `announce`');
  if (/^[\d.]+$|^\[/.test(host)) return pass(what, 'an address, nothing was sent');
  const told = answers.of(nameOf(host));
  if (told.kind === 'unknown') return symptom(what, 'unknown', told.because, told.remedy);
  const { v4, v6, alias } = told.value;
  return v4.length + v6.length + alias.length > 0
    ? pass(what, `${host} resolves, nothing was sent`)
    : symptom(what, 'fail', `${host} does not resolve`, 'Correct the address of the channel');
}

function flagOf({ flags, rollback, environment }: Effective): readonly QuestionOf<'flag'>[] {
  // The others tell a share, which is asked as the plan would ask it.
  if (flags?.provider !== 'unleash' && flags?.provider !== 'launchdarkly') return [];
  if (rollback.flag === undefined) return [];
  return [{ kind: 'flag', provider: flags.provider, options: flags.options, environment, name: rollback.flag }];
}

function flagSymptom(question: QuestionOf<'flag'>, answers: Answers): Symptom {
  const what = `flag ${question.name}`;
  const told = answers.of(question);
  if (told.kind === 'unknown') return symptom(what, 'fail', told.because, told.remedy);
  if (!told.value.found)
    return symptom(what, 'fail', `${question.provider} has no such flag`, 'Create it, or correct `rollback.flag`');
  return pass(what, `${question.provider}: ${told.value.enabled ? 'enabled' : 'disabled'}`);
}

/** The plans in which two versions share the traffic for a while. */
function comparedPlans(policy: Effective): readonly Plan[] {
  const none = { perMs: 0, badShare: 0 };
  return chosenPlans(policy).filter((plan) => plan.by !== 'rollout' && outlookOf(policy, plan, none).length > 0);
}

function trafficSymptoms(trusted: TrustedPolicy, policy: Effective, answers: Answers): readonly Symptom[] {
  const plans = comparedPlans(policy);
  if (plans.length === 0) return [];
  const traffic = trafficOf(policy, answers);
  const what = 'traffic of last week';
  if (asksTraffic(policy).length === 0 && traffic.kind === 'unknown')
    return [symptom(what, 'not-configured', traffic.because, traffic.remedy)];
  if (traffic.kind === 'unknown') return [symptom(what, 'warn', traffic.because, traffic.remedy)];
  const lines = plans.map((plan) => {
    const [first] = undecided(policy, plan, traffic.value);
    if (first === undefined) return pass(`plan ${plan.name}`, listed(outlookWords(policy, plan, traffic.value), 4));
    const instead = plan.lowTraffic === undefined ? '' : `; ${plan.lowTraffic} goes instead`;
    const remedy =
      'Bake longer (`max-bake`), raise the weight, loosen what needs that many, or write `low-traffic: direct`';
    return symptom(`plan ${plan.name}`, 'warn', `${lackOf(first)}${instead}`, instead === '' ? remedy : '');
  });
  const quiet = lintAtTraffic(trusted.policy, traffic.value).map((fault) =>
    symptom('limits', 'warn', formatFault(fault), ''),
  );
  return [pass(what, rateWords(traffic.value)), ...lines, ...quiet];
}
