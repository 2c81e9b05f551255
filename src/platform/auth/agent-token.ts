import { TokenKind } from './token.ts';

/** What an agent proves itself with. It belongs to one registration: the next one of the same name brings another. */
export const AGENT_TOKEN = new TokenKind('ca_live_');
