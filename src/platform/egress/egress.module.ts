import { Module } from '@nestjs/common';
import { EgressClient } from './egress.client.ts';

@Module({ providers: [EgressClient], exports: [EgressClient] })
export class EgressModule {}
