/** Jest runs the TypeScript sources as ES modules through swc; types are checked by `npm run check`. */
export default {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/setup.ts'],
  roots: ['<rootDir>/src', '<rootDir>/actions', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // Generous: a machine that is busy with something else makes no test fail.
  testTimeout: 240_000,
  maxWorkers: 2,
};
