import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** The tables of the engine. Beside migrations and tests, only its room names them in a statement. */
const ENGINE_TABLES = 'tasks|task_audit|task_logs|task_steps|task_dependencies|task_batches|queues|limits|paused_definitions';
const ENGINE_TABLE = new RegExp(`\\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY)\\s+(?:${ENGINE_TABLES})\\b`);
/** A statement that names a table; an advisory lock or a NOTIFY may be written anywhere. */
const STATEMENT = /^\s*(?:(?:SELECT|WITH)\s.*\sFROM|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|LOCK TABLE|CREATE|ALTER|DROP|MERGE INTO)\s/s;
/** Where statements are written: with the owner of the tables, or with the connections. */
const SQL_FILE = /\.sql\.ts$|^src\/engine\/|^src\/platform\/database\//;

interface Finding {
  readonly file: string;
  readonly text: string;
}

const sources = globSync('src/**/*.ts')
  .filter((file) => !file.endsWith('.spec.ts'))
  .map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));

function search(matches: (node: ts.Node, file: string) => boolean): Finding[] {
  const found: Finding[] = [];
  for (const source of sources) {
    const visit = (node: ts.Node): void => {
      if (matches(node, source.fileName)) found.push({ file: source.fileName, text: node.getText().slice(0, 80) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** The text of a string or template, with its quotes removed; empty for any other node. */
function textOf(node: ts.Node): string {
  const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
  return isText ? node.getText().slice(1, -1) : '';
}

describe('rules that imports do not show', () => {
  it('reads the sources', () => {
    expect(search((node, file) => file === 'src/engine/task.sql.ts' && ENGINE_TABLE.test(textOf(node))).length).toBeGreaterThan(1);
  });

  it('statements are written in *.sql.ts files, in the engine or with the connections', () => {
    expect(search((node, file) => !SQL_FILE.test(file) && STATEMENT.test(textOf(node)))).toEqual([]);
  });

  it('only the engine names its tables in a statement', () => {
    expect(search((node, file) => !file.startsWith('src/engine/') && ENGINE_TABLE.test(textOf(node)))).toEqual([]);
  });

  it('no provider is taken from another module by a loose look-up', () => {
    const isLoose = (node: ts.Node): boolean =>
      ts.isPropertyAssignment(node) && node.name.getText() === 'strict' && node.initializer.kind === ts.SyntaxKind.FalseKeyword;
    expect(search(isLoose)).toEqual([]);
  });
});
