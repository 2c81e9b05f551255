import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Path } from './place.ts';

export interface YamlProblem {
  line: number;
  problem: string;
}

/** A YAML text as plain values, with the way back from a place among them to its line. */
export class YamlText {
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();
  /** What is no YAML; `value` is usable only when there is nothing. */
  readonly problems: YamlProblem[];

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    const faults = [...this.document.errors, ...this.document.warnings];
    this.problems = faults.map(({ pos, message }) => ({ line: this.lines.linePos(pos[0]).line, problem: message }));
    visit(this.document, {
      Scalar: (_, { value, source, range }) => {
        // Hexadecimal and octal ones too: their notation is no way to write an id, but it is no reason to change a digit.
        if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^[-+]?(?:\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source ?? '')) return;
        const line = this.lines.linePos(range?.[0] ?? 0).line;
        this.problems.push({
          line,
          problem: `${source} is an integer beyond ±(2^53 − 1), whose last digits would change. Put it in quotes`,
        });
      },
      Pair: (_, { key }) => {
        if (!isScalar(key)) this.problems.push({ line: this.lineOfNode(key), problem: 'A name must be a text; put {{ … }} in quotes' });
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

  /** Of the deepest part of the path that is written down. */
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
