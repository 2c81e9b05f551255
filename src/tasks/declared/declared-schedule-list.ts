import { Injectable } from '@nestjs/common';
import type { DeclaredSchedule } from './read-schedule.ts';

/** The schedules of the tasks file, by the name of their task. Layers above store them. */
@Injectable()
export class DeclaredScheduleList {
  readonly schedules = new Map<string, DeclaredSchedule>();
}
