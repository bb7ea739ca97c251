// The entry of the bundle: main and post of migrate.
import { run } from '../../src/shell/run.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './migrate.ts';

await run({ name: 'migrate', inputs, outputs, step, finish });
