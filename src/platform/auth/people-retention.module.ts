import { Module } from '@nestjs/common';
import { PeopleRetention } from './people.retention.ts';

/** The retention of sessions, links and failed sign-ins, for the scheduler role. */
@Module({ providers: [PeopleRetention] })
export class PeopleRetentionModule {}
