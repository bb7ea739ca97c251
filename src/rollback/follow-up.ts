// What follows a rollback: the incident with its timeline, the post-mortem that is owed, the kept logs, the watch.

import type { Ask } from '../evidence/answer.ts';
import type { Run } from '../evidence/run.ts';
import type { Incident } from '../evidence/way-back.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Effective } from '../policy/effective.ts';
import { happens } from '../policy/occasion.ts';
import type { Attempt } from '../record/history.ts';
import { describeEntry } from '../record/words.ts';
import { causeOf } from './cause.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { isFlagged, limitBreached } from './flag.ts';
import type { Proven } from './ground.ts';
import { severityOf } from './manual.ts';
import { leftBy } from './night.ts';
import type { Command } from './port.ts';
import type { Proof } from './proof.ts';
import type { Decision } from './situation.ts';
import { nameOf } from './way.ts';

interface Followed {
  readonly policy: Effective;
  readonly decision: Decision;
  readonly proof: Proof | undefined;
  /** The rollback's own Deployment; undefined where none was written. */
  readonly rollbackId: number | undefined;
  readonly reason: string;
  readonly severity: string;
  readonly by: string;
  readonly runUrl: string;
  /** When the rollback began and when users were back, ms since the epoch. */
  readonly began: number;
  readonly now: number;
  readonly repositoryUrl: string;
  /** Where the logs of the bad version were saved; empty where nobody saved them. */
  readonly logs: string;
  /** Undefined where nobody measured it. */
  readonly exposure: Exposure | undefined;
}

/** The label of incidents: the gate looks for their root cause under it. */
const label = 'incident';
const defaultPostmortemMs = 48 * 60 * 60 * 1000;

export interface FollowPort {
  readonly ask: Ask;
  readonly clock: { now(): number };
  readonly run: Run;
  readonly command: Command;
  readonly log: { info(line: string): void };
  readonly incident: (incident: Incident) => Promise<{ readonly url: string; readonly warnings: readonly string[] }>;
}

/** Tells which limit was broken, saves the logs and opens the incident where the policy wants them: after users are back, never part of the verdict. */
export async function followUp(
  port: FollowPort,
  given: { readonly reason: string; readonly severity: string },
  legs: readonly Proven[],
): Promise<void> {
  for (const leg of legs) {
    const untold = (error: unknown) =>
      `What follows a rollback broke off: ${error instanceof Error ? error.message : String(error)}`;
    await followLeg(port, given, leg).catch((error: unknown) => leg.course.warn(untold(error)));
  }
}

async function followLeg(
  port: FollowPort,
  given: { readonly reason: string; readonly severity: string },
  { policy, decision, proof, switched, course, ran }: Proven,
): Promise<void> {
  const { run } = port;
  const left = leftBy(decision);
  if (decision.kind !== 'nothing') course.cause(await causeOf(port.ask, left ?? ran, course.leg));
  if (left === undefined || switched.fault !== undefined || proof === undefined) return;
  const done = finishedBefore(decision);
  const logs = switched.moved ? await saveLogs(port.command, policy, left, sideLeft(decision, policy)) : '';
  const side = sideLeft(decision, policy);
  const exposure = await exposureOf(port.ask, { policy, left, side, now: port.clock.now() });
  course.exposed(exposure);
  const followed: Followed = {
    exposure,
    policy,
    decision,
    proof,
    rollbackId: course.begunId() ?? done?.id,
    reason: given.reason,
    severity: severityOf(policy, given) || (decision.kind === 'confirm' ? severityOfLimit(policy, left) : ''),
    by: run.triggeringActor,
    runUrl: run.url,
    began: done?.beganAt ?? course.beganAt,
    now: done?.succeededAt ?? port.clock.now(),
    repositoryUrl: `${run.serverUrl}/${run.repository.owner}/${run.repository.name}`,
    logs,
  };
  const incident = wantsIncident(followed) ? incidentOf(followed) : undefined;
  if (incident === undefined) return;
  // A rollback that was finished before has told its own; it is only told again where a kill kept it from doing so.
  const { url, warnings } = await port.incident({ ...incident, once: done !== undefined });
  course.incident(url);
  course.warn(...warnings);
  if (url !== '') port.log.info(`Incident: ${url}`);
}

/** How severe it was when a canary turned back by itself: that of the limit it named. Empty where it was no limit's doing, or where the metric has
 * limits of several severities, as the record names the metric alone. */
function severityOfLimit({ limits }: Effective, left: Attempt): string {
  const metric = limitBreached(left);
  const broken = limits.filter((one) => one.metric === metric && one.kind === 'breach');
  const severities = new Set(broken.map(({ severity }) => severity));
  const [only = ''] = severities;
  return severities.size === 1 ? only : '';
}

/** The side that users left; empty where there are no sides. */
function sideLeft(decision: Decision, { traffic }: Effective): string {
  const back = decision.kind === 'go' ? decision.way.side : '';
  return back === '' ? '' : (traffic?.sides.find((side) => side !== back) ?? '');
}

/** The rollback that was finished before this press and is only confirmed by it. */
function finishedBefore(decision: Decision): Attempt | undefined {
  return decision.kind === 'confirm' && decision.by.task === 'deploy:rollback' ? decision.by : undefined;
}

/** Whether the policy wants an incident for it. */
function wantsIncident({ policy, severity, exposure }: Followed): boolean {
  const when = policy.rollback.followUp.issueWhen;
  return when !== undefined && happens(when, { severity, usersExposed: exposure?.count });
}

