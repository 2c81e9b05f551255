import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyService } from './api-key.service.ts';
import { ApiKeyStore } from './api-key.store.ts';
import { AuthGuard } from './auth.guard.ts';
import { RateLimits } from './rate-limits.ts';

/** Guards every route of the application that imports it. */
@Global()
@Module({
  providers: [ApiKeyStore, ApiKeyService, RateLimits, AuthGuard, { provide: APP_GUARD, useExisting: AuthGuard }],
  exports: [ApiKeyService, AuthGuard],
})
export class AuthModule {}
