import { TokenKind } from '../token.ts';

/** A link by which a user sets a password. */
export const LINK_TOKEN = new TokenKind('cl_live_');
/** A code that signs in on the machine of the server. */
export const CODE_TOKEN = new TokenKind('cc_live_');

export const LINK_PURPOSES = ['invite', 'reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export const LINK_LIFE_S = 48 * 3_600;
export const CODE_LIFE_S = 15 * 60;

/** A link or code, and until when it can be used. It is shown once; the database has its hash. */
export interface IssuedLink {
  readonly token: string;
  readonly expiresAt: Date;
}
