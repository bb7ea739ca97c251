// Publishes what a procedure found out: check run, living comments, summary, outputs. Reporting never decides: its trouble is a warning.
import * as core from '@actions/core';
import { createOutgoing } from '../io/github/outgoing.ts';
import { type SharedInputs, sharedOutputs } from '../kit/input.ts';
import { redact } from '../kit/redact.ts';
import { checkRunOf, cleanEvidence, pages } from '../vocabulary.ts';
import type { Announcing, Evidence, Outcome, ReportSource } from '../world.ts';
import type { ActionParts } from './action.ts';
import { raiseAlarm } from './alarm.ts';
import { announcedIn, unsaid } from './announce.ts';
import type { Shell } from './assemble.ts';
import { noteAuthor } from './note.ts';
import { tell } from './problem.ts';
import { reportSource, type Subject, subjectShape } from './source.ts';
import { suggest } from './suggest.ts';

export interface Publication<Inputs extends SharedInputs> {
  readonly action: Pick<ActionParts<Inputs, unknown>, 'name' | 'outputs'>;
  readonly inputs: Inputs;
  readonly shell: Shell;
  readonly outcome: Outcome;
}

/** What the newest report was made from. */
interface Last {
  source: ReportSource | undefined;
}

/** Writes everything a reader sees. Never throws: what could not be written becomes a warning of the run. */
export async function publish<Inputs extends SharedInputs>(publication: Publication<Inputs>): Promise<void> {
  const { action, shell, outcome, inputs } = publication;
  for (const warning of outcome.warnings) shell.world.log.warn(warning);
  for (const { message, ...place } of outcome.annotations ?? []) shell.world.log.warn(message, place);
  // Where no check run can be written the lines are marked by the log, as far as the runner shows any.
  for (const { path, line, message } of outcome.silent ? (outcome.lineNotes ?? []).slice(0, mostMarks) : []) {
    shell.world.log.warn(message, { file: path, line });
  }
  let url = shell.world.run.url;
  // What was read for the comment is seconds old: the summary of this very run needs no other.
  const last: Last = { source: undefined };
  // Cleaned before anything is made of it: a digest over text that is redacted later would not hold.
  const events = (await attempt(shell, () => unsaid(shell.world, outcome.announcements ?? []))) ?? [];
  const evidence = outcome.evidence && cleaned(shell, outcome.evidence, events);
  if (evidence !== undefined && !outcome.silent) {
    url = (await attempt(shell, () => keep(shell, evidence, outcome.lineNotes ?? []))) ?? url;
    if (inputs.comment !== 'false') {
      shell.world.state.save(subjectState, JSON.stringify(pick(evidence)));
      url = (await attempt(shell, () => comment(shell, evidence, last))) ?? url;
      await attempt(shell, () => noteAuthor(shell, evidence, url));
      await attempt(shell, () => suggest(shell, outcome));
    }
    // Not a matter of comments: somebody has to answer for it.
    await attempt(shell, () => raiseAlarm(shell, evidence, url));
  }
  for (const event of events)
    await shell.world.announce({ ...event, reportUrl: url, silent: event.silent || outcome.silent });
  const { table } = outcome;
  if (evidence !== undefined) await attempt(shell, () => summarise(shell, evidence, last));
  else if (table !== undefined)
    await attempt(shell, () => show(shell, pages.table(table, [shell.world.run.serverUrl])));
  const result = await attempt(shell, () => writeResult(action.name, shell, outcome));
  const shared: Readonly<Record<(typeof sharedOutputs)[number], string>> = {
    verdict: outcome.verdict,
    reason: outcome.reason,
    'deployment-id': outcome.deploymentId === undefined ? '' : String(outcome.deploymentId),
    sha: outcome.sha,
    version: outcome.version,
    rollback: outcome.rollback ? 'true' : '',
    result: result ?? '',
    'report-url': url,
  };
  // Some outputs are JSON and stay so: only the texts in it are cleaned.
  const { json } = createOutgoing(shell.secrets);
  for (const name of sharedOutputs) core.setOutput(name, json(shared[name]));
  for (const name of action.outputs) core.setOutput(name, json(outcome.outputs[name] ?? ''));
}

