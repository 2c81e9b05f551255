import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OutputCapture } from './output-capture.ts';

function capture(chunks: readonly Buffer[]) {
  const lines: string[] = [];
  const notes: string[] = [];
  const output = new OutputCapture((text, truncated) => (truncated ? notes : lines).push(text));
  for (const chunk of chunks) output.push(chunk);
  output.end();
  return { lines, notes };
}

describe('OutputCapture', () => {
  it('gives the same lines for any chunks', () => {
    const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '中', '😀'), minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        expect(capture(chunks)).toEqual({ lines, notes: [] });
      }),
    );
  });

  it('keeps a last line without a line end, and drops empty lines', () => {
    expect(capture([Buffer.from('a\r\n\n\nb')]).lines).toEqual(['a', 'b']);
  });

  it('cuts a line without an end', () => {
    const { lines } = capture([Buffer.alloc(20_000, 'x')]);
    expect(lines.map((line) => line.length)).toEqual([8_000, 8_000, 4_000]);
  });

  it('cuts a long line between characters', () => {
    const { lines } = capture([Buffer.from(`${'x'.repeat(7_999)}😀y`), Buffer.from('z'.repeat(16_000))]);
    expect(lines.map((line) => line.length)).toEqual([7_999, 8_000, 8_000, 3]);
    expect(lines.join('')).toBe(`${'x'.repeat(7_999)}😀y${'z'.repeat(16_000)}`);
  });

  it('keeps 256 KiB of a flood, and reports its size', () => {
    const chunk = Buffer.alloc(65_536, 'x');
    const { lines, notes } = capture(Array.from({ length: 1_600 }, () => chunk));
    expect(lines.join('')).toHaveLength(262_144);
    expect(notes).toEqual(['the output is truncated: it had 104857600 bytes']);
  });

  it('keeps the beginning of a chunk that exceeds 256 KiB', () => {
    const { lines, notes } = capture([Buffer.alloc(200_000, 'x'), Buffer.alloc(200_000, 'y')]);
    expect(lines.join('')).toBe('x'.repeat(200_000) + 'y'.repeat(62_144));
    expect(notes).toEqual(['the output is truncated: it had 400000 bytes']);
  });

  it('drops nothing of 4,000 lines, and keeps a byte order mark', () => {
    const { lines, notes } = capture([Buffer.from(`\uFEFF${'y\n'.repeat(4_000)}`)]);
    expect([lines.length, lines[0], notes]).toEqual([4_000, '\uFEFFy', []]);
  });

  it('keeps 4,000 lines of a flood of short ones', () => {
    const { lines, notes } = capture([Buffer.from('y\n'.repeat(5_000))]);
    expect(lines).toHaveLength(4_000);
    expect(notes).toEqual(['the output is truncated: it had 10000 bytes']);
  });
});
