// Builds the World of a run out of the adapters: the only place that knows them all.
import * as core from '@actions/core';
import { clock } from '../io/clock.ts';
import { createCommand } from '../io/command.ts';
import { createFiles } from '../io/files.ts';
import { createFlag } from '../io/flags/feature-flag.ts';
import { createGithub, type Github } from '../io/github/github.ts';
import { createOutgoing } from '../io/github/outgoing.ts';
import { sealed } from '../io/github/sealed.ts';
import { sendHttp } from '../io/http.ts';
import { createMigrationDatabase } from '../io/migrations/database.ts';
import { createGrammar } from '../io/migrations/grammar.ts';
import { createShadow } from '../io/migrations/shadow.ts';
import { createLook } from '../io/network/look.ts';
import { createNetwork, eitherOf } from '../io/network/network.ts';
import { createRedeployer } from '../io/redeploys/redeployer.ts';
import { createCredentials } from '../io/registry/credentials.ts';
import { withRegistry } from '../io/registry/registry.ts';
import { createRouter } from '../io/routers/router.ts';
import { createSigner } from '../io/seal.ts';
import { Probes } from '../io/sources/probe.ts';
import { createSource } from '../io/sources/source.ts';
import type { SharedInputs } from '../kit/input.ts';
import { pages } from '../vocabulary.ts';
import type { World } from '../world.ts';
import { createAnnouncer } from './announce.ts';
import { secretsOf } from './entrance.ts';
import { readRun } from './facts.ts';
import { createLog } from './log.ts';
import { withRecordKey } from './record-key.ts';

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
  const router: World['router'] = (options) => createRouter(options, { http: sendHttp, command, clock });
  const probes = new Probes();
  const metrics: World['metrics'] = (options) => createSource(options, { http: sendHttp, clock, command, probes });
  const network = createNetwork({
    event: run.event,
    http: sendHttp,
    env: (name) => env[name],
    cancelled,
    now: clock.now,
    metrics,
    router,
    command,
  });
  const world: World = {
    run,
    clock,
    log,
    state: { save: core.saveState, read: core.getState },
    ask: withRegistry(eitherOf(github.ask, network), {
      event: run.event,
      http: sendHttp,
      credentialsOf: createCredentials({
        env: (name) => env[name],
        githubToken: inputs['github-token'],
        serverUrl: run.serverUrl,
      }),
      cancelled,
    }),
    deployments: github.deployments,
    files,
    command,
    cancelled,
    env: (name) => env[name],
    router,
    metrics,
    database: (options) => createMigrationDatabase(options, { command, clock }),
    shadow: (options) => createShadow(options, { command, clock }),
    grammar: createGrammar(),
    redeployer: (options) => createRedeployer(options, command),
    workflows: github.workflows,
    incident: github.incident,
    flag: (options) => createFlag(options, { http: sendHttp, command, env: (name) => env[name] }),
    announce: createAnnouncer({
      ...{ http: sendHttp, clock, command, env: (name) => env[name], log, secrets, serverUrl: run.serverUrl },
      repository: `${run.repository.owner}/${run.repository.name}`,
      note: github.note,
      issue: github.issue,
    }),
    issues: github.issues((phrase) => pages.note(phrase, [run.serverUrl])),
    http: sendHttp,
    network: createLook(),
  };
  return { world, github, secrets };
}
