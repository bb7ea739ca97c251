// Starts the rollback action as the runner asks for it: main, or post when main has run.
import '../../src/shell/parsing.ts';
import { run } from '../../src/shell/run.ts';
import { databaseWindow } from '../../src/shell/windows/database.ts';
import { lookWindow } from '../../src/shell/windows/look.ts';
import { networkQuestions } from '../../src/shell/windows/questions.ts';
import { trafficWindows } from '../../src/shell/windows/traffic.ts';
import { wayBackWindows } from '../../src/shell/windows/way-back.ts';
import { inputs, outputs } from './inputs.ts';
import { finish, step } from './rollback.ts';

await run({
  name: 'rollback',
  inputs,
  outputs,
  windows: (shared) => {
    const traffic = trafficWindows(shared);
    return {
      ...traffic,
      ...networkQuestions(shared, traffic),
      ...databaseWindow(shared),
      ...wayBackWindows(shared),
      ...lookWindow(),
    };
  },
  step,
  finish,
});
