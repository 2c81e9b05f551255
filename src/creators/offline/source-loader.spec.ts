import { describe, expect, it } from '@jest/globals';
import type { Source } from '../creator.ts';
import { collectMaterial } from './digest/quotable-units.ts';
import { type LoadedSources, loadSources } from './source-loader.ts';
import { type FetchedText, SourceFetcher } from './source-fetcher.ts';

class StubFetcher extends SourceFetcher {
  constructor(private readonly answer: FetchedText) {
    super();
  }
  override async fetchText(): Promise<FetchedText> {
    return this.answer;
  }
}

const load = (source: Source, answer: Partial<FetchedText> = {}): Promise<LoadedSources> =>
  loadSources([source], {
    fetcher: new StubFetcher({ text: '', contentType: '', cut: false, ...answer }),
    roots: ['test/fixtures/sources'],
    signal: new AbortController().signal,
  });
const url = (location: string): Source => ({ type: 'url', location });
const LYON = [
  'The café of the museum in Lyon reopened in 2024 after a £12 million renovation.',
  'It’s the first façade in Lyon that was restored with money from 31 countries.',
];

describe('loadSources', () => {
  it.each<[string, Source['type'], string, string]>([
    ['notes-windows-1252.md', 'file', 'Café notes', ''],
    ['page-windows-1252.html', 'file', 'Café notes', ''],
    ['feed-windows-1252.xml', 'rss', 'Café notes', 'Lyon café'],
    ['feed-windows-1252.xml', 'file', 'Café notes', 'Lyon café'],
    ['feed-named-entities.xml', 'file', 'Café notes', 'Lyon café'],
    ['feed-numeric-references.xml', 'rss', 'City notes', 'Lyon'],
  ])('reads %s as %s', async (location, type, title, heading) => {
    const { documents, warnings } = await load({ type, location });
    expect([documents[0]?.title, documents[0]?.sections[0]?.heading ?? '']).toEqual([title, heading]);
    expect(documents[0]?.sections[0]?.paragraphs.slice(0, 2)).toEqual(LYON);
    expect(warnings).toEqual([]);
    expect(collectMaterial(documents, 'en', [])).toMatchObject({ garbled: 0, otherLanguage: 0 });
  });

  it('distinguishes feeds, pages and notes by their first element and their type', async () => {
    const feed =
      '<?xml version="1.0"?><!-- made by hand --><atom:feed xmlns:atom="http://www.w3.org/2005/Atom"><atom:title>F</atom:title></atom:feed>';
    const page = '<?xml version="1.0"?><!DOCTYPE html><html><title>P</title><p>Words.</p></html>';
    expect((await load(url('https://a.example/'), { text: feed })).documents[0]?.title).toBe('F');
    expect((await load(url('https://a.example/'), { text: page })).documents[0]?.title).toBe('P');
    const fragment = await load(url('https://a.example/'), {
      text: '<p>One &pound;.</p><div>Two.</div>',
      contentType: 'Text/HTML; charset=utf-8',
    });
    expect(fragment.documents[0]?.sections[0]?.paragraphs).toEqual(['One £.', 'Two.']);
    const notes = await load(url('https://a.example/'), { text: 'Plain *words*.', contentType: 'text/plain' });
    expect(notes.documents[0]?.sections[0]?.paragraphs).toEqual(['Plain words.']);
  });

  it('passes on that a feed was cut', async () => {
    const text = `<rss><channel><title>F</title>${'<item><title>t</title><description>Some words.</description></item>'.repeat(3)}<item><ti`;
    const { documents, warnings } = await load({ type: 'rss', location: 'https://a.example/f', name: 'News' }, { text, cut: true });
    expect(documents[0]?.sections).toHaveLength(3);
    expect(warnings).toEqual(['The feed "News" was cut after 3 items: 2000000 characters are read.']);
  });

  it('rejects binary content', async () => {
    await expect(load(url('https://a.example/x.pdf'), { text: '%PDF\0' })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

it('drops damaged sentences and counts them', async () => {
  const text = 'The cafÃ© of the museum reopened in Lyon. The station of Lyon will follow in the year 2027.';
  const { documents } = await load({ type: 'notes', text });
  const { units, garbled } = collectMaterial(documents, 'en', []);
  expect([units.map((each) => each.text), garbled]).toEqual([['The station of Lyon will follow in the year 2027.'], 1]);
});
