// The entry of canary-step: main and post.
import '../../src/shell/parsing.ts';
import { run } from '../../src/shell/run.ts';
import { trafficWindows } from '../../src/shell/windows/traffic.ts';
import { finish, step } from './canary-step.ts';
import { inputs, outputs } from './inputs.ts';

await run({ name: 'canary-step', inputs, outputs, windows: trafficWindows, step, finish });
