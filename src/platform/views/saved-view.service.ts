import { Injectable } from '@nestjs/common';
import { newId } from '../ids/new-id.ts';
import { executorOf, Pools, type SqlExecutor } from '../database/pools.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { ProblemError } from '../http/problem.ts';
import { isUuid } from '../http/uuid.ts';
import * as sql from './saved-view.sql.ts';

export interface SavedViewFields {
  readonly page: string;
  readonly name: string;
  /** The query string of the page. */
  readonly query: string;
  readonly shared: boolean;
}

export interface SavedView extends SavedViewFields {
  readonly id: string;
  /** The text of the actor (core/actor/actor.ts). */
  readonly owner: string;
  readonly own: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const MAX_OF_OWNER = 200;
const MAX_SHOWN = 1_000;

/** Filters of pages that their owners have saved under a name. */
@Injectable()
export class SavedViewService {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** The views of the caller, and with `shared` those that others share. */
  list(caller: string, page: string | undefined, shared: boolean): Promise<SavedView[]> {
    return this.sql.query<SavedView>(sql.SELECT_VIEWS, [caller, page ?? null, shared, MAX_SHOWN]);
  }

  /** @throws {ProblemError} 409 for a name that the caller has on this page, or for too many views */
  async create(caller: string, { page, name, query, shared }: SavedViewFields): Promise<SavedView> {
    const [view] = await this.write(name, sql.INSERT_VIEW, [caller, newId(), page, name, query, shared, MAX_OF_OWNER]);
    if (view) return view;
    throw ProblemError.conflict('too_many_views', `You have ${MAX_OF_OWNER} saved views.`, { detail: 'Delete one first.' });
  }

  /** @throws {ProblemError} 404 unless the view is the caller's */
  async replace(caller: string, id: string, { page, name, query, shared }: SavedViewFields): Promise<SavedView> {
    const [view] = isUuid(id) ? await this.write(name, sql.UPDATE_VIEW, [caller, id, page, name, query, shared]) : [];
    if (view) return view;
    throw notFound(id);
  }

  /** @throws {ProblemError} 404 unless the view is the caller's */
  async delete(caller: string, id: string): Promise<void> {
    const rows = isUuid(id) ? await this.sql.query(sql.DELETE_VIEW, [caller, id]) : [];
    if (rows.length === 0) throw notFound(id);
  }

  private async write(name: string, statement: string, values: unknown[]): Promise<SavedView[]> {
    try {
      return await this.sql.query<SavedView>(statement, values);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw ProblemError.conflict('view_exists', `You have a view "${name}" on this page.`, {
        detail: 'Choose another name, or replace that view.',
        errors: [{ pointer: '/name', code: 'view_exists', detail: 'is the name of another view of yours on this page' }],
      });
    }
  }
}

function notFound(id: string): ProblemError {
  return ProblemError.notFound('view_not_found', `You have no view "${id.slice(0, 100)}".`, { detail: 'GET /views lists yours.' });
}
