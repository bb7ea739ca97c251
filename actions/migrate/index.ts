// The entry of the bundle: main and post of migrate.
import '../../src/shell/parsing.ts';
import { run } from '../../src/shell/run.ts';
import { databaseWindow } from '../../src/shell/windows/database.ts';
import { rehearsalWindows } from '../../src/shell/windows/rehearsal.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './migrate.ts';

await run({
  name: 'migrate',
  inputs,
  outputs,
  windows: (shared) => ({ ...databaseWindow(shared), ...rehearsalWindows(shared) }),
  step,
  finish,
});
