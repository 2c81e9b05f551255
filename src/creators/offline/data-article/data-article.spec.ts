import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markdownToText } from '../../../core/text/markdown-text.ts';
import { CreationError } from '../../creation-error.ts';
import type { CreationRequest, CreationRun, Source } from '../../creator.ts';
import { OfflineCreator, OfflineCreatorConfig } from '../offline-creator.ts';
import { type FetchedText, SourceFetcher } from '../source-fetcher.ts';

class OneFetcher extends SourceFetcher {
  override async fetchText(): Promise<FetchedText> {
    return { text: CSV, contentType: 'text/csv', cut: false, lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT' };
  }
}

const CSV = 'city,rain,days\nBergen,2495,213\nLyon,832,104\nAthens,377,64\n';
const RUN: CreationRun = {
  taskId: 'data',
  attempt: 1,
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
  checkpoint: (_step, _inputs, fn) => fn(),
  ownContents: () => Promise.reject(new Error('not asked for')),
  findRoundUp: () => Promise.resolve(null),
};
const creator = new OfflineCreator(new OneFetcher(), new OfflineCreatorConfig(['test/fixtures/data']));

function requestOf(sources: Source[], options: CreationRequest['options'] = {}, language: 'en' | 'zh' = 'en'): CreationRequest {
  const account = { id: 'a', name: 'Figures', voice: {}, sections: [] };
  return {
    topic: null,
    keywords: [],
    category: null,
    requirements: null,
    tone: null,
    previousFindings: [],
    language,
    account,
    sources,
    options,
  };
}
const inline = (text: string): Source[] => [{ type: 'data', name: 'table', text }];
const render = (text: string, template: string): Promise<string> =>
  creator
    .create(requestOf(inline(text), { template }), RUN)
    .then(({ bodyMarkdown }) => markdownToText(bodyMarkdown.split('[^1]')[0] ?? ''));
const refusal = async (text: string, options: CreationRequest['options']): Promise<CreationError> => {
  const error = await creator.create(requestOf(inline(text), options), RUN).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CreationError);
  return error as CreationError;
};

