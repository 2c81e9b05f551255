import type { CreationFinding } from '../core/text/check-content.ts';
import type { CreationError } from './creation-error.ts';
import type { Cost } from './budgets/money.ts';
import { type CreatorOptions, OptionsTable } from './options-table.ts';

export type CreationLanguage = 'zh' | 'en';
/** `brief` is material for a writer and `sample` the output of a test: neither is ever approved or published. */
export type CreationKind = 'digest' | 'brief' | 'article' | 'data' | 'sample';
/** 选题 → 提纲 → 正文 → 配图 → 自检 → 入库 */
export type CreationStep = 'topic' | 'outline' | 'draft' | 'images' | 'check' | 'package';
export type CreationLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A header whose value is that of an environment variable, which is never stored. */
export interface SecretHeader {
  name: string;
  variable: string;
}

/** Where a JSON answer has its items, and each item its parts: paths such as `data.items` or `links.0.href`. */
export interface ApiMapping {
  /** Of the list; the whole answer unless given. */
  items?: string;
  title: string;
  text?: string;
  url?: string;
  published?: string;
  headers?: SecretHeader[];
}

/** Source material: `location` is a URL or a path, `text` holds the words of notes or the rows of data, `api` says how to read JSON. */
export interface Source {
  type: 'rss' | 'file' | 'url' | 'notes' | 'data' | 'api';
  name?: string;
  location?: string;
  text?: string;
  keywords?: string[];
  api?: ApiMapping;
}

/** The style rules of an account. Lengths are in words (字 for Chinese). */
export interface Voice {
  tone?: string;
  persona?: string;
  minWords?: number;
  maxWords?: number;
  requiredPhrases?: string[];
  forbiddenPhrases?: string[];
  /** Phrases inside of which sensitive words are accepted. */
  allowedWords?: string[];
  /** Passages in the voice of the account. A model imitates their manner and not their content. */
  examples?: string[];
  emoji?: boolean;
}

export interface CreationAccount {
  id: string;
  name: string;
  voice: Voice;
  sections: { code: string; name: string; wordCount?: number }[];
}

export interface CreationRequest {
  topic: string | null;
  keywords: string[];
  /** Code or name of a section of the account, or free text of the editor. */
  category: string | null;
  requirements: string | null;
  /** The tone for this request. The account's own tone is in its voice. */
  tone: string | null;
  language: CreationLanguage;
  account: CreationAccount;
  sources: Source[];
  /** Faults of an earlier version that a reviewer sent back. Empty for a first version. */
  previousFindings: string[];
  /** The options of the account, overridden by those of the request, checked against `optionsSchema`. */
  options: CreatorOptions;
}

/** Whole days of the account's time zone. */
export interface OwnContentsWindow {
  days: number;
  /** The last day, YYYY-MM-DD; null for yesterday. */
  until: string | null;
}

/** An approved content of the account. */
export interface OwnContent {
  id: string;
  version: number;
  kind: CreationKind;
  title: string;
  bodyMarkdown: string;
  /** As in CreationResult. */
  boilerplate: string[];
  /** Of its request. */
  category: string | null;
  /** The day of its first approval. */
  day: string;
  /** The address of its publication; null without one. */
  url: string | null;
  isPublished: boolean;
}

/** The approved contents of a window, oldest first. */
export interface OwnContents {
  /** First and last day. */
  from: string;
  to: string;
  /** The last day is not over. */
  isOpen: boolean;
  contents: OwnContent[];
}

/** What a creator may ask of the engine while it runs. */
export interface CreationRun {
  /** The task that pays for the work. */
  readonly taskId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** `percent` is 0–100 and never falls. */
  progress(percent: number, step: CreationStep): void;
  log(level: CreationLogLevel, message: string, data?: Record<string, unknown>): void;
  /** Runs `fn` once per step and inputs: a retry gets the stored value. The return value must be JSON. A step may have parts, as `draft/2`. */
  checkpoint<T>(step: CreationStep | `${CreationStep}/${string}`, inputs: unknown, fn: () => Promise<T>): Promise<T>;
  /** The account's own approved contents that are no round-ups. */
  ownContents(window: OwnContentsWindow): Promise<OwnContents>;
  /** The id of the account's round-up with these inputs; null when there is none. */
  findRoundUp(inputsHash: string): Promise<string | null>;
}

/** A quoted source. `id` is its footnote in the body; `publishedAt` is an ISO date. */
export interface QuotedSource {
  id: string;
  title: string;
  location: string;
  publishedAt: string | null;
}

/** How the content was made. `inputsHash` is a SHA-256 of all inputs. */
export interface CreationProvenance {
  creator: string;
  version: string;
  inputsHash: string;
  [fact: string]: unknown;
}

export interface CreationUsage {
  promptTokens: number;
  completionTokens: number;
  /** Null when a price is unknown. */
  cost: number | null;
  currency: string | null;
  /** A provider reported no usage for at least one call, and the tokens of that call are an estimate. */
  estimated: boolean;
}

