import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AgentDirectory } from './agent-directory.ts';
import { ApiKeyRepository } from './api-key.repository.ts';
import { ApiKeyService } from './api-key.service.ts';
import { AuthGuard } from './auth.guard.ts';
import { Authenticator } from './authenticator.ts';
import { FirstKeyService } from './first-key.service.ts';
import { OperationAudit } from './audit/operation-audit.ts';
import { RateLimits } from './rate-limits.ts';
import { SessionRepository } from './sessions/session.repository.ts';
import { SessionService } from './sessions/session.service.ts';

/** Guards every route of the application that imports it. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    AgentDirectory,
    ApiKeyRepository,
    ApiKeyService,
    FirstKeyService,
    RateLimits,
    OperationAudit,
    SessionRepository,
    SessionService,
    Authenticator,
    AuthGuard,
    { provide: APP_GUARD, useExisting: AuthGuard },
  ],
  exports: [ApiKeyService, FirstKeyService, RateLimits, SessionRepository, SessionService, Authenticator, AuthGuard],
})
export class AuthModule {}