describe('a data article', () => {
  it('has the highest, the lowest and the mean in its first sentences, and each row with its rank', async () => {
    const { kind, title, summary, bodyMarkdown, sources, provenance, qualityScore } = await creator.create(
      requestOf([{ type: 'data', location: 'rainfall.csv' }]),
      RUN,
    );
    expect({ kind, title, summary }).toEqual({
      kind: 'data',
      title: 'rainfall: rain in mm',
      summary: 'The highest value of “rain in mm” is 2,495 (Bergen), the lowest 377 (Athens). The mean of the 4 rows is 1,193.5.',
    });
    expect(bodyMarkdown).toContain('| Perth | 1,070 | 2 |');
    expect(sources).toMatchObject([{ id: '1', title: 'rainfall', location: 'rainfall.csv' }]);
    expect(provenance).toMatchObject({
      form: 'data-article',
      template: 'default',
      data: {
        name: 'rainfall',
        location: 'rainfall.csv',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        modifiedAt: expect.stringMatching(/^\d{4}-/),
        readAt: expect.stringMatching(/^\d{4}-/),
        rows: 4,
      },
    });
    expect(qualityScore).toBeGreaterThanOrEqual(60);
    expect(bodyMarkdown.match(/^\|.*\|$/gm)).toHaveLength(6);
  });

  it('adds up the figures and gives shares only when they add up to a total', async () => {
    const { bodyMarkdown } = await creator.create(requestOf([{ type: 'data', location: 'rainfall.csv' }], { total: true }), RUN);
    expect(bodyMarkdown).toContain('Together they are 4,774, of which Bergen has 52.3%.');
    expect(bodyMarkdown).toContain('| Lyon | 832 | 17.4% | 3 |');
  });

  it('gives the change of rising dates, from JSON and from GB18030', async () => {
    const json = await creator.create(requestOf([{ type: 'data', location: 'visitors.json' }]), RUN);
    expect(json.summary).toMatch(/^From 2021 to 2023, “visitors” rose from 18200 to 24110, a change of 5910 \(32\.5%\)\. /);
    const csv = await creator.create(requestOf([{ type: 'data', location: 'canguan-gb18030.csv' }], {}, 'zh'), RUN);
    expect(csv.summary).toBe(
      '从2021年到2023年，“参观人次（万）”从 182.5 升到 241.1，变化 58.6（32.1%）。“参观人次（万）”最高的是2022年（254.8），最低的是2021年（182.5），3 行的平均值是 226.13。',
    );
    const fromZero = await creator.create(requestOf(inline('year,n\n2021,0\n2022,4')), RUN);
    expect(fromZero.summary).toMatch(/^From 2021 to 2022, “n” rose from 0 to 4\. /);
  });

  it('reads a web address with the time of its Last-Modified header, and rows in the account', async () => {
    const web = await creator.create(requestOf([{ type: 'data', name: 'Rain', location: 'https://a.example/rain.csv' }]), RUN);
    expect(web.sources).toEqual([{ id: '1', title: 'Rain', location: 'https://a.example/rain.csv', publishedAt: '2026-03-02' }]);
    const own = await creator.create(requestOf(inline(CSV)), RUN);
    expect(own.provenance).toMatchObject({ data: { location: null, modifiedAt: null, rows: 3 } });
  });

  it('takes title and sentences from the template of the account or the request', async () => {
    const template =
      '# Rain in {{ rows | count }} cities\n\n{% assign top = rows | max_rows: "rain" %}{{ top[0].city }} has rain on {{ top[0].days }} days.';
    const { title, summary, provenance } = await creator.create(requestOf(inline(CSV), { template }), RUN);
    expect({ title, summary }).toEqual({ title: 'Rain in 3 cities', summary: 'Bergen has rain on 213 days.' });
    expect(provenance).toMatchObject({ template: 'own' });
  });

  it('is the choice of an account that has only data, and of a request that names the form', async () => {
    const notes: Source = { type: 'notes', text: 'A tide follows the moon.' };
    const both = [...inline(CSV), notes];
    expect((await creator.create(requestOf(both, { form: 'data-article' }), RUN)).kind).toBe('data');
    await expect(creator.create(requestOf(both), RUN)).rejects.toMatchObject({ code: 'insufficient_material' });
    const kit = await creator.create({ ...requestOf(both, { form: 'writing-kit' }), topic: 'Tides' }, RUN);
    expect(kit.kind).toBe('brief');
    await expect(creator.create(requestOf(inline(CSV), { form: 'digest' }), RUN)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('source with text'),
    });
  });
});

