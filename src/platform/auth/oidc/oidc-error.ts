/** Why a sign-in by the identity provider failed: a code that is safe to show in the address of a page. */
export const OIDC_ERRORS = ['oidc_unavailable', 'oidc_expired', 'oidc_refused', 'oidc_no_role', 'oidc_disabled'] as const;

export class OidcError extends Error {
  constructor(
    readonly code: (typeof OIDC_ERRORS)[number],
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}
