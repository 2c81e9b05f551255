import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { timerMs } from './timer-ms.ts';

describe('timerMs', () => {
  it.each([
    [0.25, 1],
    [249.7, 250],
    [250, 250],
    [0, 0],
    [-0.5, 0],
    [-3, 0],
    [40 * 86_400_000, 2_147_483_647],
    [Number.POSITIVE_INFINITY, 2_147_483_647],
  ])('%d ms become %d', (ms, whole) => {
    expect(timerMs(ms)).toBe(whole);
    expect(() => AbortSignal.timeout(timerMs(ms))).not.toThrow();
  });

  it('refuses NaN', () => {
    expect(() => timerMs(Number.NaN)).toThrow(RangeError);
  });
});

/** The index of the argument that is the delay, by function. */
const TIMERS: Record<string, number> = { setTimeout: 1, setInterval: 1, 'AbortSignal.timeout': 0 };
const PROMISED_TIMER = "{ setTimeout as delay } from 'node:timers/promises'";

/** Timer calls whose delay is neither a number, nor a constant in capitals, nor timerMs(…). */
function computedTimes(text: string): string[] {
  const found: string[] = [];
  const timers = text.includes(PROMISED_TIMER) ? { ...TIMERS, delay: 0 } : TIMERS;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const time = node.arguments[(timers as Record<string, number>)[node.expression.getText()] ?? Number.POSITIVE_INFINITY];
      if (time && !/^(\d[\d_]*|[A-Z][A-Z_]+|timerMs\(.*\))$/s.test(time.getText())) found.push(node.getText().slice(0, 80));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

describe('every timer of the sources', () => {
  it('uses a constant or timerMs', () => {
    const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((file) => computedTimes(readFileSync(file, 'utf8')).map((call) => `${file}: ${call}`))).toEqual([]);
  });

  it('is reported when it does not', () => {
    const all = `import ${PROMISED_TIMER}; AbortSignal.timeout(dueIn); setTimeout(f, a / 2); setInterval(f, this.ms); delay(x ?? 1)`;
    expect(computedTimes(all)).toHaveLength(4);
    expect(computedTimes('AbortSignal.timeout(timerMs(dueIn)); setTimeout(f, STOP_MS); setInterval(f, 1_000); setImmediate(f)')).toEqual(
      [],
    );
  });
});
