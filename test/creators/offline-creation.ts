import { readFileSync } from 'node:fs';
import { markdownToText } from '../../src/core/text/markdown-text.ts';
import { splitSentences } from '../../src/core/text/sentences.ts';
import type { CreationRequest, CreationResult, CreationRun, CreationStep, Source, Voice } from '../../src/creators/creator.ts';
import { readHtml } from '../../src/creators/offline/html-text.ts';
import { OfflineCreator, OfflineCreatorConfig } from '../../src/creators/offline/offline-creator.ts';
import { type FetchedText, SourceFetcher } from '../../src/creators/offline/source-fetcher.ts';

const ROOT = 'test/fixtures/sources';
export const fixture = (name: string): string => readFileSync(`${ROOT}/${name}`, 'utf8');

export class StubFetcher extends SourceFetcher {
  constructor(private readonly pages: Readonly<Record<string, string>> = {}) {
    super();
  }
  override async fetchText(url: string): Promise<FetchedText> {
    const text = this.pages[url];
    if (text === undefined) throw new Error('connection refused');
    return { text, contentType: '', cut: false };
  }
}

export class RecordedRun implements CreationRun {
  readonly taskId = 'task';
  readonly attempt = 1;
  readonly stopper = new AbortController();
  readonly signal = this.stopper.signal;
  readonly steps: [number, CreationStep][] = [];
  readonly checkpoints = new Map<string, string>();
  onStep: (step: CreationStep) => void = () => {};

  progress(percent: number, step: CreationStep): void {
    this.steps.push([percent, step]);
    this.onStep(step);
  }
  log(): void {}
  readonly ownContents = () => Promise.reject(new Error('not asked for'));
  readonly findRoundUp = () => Promise.resolve(null);
  async checkpoint<T>(step: CreationStep, inputs: unknown, fn: () => Promise<T>): Promise<T> {
    const key = `${step} ${JSON.stringify(inputs)}`;
    const stored = this.checkpoints.get(key) ?? JSON.stringify(await fn());
    this.checkpoints.set(key, stored);
    return JSON.parse(stored) as T;
  }
}

export const file = (location: string): Source => ({ type: location.endsWith('.xml') ? 'rss' : 'file', location });
export const notes = (text: string): Source => ({ type: 'notes', text, name: 'Notes' });
export const english = (more: Partial<CreationRequest> = {}, voice: Voice = {}): CreationRequest => ({
  topic: 'grid storage',
  keywords: ['storage'],
  category: null,
  requirements: null,
  tone: null,
  previousFindings: [],
  options: {},
  language: 'en',
  account: { id: 'a', name: 'Energy Frontline', voice, sections: [] },
  sources: ['grid-storage.md', 'energy-news.rss.xml', 'grid-lab.atom.xml'].map(file),
  ...more,
});
export const chinese = (more: Partial<CreationRequest> = {}, voice: Voice = {}): CreationRequest =>
  english({ topic: '储能电站', keywords: ['储能'], language: 'zh', sources: [file('cunneng-baogao.md')], ...more }, voice);

export const creator = (fetcher: SourceFetcher = new StubFetcher()): OfflineCreator =>
  new OfflineCreator(fetcher, new OfflineCreatorConfig([ROOT]));
export const create = (request: CreationRequest, run: CreationRun = new RecordedRun()): Promise<CreationResult> =>
  creator().create(request, run);

/** The quoted passages and the ids of their footnotes. */
export function passagesOf({ bodyMarkdown }: CreationResult): { text: string; note: string | undefined }[] {
  const [body = ''] = bodyMarkdown.split('\n[^1]: ');
  return [...body.matchAll(/([^\n]+?)\[\^(\d+)\]/g)].map(([, text = '', note]) => ({
    text: markdownToText(text.replace(/^(?: \\\[…\\\] |〔……〕)/, '')),
    note,
  }));
}

export function quotedSentences(result: CreationResult): string[] {
  return passagesOf(result).flatMap(({ text }) => splitSentences(text));
}

export function sentencesOf(name: string): string[] {
  const raw = fixture(name)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/<!\[CDATA\[|\]\]>/g, '');
  const text = name.endsWith('.xml') ? readHtml(raw).sections.flatMap(({ paragraphs }) => paragraphs) : markdownToText(raw).split('\n');
  return text.flatMap(splitSentences);
}
