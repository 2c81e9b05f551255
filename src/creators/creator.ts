import type { CreationFinding } from '../core/text/check-content.ts';

export type CreationLanguage = 'zh' | 'en';
export type CreationKind = 'digest' | 'brief' | 'article' | 'data';
/** 选题 → 提纲 → 正文 → 配图 → 自检 → 入库 */
export type CreationStep = 'topic' | 'outline' | 'draft' | 'images' | 'check' | 'package';
export type CreationLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where material comes from: `location` is a URL or a path, `text` holds the words of notes. */
export interface Source {
  type: 'rss' | 'file' | 'url' | 'notes';
  name?: string;
  location?: string;
  text?: string;
  keywords?: string[];
}

/** How the account speaks. Lengths in words (字 for Chinese). */
export interface Voice {
  tone?: string;
  persona?: string;
  minWords?: number;
  maxWords?: number;
  requiredPhrases?: string[];
  forbiddenPhrases?: string[];
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
  /** Code or name of one of the account's sections, or a word of the editor's own. */
  category: string | null;
  requirements: string | null;
  /** Of this request; the account's own tone is in its voice. */
  tone: string | null;
  language: CreationLanguage;
  account: CreationAccount;
  sources: Source[];
}

/** What a running creation may ask of the engine. */
export interface CreationRun {
  readonly signal: AbortSignal;
  /** `percent` 0–100, never falling. */
  progress(percent: number, step: CreationStep): void;
  log(level: CreationLogLevel, message: string, data?: Record<string, unknown>): void;
  /** Runs `fn` once per step and inputs: a retry gets the stored value back. What `fn` returns must survive JSON. */
  checkpoint<T>(step: CreationStep, inputs: unknown, fn: () => Promise<T>): Promise<T>;
}

/** A source that was quoted; `id` is its footnote in the body. `publishedAt` is an ISO date. */
export interface QuotedSource {
  id: string;
  title: string;
  location: string;
  publishedAt: string | null;
}

/** How the content came about; `inputsHash` is a SHA-256 over everything that steered it. */
export interface CreationProvenance {
  creator: string;
  version: string;
  inputsHash: string;
  [fact: string]: unknown;
}

export interface CreationResult {
  kind: CreationKind;
  title: string;
  summary: string;
  bodyMarkdown: string;
  /** Paragraphs of the body, as plain text, that the creator adds to any text: they satisfy no rule of the account. */
  boilerplate: string[];
  /** What the editor should know of the making, see checkContent. */
  findings: CreationFinding[];
  sources: QuotedSource[];
  coverSvg: string;
  claims: string[];
  usage: null;
  provenance: CreationProvenance;
  warnings: string[];
  /** 0–100 by the rules of checkContent; null where they do not apply. */
  qualityScore: number | null;
}

export interface CreatorDescription {
  name: string;
  needsNetwork: boolean;
  /** The work goes on elsewhere after the request was taken. */
  asynchronous: boolean;
}

/** Writes one content. Every failure is a CreationError, except an abort, which is the signal's reason. */
export abstract class Creator {
  abstract describe(): CreatorDescription;
  abstract create(request: CreationRequest, run: CreationRun): Promise<CreationResult>;
}
