import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { RequiredPermission, Role } from './roles.ts';

const ACCESS = 'contenthub:access';

/** What a route asks of its caller. Without a decorator it asks for `admin`. */
export type AccessRule = RequiredPermission | 'public';

/** The least role that may call the route (or, on a controller, its routes). */
export function Access(role: Role): ClassDecorator & MethodDecorator {
  return rule(role);
}

/** Only an agent may call the route, with its own token. The handler sees to it that it speaks of itself. */
export function AgentAccess(): ClassDecorator & MethodDecorator {
  return rule('agent');
}

/** An operator may call the route, or an agent that speaks of itself. */
export function OperatorOrAgentAccess(): ClassDecorator & MethodDecorator {
  return rule('operator or agent');
}

/** Anybody may call the route, without a key. */
export function Public(): ClassDecorator & MethodDecorator {
  return rule('public');
}

function rule(access: AccessRule): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, access), ApiExtension('x-access', access));
}

export function accessOf(handler: object, controller: object): AccessRule {
  const own = Reflect.getMetadata(ACCESS, handler) as AccessRule | undefined;
  return own ?? (Reflect.getMetadata(ACCESS, controller) as AccessRule | undefined) ?? 'admin';
}
