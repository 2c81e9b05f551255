export function ensureAdminBuilt(options?: { force?: boolean }): Promise<void>;