/** With the keys of what is about to be announced: whoever comes later says it no second time. */
function cleaned(shell: Shell, evidence: Evidence, events: readonly Announcing[]): Evidence {
  const found = { ...evidence.found, ...announcedIn(events) };
  return cleanEvidence({ ...evidence, found }, (text) => redact(text, shell.secrets()));
}

/** GitHub shows ten warnings of a step. */
const mostMarks = 10;

/** Post: the job's end is a later moment, so what lists did not show yet is shown now. Writes only what changed. */
export async function reproject(shell: Shell): Promise<void> {
  const subject = readSubject(shell.world.state.read(subjectState));
  if (subject !== undefined) await attempt(shell, () => comment(shell, subject));
}

const subjectState = 'report-subject';

function pick({ environment, deploymentId, sha, pulls, leg }: Subject): Subject {
  return { environment, deploymentId, sha, pulls, leg };
}

function readSubject(text: string): Subject | undefined {
  if (text === '') return undefined;
  const read = subjectShape.safeParse(JSON.parse(text));
  return read.success ? read.data : undefined;
}

async function attempt<T>(shell: Shell, write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    shell.world.log.warn(`Not reported: ${tell(error).message}`);
    return undefined;
  }
}

async function keep(
  shell: Shell,
  evidence: Evidence,
  notes: NonNullable<Outcome['lineNotes']>,
): Promise<string | undefined> {
  const page = pages.check(evidence);
  const kept = await shell.github.keepEvidence({
    ...checkRunOf(evidence),
    ...page,
    sha: evidence.sha,
    detailsUrl: evidence.run.url,
    completedAt: evidence.at,
    notes,
  });
  if (!kept.kept) shell.world.log.warn(kept.because);
  return kept.kept ? kept.url : undefined;
}

/** The newest pull request of the range carries the report, the others one line with the link, written side by side. */
async function comment(
  shell: Shell,
  subject: Subject,
  last: Last = { source: undefined },
): Promise<string | undefined> {
  const [newest, ...others] = [...subject.pulls].sort((a, b) => b - a);
  if (newest === undefined) return undefined;
  const report = (pull: number) => async () => {
    last.source = await reportSource(shell, subject, pull);
    return pages.comment(last.source);
  };
  const url = await project(shell, subject, newest, report(newest));
  const { repository, serverUrl } = shell.world.run;
  // The line says nothing of records: nothing is read for it.
  const bare = { repository, serverUrl, records: [], deployments: [], now: shell.world.clock.now() };
  const line = (pull: number, link: string) => async () => pages.pointer({ ...bare, pull }, link);
  await Promise.all(others.map((pull) => project(shell, subject, pull, url === '' ? report(pull) : line(pull, url))));
  return url;
}

/** The address of the comment; empty when there is none. */
async function project(shell: Shell, subject: Subject, pull: number, render: () => Promise<string>): Promise<string> {
  const projected = await shell.github.projectComment({
    pull,
    marker: pages.marker(shell.world.run.repository, pull),
    render,
    // Only the legs of a matrix write side by side; what else meets by chance, post puts right.
    crowded: subject.leg !== '',
  });
  for (const warning of projected.warnings) shell.world.log.warn(warning);
  return projected.url;
}

async function summarise(shell: Shell, evidence: Evidence, { source: read }: Last): Promise<void> {
  const source: ReportSource = read ?? (await reportSource(shell, evidence, undefined));
  await show(shell, pages.summary(evidence, { ...source, pull: undefined }));
}

async function show(shell: Shell, page: string): Promise<void> {
  await core.summary.addRaw(redact(page, shell.secrets()), true).write();
}

async function writeResult(name: string, shell: Shell, outcome: Outcome): Promise<string> {
  const { evidence: _, table: __, announcements: ___, ...rest } = outcome;
  const text = createOutgoing(shell.secrets).written({ schema: 1, action: name, ...rest });
  return shell.world.files.write(
    `${name}-${shell.world.run.id}-${shell.world.run.attempt}-${shell.world.clock.now()}.json`,
    text,
  );
}
