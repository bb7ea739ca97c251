// How shapes parse what comes in. Imported first by every action: a shape goes by what was set when it was made.
import { config } from 'zod';

config({
  // Compiling a parser for each shape pays when thousands are parsed by it; a run parses one policy, one suite and some pages of answers.
  jitless: true,
  // Nothing that is parsed here leads back to itself: it was JSON, or YAML with its aliases written out. The watch for circles walks every shape at
  // its first use and keeps a map of all that it parsed (a policy of three lines: 7 ms with it, 5 without, and a clearing of memory less).
  memoizer: { attach: () => {}, guard: () => {}, alloc: (_shape, _payload, empty) => empty },
});
