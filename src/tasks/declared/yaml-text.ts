import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { isUnsafeInteger } from '../../core/text/json-scan.ts';
import type { Path } from './yaml-node.ts';

export interface YamlProblem {
  line: number;
  problem: string;
}

/** A YAML document as plain values, with the line of each value. */
export class YamlText {
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();
  /** Syntax errors. With any, `value` is not usable. */
  readonly problems: YamlProblem[];

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const faults = [...this.document.errors, ...this.document.warnings];
    this.problems = faults.map(({ pos, message }) => ({ line: this.lines.linePos(pos[0]).line, problem: message }));
    visit(this.document, {
      Scalar: (_, { value, source, range }) => {
        const problem = typeof value === 'number' && numberProblem(value, source ?? '');
        if (problem) this.problems.push({ line: this.lines.linePos(range?.[0] ?? 0).line, problem: `${source} ${problem}` });
      },
      Pair: (_, { key }) => {
        if (!isScalar(key)) this.problems.push({ line: this.lineOfNode(key), problem: 'A name must be a string; put {{ … }} in quotes' });
      },
      Alias: (_, alias) => {
        if (!alias.resolve(this.document))
          this.problems.push({ line: this.lineOfNode(alias), problem: `There is no anchor &${alias.source}` });
      },
    });
  }

  get value(): unknown {
    return this.document.toJS();
  }

  /** The line of the deepest part of the path that the document contains. */
  lineOf(path: Path): number {
    let node: unknown = this.document.contents;
    let line = this.lineOfNode(node);
    for (const step of path) {
      const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
      if (pair) line = this.lineOfNode(pair.key);
      node = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
      if (!isNode(node)) break;
      if (!pair) line = this.lineOfNode(node);
    }
    return line;
  }

  private lineOfNode(node: unknown): number {
    const start = isNode(node) ? (node as Node).range?.[0] : undefined;
    return start === undefined ? 1 : this.lines.linePos(start).line;
  }
}

/** Why JSON cannot represent a number of the file. */
function numberProblem(value: number, source: string): string | undefined {
  if (!Number.isFinite(value)) return 'is not a number that JSON can represent. Put it in quotes';
  // Hexadecimal and octal integers (also those of YAML 1.1) are checked like decimal ones.
  const isDecimal = /[.e]/i.test(source) && !/0x/i.test(source);
  const isSafe = !Number.isInteger(value) || Number.isSafeInteger(value) || (isDecimal && !isUnsafeInteger(source.replaceAll('_', '')));
  return isSafe ? undefined : 'is an integer beyond ±(2^53 − 1), whose last digits would change. Put it in quotes';
}
