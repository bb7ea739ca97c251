// Commands as answers: what they say, cut and told; never on a pull request.
import { describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../../src/io/command.ts';
import { said } from '../../../../src/io/github/answers/commands.ts';

const command = createCommand(process.cwd(), new AbortController().signal);
const push = { event: 'push', clean: (text: string) => text };
const asked = (line: string | readonly string[], timeoutMs = 10_000) => ({ kind: 'command', line, timeoutMs }) as const;

describe('a command', () => {
  test('tells its exit code and the last line it wrote', async () => {
    expect(await said(command, push, asked('echo one; echo two; exit 3'))).toEqual({
      code: 3,
      timedOut: false,
      said: 'two',
    });
    expect(await said(command, push, asked('echo only >&2'))).toEqual({ code: 0, timedOut: false, said: 'only' });
    expect(await said(command, push, asked(['true']))).toEqual({ code: 0, timedOut: false, said: '' });
  });

  test('tells 120 characters of a long line, and 127 for what is not there', async () => {
    expect((await said(command, push, asked('printf "%0.sx" $(seq 500)'))).said).toHaveLength(120);
    expect((await said(command, push, asked(['no-such-program']))).code).toBe(127);
  });

  test('that echoes a secret tells nothing of it, not even what the cut would leave', async () => {
    const secret = 'hunter2-hunter2-hunter2';
    const clean = (text: string) => text.replaceAll(secret, '***');
    const line = `printf '%s %s' "$(printf '%0.sx' $(seq 100))" ${secret}-and-more`;

    const { said: words } = await said(command, { event: 'push', clean }, asked(line));

    expect(words).not.toContain('hunter2');
    expect(words).toContain(' ***-and-more');
  });

  test('is ended when its time is over', async () => {
    expect(await said(command, push, asked('sleep 30', 200))).toMatchObject({ timedOut: true });
  });

  test.each(['pull_request', 'pull_request_target', 'pull_request_review'])('is not run on %s', async (event) => {
    const never = () => Promise.reject(new Error('it ran'));

    await expect(said(never, { ...push, event }, asked('true'))).rejects.toThrow(/not run on pull requests/);
  });

  test('is not run where nothing runs commands', async () => {
    await expect(said(undefined, push, asked('true'))).rejects.toThrow(/commands are not run/);
  });
});