export interface CreationResult {
  kind: CreationKind;
  title: string;
  summary: string;
  bodyMarkdown: string;
  /** Paragraphs of the body, as plain text, that the creator adds to every text. They count for no rule of the account. */
  boilerplate: string[];
  /** Findings about the creation for the editor, see checkContent. */
  findings: CreationFinding[];
  sources: QuotedSource[];
  coverSvg: string;
  claims: string[];
  /** Null when no model took part. */
  usage: CreationUsage | null;
  provenance: CreationProvenance;
  warnings: string[];
  /** 0–100 by the rules of checkContent; null where they do not apply. */
  qualityScore: number | null;
}

export interface CreatorDescription {
  readonly description: string;
  readonly needsNetwork: boolean;
  /** The work continues elsewhere after the request was accepted. */
  readonly asynchronous: boolean;
}

export const UNUSABLE_CODES = ['not_configured', 'unauthorized', 'unreachable', 'circuit_open'] as const;

/** Whether a creator can be used now. `detail` says what to change. */
export type CreatorHealth =
  | { readonly usable: true; readonly detail: string | null }
  | {
      readonly usable: false;
      readonly code: (typeof UNUSABLE_CODES)[number];
      readonly detail: string;
    };

const NO_OPTIONS = new OptionsTable();
export const USABLE: CreatorHealth = { usable: true, detail: null };

/** The common part of synchronous and external creators. Every failure is a CreationError; an abort throws the reason of the signal. */
abstract class DescribedCreator {
  /** The options that accounts and requests may send; none by default. */
  readonly options: OptionsTable = NO_OPTIONS;
  /** True for a simulation: its contents are samples, which block no topic of other creators. */
  readonly writesSamples: boolean = false;
  abstract describe(): CreatorDescription;
  /** Costs no money. An answer is due before the signal aborts. A creator that depends on nothing is always usable. */
  probe(_signal: AbortSignal): Promise<CreatorHealth> {
    return Promise.resolve(USABLE);
  }
}

/** Writes one content while the task holds its slot. */
export abstract class Creator extends DescribedCreator {
  abstract create(request: CreationRequest, run: CreationRun): Promise<CreationResult>;
}

/** `progress` is 0–100 where the creator reports one; `pollAfterMs` is the pause before the next poll, where it asks for one. */
export type ExternalStatus =
  | {
      readonly state: 'waiting' | 'running';
      readonly progress: number | null;
      readonly step: CreationStep | null;
      readonly pollAfterMs?: number | null;
    }
  | { readonly state: 'completed' | 'cancelled' }
  /** `usage` is what the failed work cost, where the other system reports it. */
  | { readonly state: 'failed'; readonly error: CreationError; readonly usage?: CreationUsage | null };

/** One hand-over of work to another system. It is stored before the request is sent, so a crash repeats it with the same key. */
export interface Submission {
  /** Equal for each repetition of this hand-over. */
  readonly key: string;
  readonly startedAt: Date;
  /** An earlier request with this key got no answer: the work may exist, and a second one would be paid again. */
  readonly repeated: boolean;
  /** True for the id of work that another task or an earlier hand-over got. */
  isTaken(this: void, externalId: string): Promise<boolean>;
}

/** What another system costs for one piece of work. */
export interface WorkPrice {
  /** The most that it costs. Null when the operator gave no price. */
  readonly cost: Cost | null;
  /** The setting of that price, for messages. */
  readonly setting: string;
}

/** Hands the work to another system, which is polled for the result. The task holds no slot meanwhile. */
export abstract class ExternalCreator extends DescribedCreator {
  /** Milliseconds between two polls; null for ASYNC_POLL_INTERVAL. */
  abstract readonly pollEveryMs: number | null;
  /** Null for work that costs no money. All other work is reserved in the ledger before it is handed over. */
  readonly price: WorkPrice | null = null;
  /** The most that one piece of work costs, as the other system reports it; asked when a budget needs a price and no setting gives one. */
  reportedCost(_signal: AbortSignal): Promise<Cost | null> {
    return Promise.resolve(null);
  }
  /**
   * Returns the id of the work in the other system: at most 500 characters. A retryable error means that the work may have been
   * accepted; after any other error it was not.
   */
  abstract submit(request: CreationRequest, run: CreationRun, submission: Submission): Promise<string>;
  abstract status(externalId: string, signal: AbortSignal): Promise<ExternalStatus>;
  /** The result of completed work. */
  abstract result(externalId: string, request: CreationRequest, run: CreationRun): Promise<CreationResult>;
  /** Returns false when the other system cannot cancel, or has finished. */
  abstract cancel(externalId: string, signal: AbortSignal): Promise<boolean>;
}

export type AnyCreator = Creator | ExternalCreator;
