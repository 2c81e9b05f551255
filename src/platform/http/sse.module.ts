import { Global, Module } from '@nestjs/common';
import { DEFAULT_SSE_TIMES, SSE_TIMES, SseRegistry } from './sse.ts';

@Global()
@Module({ providers: [SseRegistry, { provide: SSE_TIMES, useValue: DEFAULT_SSE_TIMES }], exports: [SseRegistry] })
export class SseModule {}
