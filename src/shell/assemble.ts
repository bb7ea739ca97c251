// Builds the World of a run out of the adapters: the only place that knows them all.
import * as core from '@actions/core';
import { clock } from '../io/clock.ts';
import { createCommand } from '../io/command.ts';
import { createFiles } from '../io/files.ts';
import { createGithub, type Github } from '../io/github/github.ts';
import { sendHttp } from '../io/http.ts';
import { createMigrationDatabase } from '../io/migrations/database.ts';
import { createNetwork, eitherOf } from '../io/network/network.ts';
import { createRouter } from '../io/routers/router.ts';
import { createSource } from '../io/sources/source.ts';
import type { SharedInputs } from '../kit/input.ts';
import type { World } from '../world.ts';
import { secretsOf } from './entrance.ts';
import { readRun } from './facts.ts';
import { createLog } from './log.ts';

export interface Shell {
  readonly world: World;
  readonly github: Github;
  readonly secrets: () => readonly string[];
}

/** Wires the adapters together for one run. Does nothing yet: no call leaves the process here. */
export function assemble(inputs: SharedInputs, cancelled: AbortSignal): Shell {
  const env = process.env;
  let known = secretsOf(inputs, env);
  const secrets = () => known;
  const log = createLog(secrets, (secret) => {
    known = [...known, secret];
  });
  const run = readRun(env, inputs['job-status'], clock.now());
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
  const files = createFiles(workspace, env.RUNNER_TEMP ?? workspace);
  const command = createCommand(workspace, cancelled);
  const github = createGithub({
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
  const network = createNetwork({ event: run.event, http: sendHttp, env: (name) => env[name], cancelled });
  const world: World = {
    run,
    clock,
    log,
    state: { save: core.saveState, read: core.getState },
    ask: eitherOf(github.ask, network),
    deployments: github.deployments,
    files,
    command,
    cancelled,
    env: (name) => env[name],
    router: (options) => createRouter(options, { http: sendHttp, command, clock }),
    metrics: (options) => createSource(options, { http: sendHttp, clock }),
    database: (options) => createMigrationDatabase(options, { command, clock }),
    http: sendHttp,
  };
  return { world, github, secrets };
}
