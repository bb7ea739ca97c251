// Starts the smoke-test action as the runner asks for it: main; there is nothing for post to tidy up.
import '../../src/shell/parsing.ts';
import '../../src/shell/memory.ts';
import { run } from '../../src/shell/run.ts';
import { lookWindow } from '../../src/shell/windows/look.ts';
import { inputs, outputs } from './inputs.ts';
import { step } from './smoke-test.ts';

await run({ name: 'smoke-test', inputs, outputs, windows: lookWindow, step, finish: undefined });
