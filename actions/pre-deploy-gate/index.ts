// The door of pre-deploy-gate: hands inputs, outputs and procedure to the shell.
import '../../src/shell/parsing.ts';
import { run } from '../../src/shell/run.ts';
import { networkQuestions, registryQuestions } from '../../src/shell/windows/questions.ts';
import { trafficWindows } from '../../src/shell/windows/traffic.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './pre-deploy-gate.ts';

await run({
  name: 'pre-deploy-gate',
  inputs,
  outputs,
  windows: (shared, given) => {
    const traffic = trafficWindows(shared);
    const questions = networkQuestions(shared, traffic);
    return { ...traffic, ...registryQuestions({ ...shared, ...questions }, given['github-token']) };
  },
  step,
  finish,
});
