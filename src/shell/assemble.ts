// Builds the world of a run: the adapters that every action needs, and the windows that this one opens.
import * as core from '@actions/core';
import { clock } from '../io/clock.ts';
import { createCommand } from '../io/command.ts';
import { createFiles } from '../io/files.ts';
import { createGithub, type Github } from '../io/github/github.ts';
import { createOutgoing } from '../io/github/outgoing.ts';
import { sealed } from '../io/github/sealed.ts';
import { sendHttp } from '../io/http.ts';
import { createSigner } from '../io/seal.ts';
import type { SharedInputs } from '../kit/input.ts';
import { pages } from '../vocabulary.ts';
import type { SharedWorld } from '../world.ts';
import type { Open } from './action.ts';
import { createAnnouncer } from './announce.ts';
import { secretsOf } from './entrance.ts';
import { readRun } from './facts.ts';
import { createLog } from './log.ts';
import { withRecordKey } from './record-key.ts';

export interface Shell<Windows = unknown> {
  readonly world: SharedWorld & Windows;
  readonly github: Github;
  readonly secrets: () => readonly string[];
}

/** Wires the adapters together for one run. Does nothing yet: no call leaves the process here. */
export function assemble<Inputs extends SharedInputs, Windows>(
  inputs: Inputs,
  cancelled: AbortSignal,
  open: Open<Inputs, Windows>,
): Shell<Windows> {
  const env = process.env;
  let known = secretsOf(inputs, env);
  const secrets = () => known;
  const log = createLog(secrets, (secret) => {
    known = [...known, secret];
  });
  const { run, keys } = withRecordKey(readRun(env, inputs['job-status'], clock.now()), inputs['record-key'], log);
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
  const files = createFiles(workspace, env.RUNNER_TEMP ?? workspace);
  const command = createCommand(workspace, cancelled);
  const plainGithub = createGithub({
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    graphqlUrl: env.GITHUB_GRAPHQL_URL ?? 'https://api.github.com/graphql',
    token: inputs['github-token'],
    run,
    serverUrl: run.serverUrl,
    repository: run.repository,
    files,
    command,
    clock,
    random: Math.random,
    secrets,
  });
  const repository = env.GITHUB_REPOSITORY_ID ?? `${run.repository.owner}/${run.repository.name}`.toLowerCase();
  const signer = createSigner({ keys, repository, signs: run.recordKey === 'signs' });
  const github = sealed(plainGithub, signer, createOutgoing(secrets));
  const shared: SharedWorld = {
    run,
    clock,
    log,
    state: { save: core.saveState, read: core.getState },
    ask: github.ask,
    deployments: github.deployments,
    files,
    command,
    cancelled,
    env: (name) => env[name],
    workflows: github.workflows,
    incident: github.incident,
    announce: createAnnouncer({
      ...{ http: sendHttp, clock, command, env: (name) => env[name], log, secrets, serverUrl: run.serverUrl },
      repository: `${run.repository.owner}/${run.repository.name}`,
      note: github.note,
      issue: github.issue,
    }),
    issues: github.issues((phrase) => pages.note(phrase, [run.serverUrl])),
    http: sendHttp,
  };
  return { world: { ...shared, ...open(shared, inputs) }, github, secrets };
}
