import { Global, Module } from '@nestjs/common';
import { Draining } from './drain.ts';
import { LoopRegistry } from './loop-registry.ts';

@Global()
@Module({ providers: [Draining, LoopRegistry], exports: [Draining, LoopRegistry] })
export class LifecycleModule {}
