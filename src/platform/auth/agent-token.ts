import { TokenKind } from './token.ts';

/** The token of an agent. It belongs to one registration; the next one with the same name creates another. */
export const AGENT_TOKEN = new TokenKind('ca_live_');
