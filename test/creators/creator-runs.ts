import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CreationError } from '../../src/creators/creation-error.ts';
import type {
  CreationRequest,
  CreationRun,
  CreationStep,
  OwnContent,
  OwnContents,
  OwnContentsWindow,
  Submission,
} from '../../src/creators/creator.ts';

/** What the account of `requestOf` approved in the week before. */
const OWN_CONTENTS: readonly OwnContent[] = ['Batteries for the grid', 'Pumped storage in winter'].map((title, at) => ({
  id: `0193b0a0-0000-7000-8000-00000000010${at}`,
  version: 1,
  kind: 'article',
  title,
  bodyMarkdown: `A grid with ${at + 2} hours of storage needs fewer power plants.`,
  boilerplate: [],
  category: null,
  day: `2026-11-2${at + 3}`,
  url: null,
  isPublished: false,
}));

/** The checkpoints of a task: they outlive its attempts. */
export class StoredSteps {
  readonly outputs = new Map<string, string>();
  /** Steps whose work was done, in this order. */
  readonly done: string[] = [];
  /** The hand-over to another system. */
  readonly key = randomUUID();
  readonly startedAt = new Date();
}

/** The hand-over of a task, as the handler makes it: each attempt repeats that of the first. */
export function submissionOf({ stored, attempt }: RecordedRun, changes: Partial<Submission> = {}): Submission {
  const { key, startedAt } = stored;
  return { key, startedAt, repeated: attempt > 1, isTaken: () => Promise.resolve(false), ...changes };
}

/** A run with checkpoints as the engine keeps them: by step and inputs, as JSON. */
export class RecordedRun implements CreationRun {
  readonly taskId = '0193b0a0-0000-7000-8000-000000000001';
  readonly stopper = new AbortController();
  readonly signal = this.stopper.signal;
  readonly progressed: number[] = [];
  readonly lines: string[] = [];
  onStep: (step: CreationStep) => void = () => {};

  constructor(
    readonly stored = new StoredSteps(),
    readonly attempt = 1,
  ) {}

  progress(percent: number, step: CreationStep): void {
    this.progressed.push(percent);
    this.onStep(step);
  }

  log(_level: string, message: string): void {
    this.lines.push(message);
  }

  async ownContents({ until }: OwnContentsWindow): Promise<OwnContents> {
    return { from: '2026-11-22', to: until ?? '2026-11-28', isOpen: until !== null, contents: [...OWN_CONTENTS] };
  }

  async findRoundUp(): Promise<string | null> {
    return null;
  }

  async checkpoint<T>(step: string, inputs: unknown, fn: () => Promise<T>): Promise<T> {
    const key = `${step} ${JSON.stringify(inputs)}`;
    const known = this.stored.outputs.get(key);
    if (known !== undefined) return JSON.parse(known) as T;
    const output = JSON.stringify(await fn());
    this.stored.outputs.set(key, output);
    this.stored.done.push(step);
    return JSON.parse(output) as T;
  }
}

/** The folder of the files below. */
export const SOURCE_ROOT = 'test/fixtures/sources';

/** A request that every creator can fulfil. */
export function requestOf(changes: Partial<CreationRequest> = {}): CreationRequest {
  return {
    topic: 'grid storage',
    keywords: ['storage'],
    category: null,
    requirements: null,
    tone: null,
    previousFindings: [],
    language: 'en',
    account: { id: '0193b0a0-0000-7000-8000-00000000000a', name: 'Notes', voice: {}, sections: [] },
    sources: [
      { type: 'file', location: 'grid-storage.md' },
      { type: 'rss', location: 'energy-news.rss.xml' },
      { type: 'data', name: 'Storage by country', text: 'country,megawatts\nChina,31300\nGermany,1700\nSpain,120\n' },
    ],
    options: {},
    ...changes,
  };
}

/** The error with which a creator fails. */
export const failureOf = async (work: Promise<unknown>): Promise<CreationError> => {
  const error = await work.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CreationError);
  return error as CreationError;
};
