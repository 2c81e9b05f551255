import { TokenKind } from '../token.ts';

/** The value of the cookie of a session. */
export const SESSION_TOKEN = new TokenKind('cs_live_');
