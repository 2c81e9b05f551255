import type { CreationFinding } from '../core/text/check-content.ts';

export type CreationLanguage = 'zh' | 'en';
export type CreationKind = 'digest' | 'brief' | 'article' | 'data';
/** 选题 → 提纲 → 正文 → 配图 → 自检 → 入库 */
export type CreationStep = 'topic' | 'outline' | 'draft' | 'images' | 'check' | 'package';
export type CreationLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Source material: `location` is a URL or a path, `text` holds the words of notes. */
export interface Source {
  type: 'rss' | 'file' | 'url' | 'notes';
  name?: string;
  location?: string;
  text?: string;
  keywords?: string[];
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
}

/** What a creator may ask of the engine while it runs. */
export interface CreationRun {
  readonly signal: AbortSignal;
  /** `percent` is 0–100 and never falls. */
  progress(percent: number, step: CreationStep): void;
  log(level: CreationLogLevel, message: string, data?: Record<string, unknown>): void;
  /** Runs `fn` once per step and inputs: a retry gets the stored value. The return value must be JSON. */
  checkpoint<T>(step: CreationStep, inputs: unknown, fn: () => Promise<T>): Promise<T>;
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
  usage: null;
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
  /** JSON schema of the options of this creator. */
  readonly optionsSchema: Record<string, unknown>;
}

/** Writes one content. Every failure is a CreationError; an abort throws the reason of the signal. */
export abstract class Creator {
  abstract describe(): CreatorDescription;
  abstract create(request: CreationRequest, run: CreationRun): Promise<CreationResult>;
}
