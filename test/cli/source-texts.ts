import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text for people in the code of the command line. `{0}` stands for a value. */
export interface SourceText {
  readonly at: string;
  readonly text: string;
}

/** Functions that receive such a text, and which argument it is. */
const RECEIVERS: Readonly<Record<string, readonly number[]>> = {
  newProgram: [1],
  description: [0],
  summary: [0],
  optionsGroup: [0],
  option: [1],
  requiredOption: [1],
  Option: [1],
  argument: [1],
  usageError: [0, 1],
  CliError: [2, 3],
  InvalidArgumentError: [0],
  note: [0],
  confirm: [1],
  ok: [1],
  warn: [1, 2],
  fail: [1, 2],
  say: [0],
};

/** The texts in a file that are given literally, or by a constant of the file. */
export function textsIn(file: string): SourceText[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const found: SourceText[] = [];
  const add = (node: ts.Expression): void => {
    if (ts.isParenthesizedExpression(node)) return add(node.expression);
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach(add);
    if (ts.isBinaryExpression(node)) return add(node.right);
    const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
    if (constant) return add(constant);
    for (const text of spellings(node)) if (isForPeople(text)) found.push({ at: file, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) constants.set(node.name.text, node.initializer);
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'title' && isField(node)) add(node.initializer);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
      const positions = Object.hasOwn(RECEIVERS, callee) ? (RECEIVERS[callee] ?? []) : [];
      for (const position of positions) {
        const argument = node.arguments?.[position];
        if (argument) add(argument);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function commandLineFiles(): string[] {
  return globSync(['src/cli/**/*.ts', 'src/app/verify/*.ts']).filter(
    (file) => !file.endsWith('.spec.ts') && !file.startsWith('src/cli/i18n/'),
  );
}

/** A value that is a choice of two literals gives two texts, because each form may be translated in another way. */
export function spellings(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (!ts.isTemplateExpression(node)) return [];
  let count = 0;
  return node.templateSpans.reduce<string[]>(
    (heads, { expression, literal }) => {
      const values = literalChoices(expression) ?? [`{${count++}}`];
      return heads.flatMap((head) => values.map((value) => head + value + literal.text));
    },
    [node.head.text],
  );
}

function literalChoices(node: ts.Expression): string[] | undefined {
  if (!ts.isConditionalExpression(node)) return undefined;
  const [whenTrue, whenFalse] = [spellings(node.whenTrue), spellings(node.whenFalse)];
  const all = [...whenTrue, ...whenFalse];
  return whenTrue.length > 0 && whenFalse.length > 0 && !all.some((text) => text.includes('{')) ? all : undefined;
}

/** Commands are the same in each language, and so are texts without a letter. */
function isForPeople(text: string): boolean {
  const words = text.replaceAll(/\{\d+\}/g, '');
  return (
    /\p{L}/u.test(words) && !/^(Next: )?(contenthub|content-creator|chmod|npm|export) |^\{0\} --/.test(text) && !text.startsWith('[{0}')
  );
}

/** `{ name, title }` of a field, not the title of an example article. */
function isField(node: ts.PropertyAssignment): boolean {
  return ts.isObjectLiteralExpression(node.parent) && node.parent.properties.some((property) => property.name?.getText() === 'name');
}
