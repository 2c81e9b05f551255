import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ProblemFilter } from '../../platform/http/problem.filter.ts';
import { RequestValidationPipe } from '../../platform/http/validation.ts';
import { AuthModule } from '../../platform/auth/auth.module.ts';
import { SseModule } from '../../platform/http/sse.module.ts';
import { IndexController } from './index.controller.ts';

/** Common to all routes: problems for errors, validation, API keys. */
@Module({
  imports: [AuthModule, SseModule],
  controllers: [IndexController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
  ],
})
export class HttpModule {}
