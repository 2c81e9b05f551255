import { DEFAULT_REVIEW_POLICY } from '../../core/review/review-policy.ts';
import { DEFAULT_CREATOR } from '../../creators/creator.registry.ts';
import type { Account } from './account.entity.ts';

/** The members of a new account that a request does not give. */
export const NEW_ACCOUNT: Omit<Account, 'id' | 'name' | 'platform' | 'version' | 'createdAt' | 'updatedAt'> = {
  owner: null,
  language: 'en',
  timeZone: 'UTC',
  voice: {},
  sections: [],
  sources: [],
  creator: DEFAULT_CREATOR,
  review: DEFAULT_REVIEW_POLICY,
  creatorOptions: {},
  publishing: {},
  publishingPaused: false,
  concurrency: null,
  status: 'active',
};
