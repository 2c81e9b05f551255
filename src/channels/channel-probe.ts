import type { ChannelProbe } from './channel.ts';
import { ChannelError } from './channel-error.ts';

/** The result of checks that return the identity of the credentials, or throw a ChannelError that names the member. */
export async function probeBy(check: () => Promise<string | null>): Promise<ChannelProbe> {
  try {
    return { usable: true, identity: await check(), problems: [] };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return { usable: false, identity: null, problems: [{ pointer: error.pointer, code: error.code, detail: error.message }] };
  }
}
