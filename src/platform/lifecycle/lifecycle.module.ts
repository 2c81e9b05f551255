import { Global, Module } from '@nestjs/common';
import { Draining } from './drain.ts';

@Global()
@Module({ providers: [Draining], exports: [Draining] })
export class LifecycleModule {}
