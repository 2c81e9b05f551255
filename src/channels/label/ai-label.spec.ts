import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { escapeHtml } from '../../core/page/escape-html.ts';
import type { PublishPackage } from '../publish-package.ts';
import { AiLabelError, type AiLabelInput, createAiLabel } from './ai-label.ts';
import { labelledHtml, labelledMarkdown, labelMeta } from './label-carriers.ts';
import { findLabelInHtml } from './verify-label.ts';

const input: AiLabelInput = {
  level: 'generated',
  language: 'zh',
  contentId: '0195e5c0-7f3a-7c11-9b1e-5d0f1a2b3c4d',
  producer: '001191110102MAD55U9H0F10002',
  model: 'm-1',
  provider: 'example',
  generatedAt: '2026-11-28T09:00:00.000Z',
  reviewedBy: 'Ann',
  reviewedAt: '2026-11-28T10:00:00.000Z',
  responsible: 'Press',
};
const packageOf = (changes: Partial<AiLabelInput>): PublishPackage =>
  ({
    title: 'T: "x"',
    tags: [],
    bodyHtml: '<p>Body</p>',
    bodyMarkdown: 'Body',
    createdAt: 'now',
    aiLabel: createAiLabel({ ...input, ...changes }),
  }) as unknown as PublishPackage;

describe('createAiLabel', () => {
  it.each(['generated', 'assisted'] as const)('%s: the default texts name AI and what it did', (level) => {
    const zh = createAiLabel({ ...input, level }).visibleText;
    expect(zh).toMatch(/人工智能|AI/);
    expect(zh).toMatch(/生成|合成/);
    const en = createAiLabel({ ...input, level, language: 'en' }).visibleText;
    expect(en).toMatch(/artificial intelligence/);
    expect(en).toMatch(/generated/);
  });

  it('has the seven members of GB 45438-2025, all strings', () => {
    const { aigc } = createAiLabel(input);
    expect(Object.keys(aigc ?? {})).toEqual([
      'Label',
      'ContentProducer',
      'ProduceID',
      'ReservedCode1',
      'ContentPropagator',
      'PropagateID',
      'ReservedCode2',
    ]);
    expect(Object.values(aigc ?? {}).every((value) => typeof value === 'string')).toBe(true);
    expect(aigc).toMatchObject({ Label: '1', ContentProducer: input.producer, ProduceID: input.contentId });
  });

  it('is empty for a text without a model, and keeps who reviewed it', () => {
    expect(createAiLabel({ ...input, level: 'none' })).toMatchObject({
      visibleText: null,
      aigc: null,
      reviewedBy: 'Ann',
      responsible: 'Press',
    });
  });

  it.each([
    ['visibleText', { visibleText: '本文由小编撰写' }],
    ['visibleText', { visibleText: '人工智能' }],
    ['visibleText', { visibleText: ' ', language: 'en' as const }],
    ['visibleText', { visibleText: 'Generated with care', language: 'en' as const }],
    ['producer', { producer: ' ' }],
  ])('rejects %s: %j', (field, changes) => {
    expect(() => createAiLabel({ ...input, ...changes })).toThrow(AiLabelError);
    expect(() => createAiLabel({ ...input, ...changes })).toThrow(expect.objectContaining({ field }));
  });
});

describe('the carriers of the label', () => {
  it('are at the chosen end of HTML and Markdown', () => {
    expect(labelledHtml(packageOf({ position: 'start' }))).toMatch(
      /^<p class="ai-label"[^>]*>本文由人工智能（AI）生成。<\/p>\n<p>Body<\/p>$/,
    );
    expect(labelledHtml(packageOf({ position: 'end' }))).toMatch(/^<p>Body<\/p>\n<p class="ai-label"/);
    expect(labelledMarkdown(packageOf({ position: 'start' }))).toMatch(/---\n\n> 本文由人工智能（AI）生成。\n\nBody\n$/);
    expect(labelledMarkdown(packageOf({ position: 'end' }))).toMatch(/---\n\nBody\n\n> 本文由人工智能（AI）生成。\n$/);
  });

  it('are in the front matter of Markdown under AIGC', () => {
    const content = packageOf({ producer: 'a: "b"\n---\nx' });
    const front = labelledMarkdown(content).slice(4).split(/^---$/m).slice(0, -1).join('---');
    expect((parse(front) as { AIGC: unknown }).AIGC).toEqual(content.aiLabel.aigc);
  });

  it('are absent without a label', () => {
    const content = packageOf({ level: 'none' });
    expect([labelledHtml(content), labelMeta(content.aiLabel)]).toEqual(['<p>Body</p>', '']);
    expect(labelledMarkdown(content)).not.toContain('AIGC');
    expect(findLabelInHtml('<p>Body</p>', content.aiLabel)).toEqual({ state: 'not_needed' });
  });
});

describe('findLabelInHtml', () => {
  const label = createAiLabel(input);
  const visible = `<p>${label.visibleText}</p>`;
  const page = (head: string, body: string): string => `<html><head>${head}</head><body>${body}</body></html>`;

  it('finds what the carriers wrote, for any producer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('zh' as const, 'en' as const), (producer, language) => {
        fc.pre(producer.trim() !== '' && producer.isWellFormed());
        const content = packageOf({ producer, language });
        const { aiLabel } = content;
        expect(findLabelInHtml(labelledHtml(content), aiLabel)).toEqual({ state: 'found' });
        expect(findLabelInHtml(page(labelMeta(aiLabel), `<p>${escapeHtml(aiLabel.visibleText ?? '')}</p>`), aiLabel)).toEqual({
          state: 'found',
        });
      }),
    );
  });

  it('accepts curled quotes, wrapped lines and markup inside of the text', () => {
    const quoted = createAiLabel({ ...input, language: 'en', visibleText: `Generated by "AI", the editors' tool` });
    const shown = '<p>Generated by &#8220;<b>AI</b>&#8221;,\nthe editors&rsquo;&nbsp;tool</p>';
    expect(findLabelInHtml(page(labelMeta(quoted), shown), quoted)).toEqual({ state: 'found' });
  });

  it.each([
    ['the text in a comment', page(labelMeta(label), `<!-- ${visible} -->`), false, true],
    ['the text in a script', page(labelMeta(label), `<script>"${label.visibleText}"</script>`), false, true],
    ['the text in the head', page(`${labelMeta(label)}<title>${label.visibleText}</title>`, 'x'), false, true],
    ['metadata in a comment', page(`<!-- ${labelMeta(label)} -->`, visible), true, false],
    ['the metadata of another content', page(labelMeta(createAiLabel({ ...input, contentId: 'other' })), visible), true, false],
    ['broken metadata', page('<meta name="AIGC" content="{">', visible), true, false],
    ['no metadata', page('', visible), true, false],
  ])('reports what is missing: %s', (_, html, isVisible, machineReadable) => {
    expect(findLabelInHtml(html, label)).toEqual({ state: 'missing', visible: isVisible, machineReadable });
  });
});
