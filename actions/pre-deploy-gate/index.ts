// The door of pre-deploy-gate: hands inputs, outputs and procedure to the shell.
import { run } from '../../src/shell/run.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './pre-deploy-gate.ts';

await run({ name: 'pre-deploy-gate', inputs, outputs, step, finish });
