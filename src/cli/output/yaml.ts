/** A text that YAML 1.2 reads as a text without quotation marks, and as no number, date, truth value or null. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[\p{L}][\p{L}\p{N} _./-]*$/iu;

/** JSON data as YAML 1.2 in block style. Other texts are JSON strings, which YAML reads as they are. */
export function toYaml(value: unknown): string {
  const data = JSON.parse(JSON.stringify(value ?? null)) as unknown;
  return isNested(data) ? linesOf(data, '').join('\n').concat('\n') : `${scalar(data)}\n`;
}

function linesOf(value: object, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      if (!isNested(item)) return `${indent}- ${scalar(item)}`;
      const [first = '', ...rest] = linesOf(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    isNested(member) ? [`${indent}${text(name)}:`, ...linesOf(member, `${indent}  `)] : `${indent}${text(name)}: ${scalar(member)}`,
  );
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

function text(value: string): string {
  if (PLAIN.test(value) && !value.endsWith(' ')) return value;
  // JSON leaves these as they are, and YAML reads them as line breaks.
  return JSON.stringify(value).replaceAll(
    /[\u0085\u2028\u2029\uFEFF\u007F-\u009F]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
