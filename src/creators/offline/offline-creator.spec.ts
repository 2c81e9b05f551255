import { describe, expect, it, jest } from '@jest/globals';
import { markdownToText } from '../../core/text/markdown-text.ts';
import { countedText } from '../../core/text/content-body.ts';
import { splitSentences } from '../../core/text/sentences.ts';
import { countWords } from '../../core/text/word-count.ts';
import type { CreationRequest, CreationStep, Source, Voice } from '../creator.ts';
import { checkCreation } from '../check-creation.ts';
import {
  chinese,
  create,
  creator,
  english,
  file,
  fixture,
  notes,
  passagesOf,
  quotedSentences,
  RecordedRun,
  sentencesOf,
  StubFetcher,
} from '../../../test/creators/offline-creation.ts';

describe('OfflineCreator digest', () => {
  it.each([
    ['en', english(), ['grid-storage.md', 'energy-news.rss.xml', 'grid-lab.atom.xml'], 'Grid storage: what 3 sources say'],
    ['zh', chinese(), ['cunneng-baogao.md'], '储能电站：《储能电站实地报告》怎么说'],
  ])('quotes real sources word for word, each sentence with its footnote (%s)', async (_, request, names, title) => {
    const result = await create(request);
    const passages = passagesOf(result);
    expect(result.title).toBe(title);
    expect(result.kind).toBe('digest');
    expect(passages.length).toBeGreaterThanOrEqual(6);
    for (const { text, note } of passages) {
      const all = names.map(sentencesOf).find((each) => each.includes(splitSentences(text)[0] ?? '')) ?? [];
      for (const sentence of splitSentences(text)) expect(all).toContain(sentence);
      expect(result.sources.map(({ id }) => id)).toContain(note);
      expect(result.bodyMarkdown).toMatch(new RegExp(`^\\[\\^${note ?? 'none'}\\]: .{5,}$`, 'm'));
    }
    const quoted = quotedSentences(result);
    expect(new Set(quoted).size).toBe(quoted.length);
    for (const name of names) {
      const all = sentencesOf(name);
      const ofSource = quoted.filter((text) => all.includes(text)).length;
      expect(ofSource).toBeGreaterThan(0);
      expect(ofSource).toBeLessThanOrEqual(all.length * 0.2);
    }
    expect(result.qualityScore).toBe(names.length > 1 ? 75 : 65); // no rules of the voice, and for zh no second source
    expect(result.warnings).toEqual([]);
    expect(result.coverSvg).toContain('<svg');
  });

  it('leads with the closest passage, names places and dates, lists its sources, and describes how it was made', async () => {
    const result = await create(english());
    expect(result.bodyMarkdown).toMatch(
      /^3 sources, dated 2026-03-14 to 2026-04-02, have passages on \*\*grid storage\*\*\. The passage closest to the topic:\n\n> .+\[\^1\]\n/,
    );
    expect(result.bodyMarkdown).toMatch(/^\[\^\d\]: Storage on the grid, a field report, “[^”]+”, `grid-storage\.md`, 2026-03-14$/m);
    expect(result.bodyMarkdown).toMatch(
      /## Sources\n\n- Storage on the grid, a field report, `grid-storage\.md`, 2026-03-14, \d+ of 41 sentences quoted\n- /,
    );
    expect(result.bodyMarkdown).toMatch(
      /\[\^\d\]: \[Energy Notes\]\(<https:\/\/news\.example\.org\/leipzig>\), “Storage tender in Leipzig closes early”, 2026-03-18/,
    );
    expect(result.bodyMarkdown).toContain('No model wrote or changed a word');
    expect(result.bodyMarkdown).not.toMatch(/javascript:|hidden from readers/);
    expect(result.sources).toContainEqual({
      id: expect.any(String),
      title: expect.stringMatching(/^Storage on the grid, a field report — /),
      location: 'grid-storage.md',
      publishedAt: '2026-03-14',
    });
    expect((await create(chinese())).bodyMarkdown).toContain('没有模型参与写作');
  });

  it('lists a word that no quotation uses, and does not call it left open', async () => {
    const noteOf = async (topic: string): Promise<string | undefined> =>
      /^(?:Left open|The quoted passages do not use).*/m.exec((await create(english({ topic, keywords: [] }))).bodyMarkdown)?.[0];
    expect(await noteOf('grid storage batteries zeppelins')).toBe('The quoted passages do not use “zeppelins”.');
    expect(await noteOf('Why does grid storage need zeppelins?')).toBe('The quoted passages do not use “zeppelins”.');
  });

  it('gives equal bytes for equal input, and other bytes for another topic', async () => {
    const first = await create(english());
    expect(await create(english())).toEqual(first);
    const other = await create(english({ topic: 'fire safety and insurance', keywords: [] }));
    expect(other.provenance.inputsHash).not.toBe(first.provenance.inputsHash);
    expect(quotedSentences(other).join(' ')).toMatch(/Fire safety|Insurance/);
    expect(quotedSentences(first).join(' ')).not.toMatch(/Fire safety|Insurance/);
  });

  it('resumes from checkpoints without reading the sources again', async () => {
    const url = 'https://news.example.org/feed';
    const fetcher = new StubFetcher({ [url]: fixture('energy-news.rss.xml') });
    const fetched = jest.spyOn(fetcher, 'fetchText');
    const run = new RecordedRun();
    const request = english({ sources: [{ type: 'rss', location: url }, file('grid-storage.md')] });
    const first = await creator(fetcher).create(request, run);
    expect(await creator(fetcher).create(request, run)).toEqual(first);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect([...run.checkpoints.keys()].map((key) => key.split(' ')[0])).toEqual(['topic', 'draft']);
  });

  it('reports progress that never falls', async () => {
    const run = new RecordedRun();
    await create(english(), run);
    expect(run.steps.map(([, step]) => step)).toEqual(['topic', 'outline', 'draft', 'images', 'check', 'package']);
    const percents = run.steps.map(([percent]) => percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
  });

  it.each<CreationStep>(['topic', 'draft', 'check'])('stops soon after an abort during %s', async (at) => {
    const run = new RecordedRun();
    run.onStep = (step) => {
      if (step === at) run.stopper.abort(new Error('cancelled by the editor'));
    };
    await expect(create(english(), run)).rejects.toThrow('cancelled by the editor');
    expect(run.steps.at(-1)?.[1]).toBe(at);
  });

  it('respects the voice: maximum, forbidden and required phrases', async () => {
    const short = await create(english({}, { maxWords: 260, forbiddenPhrases: ['Ostrava', 'percent'] }));
    expect(countWords(markdownToText(short.bodyMarkdown))).toBeLessThanOrEqual(260);
    expect(short.bodyMarkdown).not.toMatch(/Ostrava|percent/);
    expect((await create(english({}, { requiredPhrases: ['No advice'] }))).warnings).toEqual([expect.stringContaining('No advice')]);
  });

  it('chooses sentences of the requested language', async () => {
    const mixed = await create(english({ sources: [file('grid-storage.md'), file('cunneng-baogao.md')] }));
    expect(passagesOf(mixed).every(({ text }) => !/\p{sc=Han}/u.test(text))).toBe(true);
    expect(mixed.warnings).toEqual([expect.stringMatching(/^\d+ sentences in another language were left out/)]);
  });

  it.each<[string, CreationRequest, RegExp]>([
    [
      'too few sentences',
      english({ sources: [notes('The first battery was connected in May 2021. It is small.')] }),
      /Found 2 sentences in 1 source.*about 15 full sentences/s,
    ],
    ['nothing in the language', english({ topic: null, sources: [file('cunneng-baogao.md')] }), /in another language/],
    [
      'nothing about the topic',
      english({ topic: 'quantum computing', keywords: [] }),
      /^The sources do not cover "quantum computing": no quotable sentence mentions "quantum" or "computing"\. Add sources/,
    ],
    ['less than the minimum', english({}, { minWords: 2000 }), /at least 2000.*lower the minimum/s],
    ['an empty note', english({ sources: [notes('')] }), /Found 0 sentences/],
  ])('reports what is missing instead of padding: %s', async (_, request, message) => {
    await expect(create(request)).rejects.toMatchObject({
      name: 'CreationError',
      code: 'insufficient_material',
      retryable: false,
      message: expect.stringMatching(message),
    });
  });

  it('continues without a source that cannot be read, but not without any source', async () => {
    const dead: Source = { type: 'rss', location: 'https://dead.example/feed', name: 'Dead feed' };
    const result = await create(english({ sources: [dead, file('absent.md'), file('grid-storage.md')] }));
    expect(result.warnings).toEqual([
      expect.stringContaining('"Dead feed" could not be read: connection refused'),
      expect.stringContaining('absent.md'),
    ]);
    expect(result.findings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['source_unreadable', '/sources/0'],
      ['source_unreadable', '/sources/1'],
    ]);
    expect(result.qualityScore).toBe(45);
    const short = notes('The first battery of the town was connected in May 2021. It is small.');
    await expect(create(english({ sources: [dead, short] }))).rejects.toMatchObject({
      code: 'insufficient_material',
      message: expect.stringMatching(/^Found 2 sentences .*Could not be read: .*"Dead feed" could not be read: connection refused/),
    });
    await expect(create(english({ sources: [dead] }))).rejects.toMatchObject({ code: 'transient', retryable: true });
  });

  it.each(['../../../package.json', '/etc/passwd', '../sources/../../setup.mjs'])(
    'rejects a path outside the roots, whatever the other sources: %s',
    async (location) => {
      await expect(create(english({ sources: [file('grid-storage.md'), { type: 'file', location }] }))).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('outside the folders'),
      });
    },
  );

  it.each<[string, Partial<CreationRequest>, string, RegExp]>([
    ['requirements', { requirements: 'No lists, please.' }, '/requirements', /requirements were not followed/],
    ['a tone', { tone: 'funny' }, '/tone', /tone "funny" was not followed/],
    ['a section that the account does not have', { category: 'sport' }, '/category', /no section "sport"/],
  ])('reports that it ignores %s, and subtracts points for it', async (_, wish, pointer, detail) => {
    const plain = await create(english());
    const { findings, warnings, qualityScore } = await create(english(wish));
    expect(findings).toEqual([{ code: 'wish_ignored', pointer, detail: expect.stringMatching(detail) }]);
    expect(warnings).toEqual([expect.stringMatching(detail)]);
    expect([plain.qualityScore, qualityScore]).toEqual([75, 70]);
  });

  it('does not report the tone of the voice or a known section', async () => {
    const account = { id: 'a', name: 'Energy', voice: { tone: 'calm' }, sections: [{ code: 'news', name: 'News', wordCount: 300 }] };
    expect((await create(english({ account, category: 'news' }))).findings).toEqual([]);
  });

  it('quotes a sentence for each keyword that the sources mention, and reports the others', async () => {
    const keywords = ['Insurance', 'clock', 'heat storage', 'nuclear'];
    const quoted = quotedSentences(await create(english({ topic: null, keywords })));
    for (const word of ['nsurance', 'clock', 'eat storage']) expect(quoted.some((text) => text.includes(word))).toBe(true);
    const { warnings, qualityScore } = await create(english({ topic: null, keywords }));
    expect(warnings).toEqual([expect.stringContaining('missing_keyword: The keyword "nuclear"')]);
    expect(qualityScore).toBe(71);
  });

  it('counts quotations only: its own words satisfy no minimum, keyword or required phrase', async () => {
    const result = await create(english());
    const quoted = quotedSentences(result);
    expect(splitSentences(countedText(result.bodyMarkdown, result.boilerplate).replace(/\n| \[…\] /g, ' '))).toEqual(quoted);
    const words = quoted.reduce((sum, text) => sum + countWords(text), 0);
    const { account } = english();
    const checked = (voice: Voice, keywords: string[] = []): string[] =>
      checkCreation({ ...english({ keywords }), account: { ...account, voice } }, result).findings.map(({ code }) => code);
    expect(checked({ minWords: words })).toEqual([]);
    expect(checked({ minWords: words + 1 })).toEqual(['too_short']);
    expect(checked({ requiredPhrases: ['No model wrote'] })).toEqual(['missing_phrase']);
    expect(checked({}, ['TextRank', 'battery'])).toEqual(['missing_keyword']);
    expect(checked({}, ['points'])).toEqual(['off_topic']); // of the title
    await expect(create(english({}, { minWords: words + 1_000 }))).rejects.toMatchObject({ code: 'insufficient_material' });
  });

  it('reads a web page', async () => {
    const url = 'https://page.example/report';
    const html = `<!doctype html><html><head><title>Web report</title></head><body><h2>Part</h2>${sentencesOf('grid-storage.md')
      .map((text) => `<p>${text}</p>`)
      .join('')}</body></html>`;
    const result = await creator(new StubFetcher({ [url]: html })).create(
      english({ sources: [{ type: 'url', location: url }] }),
      new RecordedRun(),
    );
    expect(result.bodyMarkdown).toContain('[^1]: [Web report](<https://page.example/report>), “Part”');
  });

  it('bounds what it reads and reports it', async () => {
    const text = Array.from(
      { length: 40_000 },
      (_, n) => `Plant ${n} sold ${n * 3} megawatt-hours of storage to town ${n % 97} in ${2000 + (n % 26)}.`,
    ).join(' ');
    const started = process.cpuUsage();
    const result = await create(english({ topic: 'storage', sources: [notes(text)] }));
    const { user, system } = process.cpuUsage(started); // of this process, so the load of the machine does not matter
    expect((user + system) / 1e6).toBeLessThan(8);
    expect(result.warnings.join(' ')).toMatch(/was cut.*first 5000 sentences.*best 600/s);
  });
});