describe('the named computations', () => {
  it.each([
    ['{{ rows | sum: "rain" }}', '3704'],
    ['{{ rows | mean: "rain" }}', '1234.7'],
    ['{{ rows | max: "rain" }} {{ rows | min: "rain" }}', '2495 377'],
    ['{{ rows | change: "rain" }} {{ rows | change_percent: "rain" }}', '-2118 -84.9%'],
    ['{{ rows | direction: "rain" }}', 'down'],
    ['{{ rows[1] | share: "rain", rows }} {{ rows[1] | rank: "rain", rows }}', '22.5% 2'],
    ['{{ rows | lowest_first: "rain" | first_rows: 2 | map: "city" | join: ", " }}', 'Athens, Lyon'],
    ['{{ rows | last_rows: 1 | sum: "days" }}', '64'],
  ])('%s', async (template, expected) => {
    expect(await render(CSV, template)).toBe(expected);
  });

  it('are exact, keep currency, percent and thousands, and give equal values one rank', async () => {
    const text = 'a,price,part\nx,"€1,000.10",0.1%\ny,€0.20,0.2%\nz,€0.20,0.3%';
    const template =
      '{{ rows | sum: "price" }}; {{ rows | sum: "part" }}; {% for row in rows %}{{ row | rank: "price", rows }} {% endfor %}; {{ rows | min_rows: "price" | map: "a" | join: "+" }}';
    expect(await render(text, template)).toBe('€1,000.50; 0.6%; 1 2 2 ; y+z');
  });

  it('sum any decimals like integers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 20 }), async (cents) => {
        const cell = (value: number): string =>
          `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
        const sum = cents.reduce((total, each) => total + each, 0);
        expect(await render(`a,n\n${cents.map((each) => `x,${cell(each)}`).join('\n')}`, 'Sum {{ rows | sum: "n" }}')).toBe(
          `Sum ${cell(sum)}`,
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('the refusals', () => {
  it.each<[string, string, CreationRequest['options'], string, RegExp]>([
    ['no rows', 'city,rain\n', {}, 'data_empty', /"table" has no rows: write column names/],
    ['no text', ' ', {}, 'data_empty', /no rows/],
    [
      'a column that the template misspells',
      CSV,
      { template: '{{ rows[0].rian }}' },
      'column_missing',
      /"rows\.0\.rian".*line:1.*"city", "rain", "days".*Did you mean "rain"\?/,
    ],
    ['the same inside of a condition', CSV, { template: '{% if rows[0].rian %}a{% endif %}' }, 'column_missing', /rian/],
    ['a column of a filter', CSV, { template: '{{ rows | sum: "Rain" }}' }, 'column_missing', /"Rain".*Did you mean "rain"/],
    ['a column of an option', CSV, { column: 'snow' }, 'column_missing', /The option "column" names the column "snow"/],
    [
      'a cell that is no number',
      'city,rain\nBergen,2495\nLyon,n/a',
      { column: 'rain' },
      'cell_not_numeric',
      /Row 2, column "rain" is "n\/a", which is no number: write it as 1234\.5/,
    ],
    ['a decimal comma', 'city;rain\nBergen;3,5', { column: 'rain' }, 'cell_not_numeric', /Row 1, column "rain" is "3,5"/],
    [
      'an empty cell',
      'city,rain\nBergen,\nLyon,8',
      { column: 'rain' },
      'cell_not_numeric',
      /Row 1, column "rain" is empty: .*`filled: "rain"`/,
    ],
    [
      'two currencies',
      'city,price\nLyon,€8\nPerth,$9',
      { column: 'price' },
      'cell_not_numeric',
      /Row 2, column "price" is "\$9" and the first is "€8"/,
    ],
    ['a percentage of nothing', 'y,n\na,0\nb,2', { template: '{{ rows | change_percent: "n" }}' }, 'not_computable', /begins with 0/],
    ['a row with too few cells', 'city,rain\nBergen', {}, 'data_unreadable', /Line 2 of "table"/],
    ['two columns of one name', 'a,a\n1,2', {}, 'data_unreadable', /two columns named "a"/],
    ['broken JSON', '[{"a": 1},', {}, 'data_unreadable', /not valid JSON/],
    ['JSON of another shape', '{"a": 1}', {}, 'data_unreadable', /array of objects/],
    ['a nested value', '[{"a": [1]}]', {}, 'data_unreadable', /Row 1, column "a"/],
    [
      'a number of the template',
      CSV,
      { template: 'Rain doubled since 1990 in {{ rows[0].city }}.' },
      'number_not_computed',
      /the number 1990/,
    ],
    ['a number of unnamed arithmetic', CSV, { template: '{{ rows[0].rain | times: 2 }}' }, 'template_invalid', /undefined filter: times/],
    ['a tag that reads files', CSV, { template: '{% include "a" %}' }, 'template_invalid', /tag "include" not found/],
    ['a template that never ends', CSV, { template: '{% for i in (1..100000000) %}x{% endfor %}' }, 'template_invalid', /limit exceeded/],
    ['a template that is not Liquid', CSV, { template: '{% if x %}' }, 'template_invalid', /not closed/],
    ['a row as a text', CSV, { template: '{{ rows[0] }}' }, 'template_invalid', /name a column/],
    ['a filter on no rows', CSV, { template: '{{ topic | sum: "rain" }}' }, 'template_invalid', /needs rows/],
    ['a template without text', CSV, { template: '{% if false %}a{% endif %}' }, 'template_invalid', /empty text/],
    ['a source that is not there', CSV, { data: 'other' }, 'data_source_missing', /"other".*"table"/],
    ['too many rows', `n\n${'1\n'.repeat(5_001)}`, {}, 'data_too_large', /more than 5000 rows/],
  ])('name the place and the remedy: %s', async (_what, text, options, reason, message) => {
    expect(await refusal(text, options)).toMatchObject({ code: 'invalid_input', reason, message: expect.stringMatching(message) });
  });

  it('come before a task for a template that cannot be parsed', () => {
    expect(creator.options.faults({ template: '{% if x %}' }, '/creatorOptions')).toMatchObject([
      { pointer: '/creatorOptions/template', code: 'invalid', detail: expect.stringContaining('not closed') },
    ]);
    expect(JSON.parse(JSON.stringify(creator.options.schema))).toEqual(creator.options.schema);
  });
});
