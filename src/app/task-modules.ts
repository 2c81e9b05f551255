import type { Type } from '@nestjs/common';
import { ContentModule } from '../content/content.module.ts';

/**
 * The modules with task handlers, result handlers and middleware, yours included. Every role loads this list, and so do the
 * child processes of isolated and quarantined tasks: a handler that one of them lacks would make its tasks wait or fail there.
 */
export const TASK_MODULES: readonly Type[] = [ContentModule];