/** The incident: one for each Deployment that was left, however often its rollback is pressed, and for all of one commit in one bad night. */
export function incidentOf(followed: Followed): Incident | undefined {
  const { policy, decision, proof, began, now, by, reason, severity, runUrl, repositoryUrl, logs, exposure } = followed;
  const left = leftBy(decision);
  if (left === undefined || !('target' in decision) || decision.target === undefined) return undefined;
  const { version, run, pulls } = { pulls: [], ...left.payload };
  const night = 'night' in decision ? decision.night : undefined;
  const flag = decision.kind === 'go' && decision.way.kind === 'flag' ? decision.way.flag : '';
  const wasFlag = decision.kind === 'confirm' && isFlagged(decision.by);
  const moved = `rolled back to ${nameOf(decision.target)}`;
  const back = flag !== '' ? `flag ${flag} turned off` : wasFlag ? 'its flag turned off' : moved;
  const place = [policy.environment, policy.unit.name ?? ''].filter((part) => part !== '').join(' / ');
  const due = new Date(now + (policy.rollback.followUp.postmortemMs ?? defaultPostmortemMs));
  const watchMs = policy.rollback.followUp.watchMs;
  const words = [
    `**${place}**: \`${plain(version)}\` (${left.sha.slice(0, 7)}) was left, ${plain(back)}.`,
    '',
    '| | |',
    '|---|---|',
    row('What', `${version}, commit ${left.sha}, [Deployment ${left.id}](${run.url})`),
    ...(night === undefined ? [] : [row('Before', `the same commit was left already, from Deployment ${night} on`)]),
    row('Why', reason === '' ? 'nobody said' : plain(reason)),
    row('Severity', severity === '' ? 'not given' : severity),
    row('Users exposed', exposure?.words ?? 'not measured'),
    row('When', `${iso(began)}; users back after ${formatDuration(now - began)}`),
    row('Proof', proof === undefined ? 'none' : `${plain(proof.words)}${proof.ok ? '' : ' (not proven)'}`),
    row('By', `[${plain(by)}](${runUrl})`),
    row('Owner', `whoever pressed (${plain(by)}), until somebody is assigned`),
    row('Changes', pulls.length === 0 ? 'no pull request' : pulls.map((pull) => `#${pull}`).join(', ')),
    row('Compare', `[${left.sha.slice(0, 7)}](${repositoryUrl}/commit/${left.sha})`),
    row('Post-mortem due', iso(due.getTime())),
    ...(watchMs === undefined ? [] : [row('Watched until', iso(now + watchMs))]),
    ...logsRow(policy, logs),
    '',
    '### Timeline',
    ...timelineOf(followed, left, back),
  ];
  return {
    key: `${place} ${night ?? left.id}`,
    title: `Incident in ${place}: ${version} ${back}`,
    body: words.join('\n'),
    below: belowOf(policy, left.sha, flag),
    labels: [label],
  };
}

function belowOf({ rollback }: Effective, sha: string, flag: string): string {
  const blocks = rollback.followUp.blockRedeploy === 'until-root-cause';
  const hint = blocks
    ? `Until it stands here, the gate keeps ${sha.slice(0, 7)} out.`
    : 'Write it for the next reader.';
  return [
    '',
    '## Root cause',
    `<!-- ${hint} -->`,
    '',
    '## Post-mortem',
    '- [ ] what users saw, and for how long',
    '- [ ] why nothing caught it before',
    '- [ ] what is changed so that it cannot happen again',
    ...(flag === '' ? [] : [`- [ ] the flag \`${plain(flag)}\` is mended or removed, not left off`]),
  ].join('\n');
}

function logsRow({ rollback }: Effective, logs: string): readonly string[] {
  if (!rollback.followUp.keepLogs) return [];
  return [row('Logs', logs === '' ? '**to be saved by hand before the old version is retired**' : plain(logs))];
}

function timelineOf({ decision, rollbackId, began, now }: Followed, left: Attempt, back: string): readonly string[] {
  const told = left.happened.map(({ at, entry, leg }) => ({
    at,
    words: describeEntry(entry, leg === undefined ? {} : { leg }),
  }));
  const own = decision.kind === 'go' && decision.way.kind !== 'there';
  const here = own
    ? [
        { at: began, words: 'rollback pressed' },
        { at: now, words: `${back}${rollbackId === undefined ? '' : ` (deployment ${rollbackId})`}` },
      ]
    : [];
  const all = [{ at: left.beganAt, words: 'deployment begun' }, ...told, ...here];
  return all
    .sort((a, b) => a.at - b.at)
    .slice(-mostLines)
    .map(({ at, words }) => `- ${iso(at)} ${plain(words)}`);
}

const mostLines = 60;

/** Saves the logs of what was left by the policy's command. Gives where they are, from its last line; empty when there is no command or it failed. */
async function saveLogs(command: Command, policy: Effective, left: Attempt, side: string): Promise<string> {
  const line = policy.rollback.followUp.logsCommand;
  if (line === undefined) return '';
  const env = { SIDE: side, VERSION: left.payload.version, SHA: left.sha, ENVIRONMENT: policy.environment };
  const reply = await command({ line, env, timeoutMs: logsMs, despiteCancel: true });
  return reply.code === 0 && !reply.timedOut ? (reply.stdout.trim().split('\n').at(-1) ?? '') : '';
}

/** Longest time for saving logs: users are back, the job waits (ours), ms. */
const logsMs = 60_000;

function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

function row(head: string, words: string): string {
  return `| ${head} | ${words.replaceAll('|', '\\|')} |`;
}

/** Text from outside in Markdown: one line, no markup, no mention. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`))
    .replaceAll('@', '@\u200b');
}
