// The log of a run: one group a beat, secrets taken out, warnings as annotations.
import * as core from '@actions/core';
import { redact } from '../kit/redact.ts';
import type { Log } from '../world.ts';

/** Serves `Log` on the runner's stdout. Lines that look like workflow commands are kept from acting as such. */
export function createLog(secrets: () => readonly string[], addSecret: (secret: string) => void): Log {
  const clean = (line: string) => redact(line, secrets());
  return {
    beat: (name, run) => core.group(name, run),
    info: (line) => core.info(harmless(clean(line))),
    warn: (line, place) =>
      core.warning(
        clean(line),
        place === undefined || place.line < 1 ? {} : { file: place.file, startLine: place.line },
      ),
    mask: (secret) => {
      core.setSecret(secret);
      addSecret(secret);
    },
  };
}

/** The text with nothing that a runner would take for a command: `::` at the beginning of a line, `##[` anywhere. */
function harmless(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1\u200b::').replaceAll('##[', '#\u200b#[');
}
