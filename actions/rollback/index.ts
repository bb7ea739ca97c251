// Starts the rollback action as the runner asks for it: main, or post when main has run.
import { run } from '../../src/shell/run.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './rollback.ts';

await run({ name: 'rollback', inputs, outputs, step, finish });
