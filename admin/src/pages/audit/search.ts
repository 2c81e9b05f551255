import { present, type RawSearch, textOf } from '../../app/search-params.ts';

export interface AuditSearch {
  actor?: string;
  operation?: string;
  path?: string;
}

export const auditSearch = (raw: RawSearch): AuditSearch =>
  present({ actor: textOf(raw.actor), operation: textOf(raw.operation), path: textOf(raw.path) }) as AuditSearch;
