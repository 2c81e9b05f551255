import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  from: string;
  to: string[];
  text: string;
}

export const PASSWORD = 'canary-password';

/** A mail server on a free port. It keeps what it accepts; `refusals` are its answers to the next messages before that. */
export async function startMailStub() {
  const mails: Mail[] = [];
  const refusals: number[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === PASSWORD ? done(null, { user: username }) : done(Object.assign(new Error('wrong password'), { responseCode: 535 })),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const responseCode = refusals.shift();
        if (responseCode !== undefined) return done(Object.assign(new Error('later'), { responseCode }));
        const from = envelope.mailFrom === false ? '' : (envelope.mailFrom?.address ?? '');
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        return done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  return { port, mails, refusals, stop: () => new Promise<void>((resolve) => smtp.close(resolve)) };
}
