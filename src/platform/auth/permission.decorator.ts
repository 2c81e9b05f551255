import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Permission } from './permissions.ts';

const ACCESS = 'contenthub:access';
const ALTERNATIVE = 'contenthub:access-alternative';

export const PERMISSION_EXTENSION = 'x-permission';
export const ALTERNATIVE_EXTENSION = 'x-permission-or';
export const PUBLIC_EXTENSION = 'x-public';
export const ANY_CALLER_EXTENSION = 'x-any-caller';

/** What a route requires of its caller. */
export type AccessRule = Permission | 'public' | 'any caller';

/** The permission that the route requires; on a controller, that each of its routes without a declaration of its own requires. */
export function RequirePermission(permission: Permission): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, permission), ApiExtension(PERMISSION_EXTENSION, permission));
}

/** For a route whose handler decides by the body what it needs: a caller with the alternative alone reaches the handler, which must check it. */
export function RequirePermissionOr(permission: Permission, alternative: Permission): MethodDecorator {
  return applyDecorators(
    RequirePermission(permission),
    SetMetadata(ALTERNATIVE, alternative),
    ApiExtension(ALTERNATIVE_EXTENSION, alternative),
  );
}

/** The route needs no key. */
export function Public(): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, 'public'), ApiExtension(PUBLIC_EXTENSION, true));
}

/** The route needs a key or a session, and no permission: what it shows and changes is the caller's own. */
export function AnyCaller(): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, 'any caller'), ApiExtension(ANY_CALLER_EXTENSION, true));
}

/** Undefined for a route without a declaration. The guard rejects such a route. */
export function accessOf(handler: object, controller: object): AccessRule | undefined {
  const own = Reflect.getMetadata(ACCESS, handler) as AccessRule | undefined;
  return own ?? (Reflect.getMetadata(ACCESS, controller) as AccessRule | undefined);
}

/** The permission that opens the route beside the required one; undefined for most routes. */
export function alternativeOf(handler: object): Permission | undefined {
  return Reflect.getMetadata(ALTERNATIVE, handler) as Permission | undefined;
}
