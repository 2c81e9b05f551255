import type { Type } from '@nestjs/common';
import { AlertDeliveryModule } from '../alerts/alert-delivery.module.ts';
import { ContentModule } from '../content/content.module.ts';

/**
 * The modules with task handlers, result handlers and middleware; add your own here. Every role and the child
 * processes of isolated and quarantined tasks load this list. Without its handler, a task waits or fails there.
 */
export const TASK_MODULES: readonly Type[] = [ContentModule, AlertDeliveryModule];
