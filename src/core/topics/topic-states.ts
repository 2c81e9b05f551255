/** `reserved`: a content task works on it. `used`: it has a content. */
export const TOPIC_STATUSES = ['open', 'reserved', 'used', 'rejected', 'expired'] as const;
export type TopicStatus = (typeof TOPIC_STATUSES)[number];

export const TOPIC_ORIGINS = ['editor', 'import', 'source', 'history', 'request'] as const;
export type TopicOrigin = (typeof TOPIC_ORIGINS)[number];

/** Failed content tasks after which a topic is rejected, so that each run does not pay for it again. */
export const MAX_TOPIC_FAILURES = 3;

export type TopicAction = 'edit' | 'reject' | 'restore' | 'delete';

/** The states in which an editor may act. A content task decides about a reserved topic, and a used one has its content. */
const EDITABLE: Readonly<Record<TopicAction, readonly TopicStatus[]>> = {
  edit: ['open'],
  reject: ['open', 'expired'],
  restore: ['rejected', 'expired'],
  delete: ['open', 'rejected', 'expired'],
};

export function mayActOn(action: TopicAction, status: TopicStatus): boolean {
  return EDITABLE[action].includes(status);
}
