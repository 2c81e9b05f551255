import { present, type RawSearch, textOf } from '../../app/search-params.ts';

export interface TasksSearch {
  /** The task whose form is open. */
  run?: string;
}

export const tasksSearch = (raw: RawSearch): TasksSearch => present({ run: textOf(raw.run) }) as TasksSearch;
