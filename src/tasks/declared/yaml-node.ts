import { closest } from '../../core/text/closest.ts';

export type Path = readonly (string | number)[];

/** A problem in the file. Its text follows the name of the place: "is missing". */
export interface Finding {
  path: Path;
  problem: string;
  hint: string;
}

const QUOTES = 'Put strings that begin with {{ in quotes';

/**
 * A value in the file, and where to report problems with it. A faulty node still returns a value of the right type, so
 * that reading continues and finds every problem. A file with findings is rejected, so these values are never used.
 */
export class YamlNode {
  constructor(
    private readonly findings: Finding[],
    readonly value: unknown,
    readonly path: Path = [],
  ) {}

  reject(problem: string, hint: string): void {
    this.findings.push({ path: this.path, problem, hint });
  }

  /** The members of a map with arbitrary names. */
  members(): [string, YamlNode][] {
    if (!isMap(this.value)) {
      this.reject('is not a map of names and values', `Write one "name: value" on each line below it. ${QUOTES}`);
      return [];
    }
    return Object.entries(this.value).map(([name, value]) => [name, this.inside(name, value)]);
  }

  /** The members of a map with these names. Others are rejected; null counts as absent. */
  fields<Name extends string>(known: readonly Name[], required: readonly NoInfer<Name>[] = []): { [K in Name]?: YamlNode } {
    const found: { [K in Name]?: YamlNode } = {};
    const members = this.members();
    for (const [name, place] of members) {
      const field = known.find((candidate) => candidate === name);
      if (field === undefined) place.reject('is unknown here', meant(name, known));
      else if (place.value !== null) found[field] = place;
    }
    if (!isMap(this.value)) return found;
    for (const name of required) if (found[name] === undefined) this.inside(name, null).reject('is missing', `Add "${name}: …"`);
    return found;
  }

  items(): YamlNode[] {
    if (!Array.isArray(this.value)) {
      this.reject('is not a list', 'Begin each element with "- "');
      return [];
    }
    return this.value.map((value: unknown, index) => this.inside(index, value));
  }

  /** `accepts` completes the sentence "is not …". */
  text(accepts = 'a string', pattern = /\S/): string {
    if (typeof this.value === 'string' && pattern.test(this.value)) return this.value;
    this.reject(`is not ${accepts}`, isMap(this.value) ? QUOTES : `Write ${accepts}`);
    return '';
  }

  integer(min: number, max: number): number {
    if (Number.isInteger(this.value) && Number(this.value) >= min && Number(this.value) <= max) return Number(this.value);
    this.reject(`is not a whole number from ${min} to ${max}`, 'Write one');
    return min;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') this.reject('is neither true nor false', 'Write one of them, without quotes');
    return this.value === true;
  }

  oneOf<const Word extends string>(words: readonly [Word, ...Word[]]): Word {
    const word = words.find((candidate) => candidate === this.value);
    if (word === undefined) this.reject(`is not one of ${words.join(', ')}`, 'Write one of them');
    return word ?? words[0];
  }

  private inside(name: string | number, value: unknown): YamlNode {
    return new YamlNode(this.findings, value, [...this.path, name]);
  }
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function meant(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return near === null ? `Remove it; known are ${known.join(', ')}` : `Did you mean "${near}"?`;
}
