// What every test file starts with: the long form (npm run test:long) tries a hundred times as many cases of every property.
import fc from 'fast-check';

if (process.env.BORING_LONG === '1') fc.configureGlobal({ numRuns: 10_000 });
