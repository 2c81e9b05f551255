import { Module } from '@nestjs/common';
import { executorOf, Pools } from '../database/pools.ts';
import { sharedSecret } from '../database/shared-secret.ts';
import { KeysModule } from './keys/keys.module.ts';
import { OidcClient } from './oidc/oidc.client.ts';
import { OidcController } from './oidc/oidc.controller.ts';
import { OidcFlows } from './oidc/oidc-flow.ts';
import { OidcService } from './oidc/oidc.service.ts';
import { SessionController } from './sessions/session.controller.ts';
import { SessionsController } from './sessions/sessions.controller.ts';
import { PasswordChecks } from './sign-in/password-checks.ts';
import { SignInFailures } from './sign-in/sign-in-failures.ts';
import { SignInLinkStore } from './sign-in/sign-in-link.store.ts';
import { SignInMetrics } from './sign-in/sign-in-metrics.ts';
import { SignInService } from './sign-in/sign-in.service.ts';
import { UserRepository } from './users/user.repository.ts';
import { UserService } from './users/user.service.ts';
import { UsersController } from './users/users.controller.ts';

/** Users, their sign-in and their sessions, for the api role. */
@Module({
  imports: [KeysModule],
  providers: [
    UserRepository,
    UserService,
    SignInLinkStore,
    PasswordChecks,
    SignInFailures,
    SignInMetrics,
    SignInService,
    OidcClient,
    OidcService,
    {
      provide: OidcFlows,
      inject: [Pools],
      useFactory: async (pools: Pools) => new OidcFlows(await sharedSecret(executorOf(pools.api), 'oidc-flows')),
    },
  ],
  controllers: [UsersController, SessionController, OidcController, SessionsController],
  exports: [SignInLinkStore],
})
export class PeopleModule {}
