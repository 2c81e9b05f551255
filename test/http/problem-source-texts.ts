import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { type SourceText, spellings } from '../cli/source-texts.ts';

/** Fewer letters beside the values say nothing that could be translated: `{0}: {1}`, `It {0}.` */
const LEAST_LETTERS = 6;

/** Titles and details of problems in the code of the server, where they are given literally or by a constant of the file. */
export function problemTexts(): SourceText[] {
  return globSync('src/**/*.ts')
    .filter((file) => !file.startsWith('src/cli/') && !file.endsWith('.spec.ts'))
    .flatMap((file) => textsIn(file, readFileSync(file, 'utf8')));
}

function textsIn(file: string, code: string): SourceText[] {
  if (!code.includes('ProblemError')) return [];
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const found: SourceText[] = [];
  const add = (node: ts.Expression | undefined): void => {
    if (node === undefined) return;
    if (ts.isParenthesizedExpression(node)) return add(node.expression);
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach(add);
    const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
    if (constant !== undefined) return add(constant);
    for (const text of spellings(node)) if (isForReaders(text)) found.push({ at: file, text });
  };
  const addDetails = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'detail') add(node.initializer);
    if (ts.isShorthandPropertyAssignment(node) && node.name.text === 'detail') add(constants.get('detail'));
    ts.forEachChild(node, addDetails);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) constants.set(node.name.text, node.initializer);
    const title = isProblem(node);
    if (title !== undefined && (ts.isCallExpression(node) || ts.isNewExpression(node))) {
      add(node.arguments?.[title]);
      const options = node.arguments?.[title + 1];
      if (options) addDetails(options);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `ProblemError.conflict(code, title, …)` and `new ProblemError(status, code, title, …)`: the position of the title. */
function isProblem(node: ts.Node): number | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'ProblemError') return 2;
  return ts.isCallExpression(node) && /^ProblemError\.\w+$/.test(node.expression.getText()) ? 1 : undefined;
}

function isForReaders(text: string): boolean {
  return (text.replaceAll(/\{\d+\}/g, '').match(/\p{L}/gu) ?? []).length >= LEAST_LETTERS;
}

/** The texts that these functions of a file receive, by the positions of their arguments. */
export function callTexts(file: string, receivers: Readonly<Record<string, readonly number[]>>): SourceText[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: SourceText[] = [];
  const add = (node: ts.Expression): void => {
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].forEach(add);
    if (ts.isBinaryExpression(node)) return add(node.right);
    for (const text of spellings(node)) if (/\p{L}/u.test(text.replaceAll(/\{\d+\}/g, ''))) found.push({ at: file, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression))
      for (const position of receivers[node.expression.text] ?? []) {
        const argument = node.arguments[position];
        if (argument) add(argument);
      }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
