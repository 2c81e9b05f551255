import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { isUnsafeInteger } from '../../core/text/json-scan.ts';
import type { Path } from './yaml-node.ts';

export interface YamlProblem {
  line: number;
  problem: string;
}

/** Where a value is in a file. */
export interface YamlPosition {
  lineOf(path: Path): number;
}

/** Rules for a file that another person wrote. */
export interface YamlRules {
  /** False: an alias is a problem. A few lines of them can stand for gigabytes. */
  readonly aliases?: boolean;
  /** Names that no member may have. */
  readonly reserved?: ReadonlySet<string>;
}

/** A YAML document as plain values, with the line of each value. */
export class YamlText implements YamlPosition {
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();
  /** Syntax errors. With any, `value` is not usable. */
  readonly problems: YamlProblem[];

  constructor(text: string, { aliases = true, reserved = new Set() }: YamlRules = {}) {
    // The parser's own search for duplicate names compares each name with each: minutes for a map of 100,000.
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: false });
    const faults = [...this.document.errors, ...this.document.warnings];
    this.problems = faults.map(({ pos, message }) => ({ line: this.lines.linePos(pos[0]).line, problem: message }));
    visit(this.document, {
      Map: (_, { items }) => {
        const names = new Set<unknown>();
        for (const { key } of items) {
          const name = isScalar(key) ? key.value : key;
          if (names.has(name)) this.problems.push({ line: this.lineOfNode(key), problem: 'Map keys must be unique' });
          names.add(name);
        }
      },
      Scalar: (_, { value, source, range }) => {
        const problem = typeof value === 'number' && numberProblem(value, source ?? '');
        if (problem) this.problems.push({ line: this.lines.linePos(range?.[0] ?? 0).line, problem: `${source} ${problem}` });
      },
      Pair: (_, { key }) => {
        if (!isScalar(key)) this.problems.push({ line: this.lineOfNode(key), problem: 'A name must be a string; put {{ … }} in quotes' });
        else if (reserved.has(String(key.value)))
          this.problems.push({ line: this.lineOfNode(key), problem: `The name "${String(key.value)}" is reserved` });
      },
      Alias: (_, alias) => {
        if (!aliases) this.problems.push({ line: this.lineOfNode(alias), problem: 'Aliases are not accepted; repeat the value' });
        else if (!alias.resolve(this.document))
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
