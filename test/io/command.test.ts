// Commands: exit codes are facts, values travel in the environment, and nothing outlives a timeout or a cancel.
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { createCommand } from '../../src/io/command.ts';

const patience = 60_000;
/** Long enough for a shell to start on a machine that is busy. */
const soon = 2_000;
const never = new AbortController().signal;

describe('command', () => {
  test('gives exit code and both streams of a line', async () => {
    const run = createCommand(tmpdir(), never);

    expect(await run({ line: 'echo out; echo err >&2; exit 3', timeoutMs: patience })).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
    });
  });

  test('runs a list of words without a shell, and hands values over in the environment', async () => {
    const run = createCommand(tmpdir(), never);
    const words = [process.execPath, '-e', 'console.log(process.env.VERSION, process.argv[1])', '$(id)'];

    expect(await run({ line: words, env: { VERSION: 'v1; rm -rf x' }, timeoutMs: patience })).toMatchObject({
      code: 0,
      stdout: 'v1; rm -rf x $(id)\n',
    });
  });

  test('says 127 for a program that is not there', async () => {
    const reply = await createCommand(tmpdir(), never)({ line: ['no-such-program'], timeoutMs: patience });

    expect(reply.code).toBe(127);
    expect(reply.stderr).toContain('no-such-program');
  });

  test.each([
    ['a value that no environment can hold', 'hush-hush\0'],
    ['a value that is too long for one', 'x'.repeat(4_000_000)],
  ])('says 126, and no value, for %s', async (_name, value) => {
    const reply = await createCommand(tmpdir(), never)({ line: 'true', env: { VALUE: value }, timeoutMs: patience });

    expect(reply).toMatchObject({ code: 126, timedOut: false });
    expect(reply.stderr).toMatch(/^bash: ./);
    expect(reply.stderr).not.toMatch(/hush|xxx/);
  });

  test.each([
    ['SIGKILL', 137],
    ['SIGSEGV', 139],
  ])('counts an end by %s as %d, and not as a code of its own', async (signal, code) => {
    expect((await createCommand(tmpdir(), never)({ line: `kill -s ${signal} $$`, timeoutMs: patience })).code).toBe(
      code,
    );
  });

  test('comes to its end with the command itself, also where that leaves something behind', async () => {
    const reply = await createCommand(tmpdir(), never)({ line: 'sleep 60 & echo $!', timeoutMs: patience });
    const left = Number(reply.stdout.trim());

    expect(reply).toMatchObject({ code: 0, timedOut: false });
    process.kill(left, 'SIGKILL');
    await gone(left);
  });

  test('keeps the end of what it says, and tells that there was more', async () => {
    const reply = await createCommand(tmpdir(), never)({ line: 'seq 700000; seq 3 >&2', timeoutMs: patience });

    expect([reply.stdout.length, reply.stdout.slice(-14), reply.stderr]).toEqual([
      1_048_576,
      '699999\n700000\n',
      '1\n2\n3\n',
    ]);
    expect(reply.cut).toEqual(['stdout']);
  });

  test('ends the whole group on timeout, children included', async () => {
    const reply = await createCommand(tmpdir(), never)({ line: 'sleep 60 & echo $!; wait', timeoutMs: soon });

    expect(reply.timedOut).toBe(true);
    await gone(Number(reply.stdout.trim()));
  });

  test('ends what does not listen to the first signal', async () => {
    const line = 'trap "" TERM; echo $$; while true; do sleep 0.1; done';
    const reply = await createCommand(tmpdir(), never)({ line, timeoutMs: soon });

    expect(reply.timedOut).toBe(true);
    await gone(Number(reply.stdout.trim()));
  });

  test('does not wait for ever for who left the group and holds its output', async () => {
    const leaver = [
      process.execPath,
      '-e',
      'const left = require("node:child_process").spawn("sleep", ["60"], { detached: true, stdio: "inherit" }); console.log(left.pid); left.unref();',
    ];
    const reply = await createCommand(tmpdir(), never)({ line: leaver, timeoutMs: soon });
    const left = Number(reply.stdout.trim());

    expect(reply.timedOut).toBe(true);
    process.kill(left, 'SIGKILL');
    await gone(left);
  });

  test('keeps the inputs of the action, the token among them, from what it runs', async () => {
    process.env['INPUT_GITHUB-TOKEN'] = 'ghs_secret';
    try {
      const reply = await createCommand(tmpdir(), new AbortController().signal)({ line: 'env', timeoutMs: patience });

      expect(reply.stdout).toContain('PATH=');
      expect(reply.stdout).not.toContain('INPUT_');
    } finally {
      delete process.env['INPUT_GITHUB-TOKEN'];
    }
  });

  test('ends the whole group on cancel', async () => {
    const cancelling = new AbortController();
    const running = createCommand(
      tmpdir(),
      cancelling.signal,
    )({ line: 'sleep 60 & echo $!; wait', timeoutMs: patience });
    setTimeout(() => cancelling.abort(), soon);

    const reply = await running;

    expect(reply.timedOut).toBe(false);
    await gone(Number(reply.stdout.trim()));
  });
});

/** Resolves when the process has ended (a zombie that nobody waited for has ended too). */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(0);
  const { readFileSync } = await import('node:fs');
  for (let look = 0; look < 1_500; look += 1) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`process ${pid} still runs`);
}
