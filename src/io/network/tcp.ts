// Whether a port accepts a connection: one is made and closed, nothing is sent.
import { connect } from 'node:net';
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import { addressOf } from '../../kit/address.ts';
import { failureOf } from '../http-failure.ts';

/** A port that takes longer to accept does not answer (ours). */
const timeoutMs = 5_000;

/** Whether `host:port` accepts. Refused and silent are known answers; a name or a network that is not there leaves it unknown. Never throws. */
export function portOf(text: string): Promise<Answer<'tcp'>> {
  const address = addressOf(text);
  if (address === undefined) return Promise.resolve(unknown('it is not host:port', 'write `tcp: host:port`'));
  return new Promise((resolve) => {
    const end = (answer: Answer<'tcp'>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const socket = connect({ ...address, autoSelectFamily: true });
    const timer = setTimeout(
      () => end(known({ open: false, because: `no connection within ${timeoutMs / 1000} s` })),
      timeoutMs,
    );
    socket.once('connect', () => end(known({ open: true, because: '' })));
    socket.on('error', (error) => {
      const { because } = failureOf(error, { place: text, connected: false, answered: false });
      const closed = /^(connection refused|no connection in time)/.test(because);
      end(
        closed
          ? known({ open: false, because })
          : unknown(because, 'check the address, and that this runner can reach it'),
      );
    });
  });
}
