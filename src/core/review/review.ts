import { type DiagramEdge, stateDiagramOf } from '../state-diagram.ts';

/**
 * The review of a content: its states and transitions, with the actor and the guard of each transition. A test compares
 * this table with the triggers of the migration and with the diagram in docs/content.md.
 */

export const REVIEW_STATUSES = ['draft', 'pending_review', 'approved', 'rejected'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

export const REVIEW_TRANSITION_NAMES = ['create', 'edit', 'fix', 'submit', 'approve', 'return', 'reject', 'reopen', 'undo'] as const;
export type ReviewTransitionName = (typeof REVIEW_TRANSITION_NAMES)[number];

export interface ReviewTransition {
  readonly name: ReviewTransitionName;
  /** Pairs of states. `null` is the origin of a new content. */
  readonly edges: readonly (readonly [from: ReviewStatus | null, to: ReviewStatus])[];
  readonly by: string;
  readonly guard: string;
}

const REVIEW_TRANSITIONS: readonly ReviewTransition[] = [
  {
    name: 'create',
    edges: [
      [null, 'pending_review'],
      [null, 'approved'],
    ],
    by: 'generation',
    guard: 'approved only by the review policy of the account',
  },
  {
    name: 'edit',
    edges: [
      ['draft', 'draft'],
      ['pending_review', 'pending_review'],
      ['approved', 'pending_review'],
      ['rejected', 'pending_review'],
    ],
    by: 'editor',
    guard: 'version that was read',
  },
  { name: 'fix', edges: [['approved', 'approved']], by: 'who approved it', guard: 'version that was read, not four-eyes, no check blocks' },
  { name: 'submit', edges: [['draft', 'pending_review']], by: 'editor', guard: 'version that was read' },
  {
    name: 'approve',
    edges: [['pending_review', 'approved']],
    by: 'approver',
    guard: 'version that was read, no brief, four-eyes: neither requester nor last editor',
  },
  {
    name: 'return',
    edges: [
      ['pending_review', 'draft'],
      ['approved', 'draft'],
    ],
    by: 'approver',
    guard: 'version that was read, a reason',
  },
  {
    name: 'reject',
    edges: [
      ['draft', 'rejected'],
      ['pending_review', 'rejected'],
      ['approved', 'rejected'],
    ],
    by: 'approver',
    guard: 'version that was read, a reason',
  },
  { name: 'reopen', edges: [['rejected', 'pending_review']], by: 'approver', guard: 'version that was read' },
  {
    name: 'undo',
    edges: [
      ['approved', 'pending_review'],
      ['draft', 'pending_review'],
    ],
    by: 'who approved or returned it',
    guard: 'within 10 seconds, version that was read, no publication has begun',
  },
];

/** A decision can be undone for so long. */
export const UNDO_SECONDS = 10;

/** The states that a transition starts from. */
export function sourcesOf(name: ReviewTransitionName): ReviewStatus[] {
  const { edges } = REVIEW_TRANSITIONS.find((transition) => transition.name === name) as ReviewTransition;
  return edges.flatMap(([from]) => from ?? []);
}

/** A reviewer has sent it back or rejected it. */
export function isRewritable(status: ReviewStatus): boolean {
  return status === 'draft' || status === 'rejected';
}

/** Every `transition:from>to` that the table allows. A new content comes from the empty string. */
export function allowedReviews(): Set<string> {
  return new Set(REVIEW_TRANSITIONS.flatMap(({ name, edges }) => edges.map(([from, to]) => `${name}:${from ?? ''}>${to}`)));
}

/** Mermaid text of the table, for docs/content.md. */
export function reviewDiagram(): string {
  return stateDiagramOf(REVIEW_TRANSITIONS.flatMap(({ name, edges }) => edges.map(([from, to]): DiagramEdge => [from, to, name])));
}

/** Why a reviewer sends a content back or rejects it. They are the instruction for the next attempt. */
export const RETURN_REASONS = [
  'factual_error',
  'missing_source',
  'off_topic',
  'incomplete',
  'wrong_tone',
  'structure',
  'too_long',
  'too_short',
  'duplicate',
  'legal',
  'style',
  'other',
] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];
