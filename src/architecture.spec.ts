import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** The tables and views of the migrations. */
const TABLES = globSync('migrations/*.ts').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\bCREATE (?:TABLE|VIEW) (\w+) (?:\(|AS\b)/g)].map(([, table = '']) => table),
);
/** Statements that name a table of another layer, and why. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // A task is deleted with its files by one statement.
  'src/engine/maintenance/retention.sql.ts': ['task_artifacts'],
  // Which names live processes run, from the rows of their heartbeats.
  'src/engine/queues/queue.sql.ts': ['agents'],
  'src/engine/inspection/waiting.sql.ts': ['agents'],
  // The registry shows and forgets the crashes that a rescue records.
  'src/agents/agent.sql.ts': ['agent_crashes'],
  // A reservation stays open as long as the hand-over with its id.
  'src/creators/budgets/usage.sql.ts': ['creator_work'],
};
/** After this word a statement names a table. */
const TABLE = /\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ONLY)\s+([a-z_]+)\b/g;
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

const layerOf = (file: string): string => file.split('/')[1] ?? '';

/** The tables that a node names, in a statement or as an entity. */
function tablesOf(node: ts.Node): string[] {
  const entity = ts.isDecorator(node) ? /^@Entity\('(\w+)'\)/.exec(node.getText())?.[1] : undefined;
  return [...(entity === undefined ? [] : [entity]), ...[...textOf(node).matchAll(TABLE)].map(([, table = '']) => table)];
}

/** By table: the layers that name it, without the exceptions. */
function layersByTable(): Map<string, Set<string>> {
  const layers = new Map(TABLES.map((table) => [table, new Set<string>()]));
  search((node, file) => {
    for (const table of tablesOf(node)) if (!EXCEPTIONS[file]?.includes(table)) layers.get(table)?.add(layerOf(file));
    return false;
  });
  return layers;
}

describe('rules that imports do not show', () => {
  it('reads the sources', () => {
    expect(search((node, file) => file === 'src/engine/task.sql.ts' && STATEMENT.test(textOf(node))).length).toBeGreaterThan(1);
  });

  it('statements are written in *.sql.ts files, in the engine or with the connections', () => {
    expect(search((node, file) => !SQL_FILE.test(file) && STATEMENT.test(textOf(node)))).toEqual([]);
  });

  it('the statements about a table are in one layer', () => {
    const layers = layersByTable();
    expect([layers.get('tasks'), layers.get('agents'), layers.get('accounts')]).toEqual([
      new Set(['engine']),
      new Set(['agents']),
      new Set(['content']),
    ]);
    expect([...layers].filter(([, names]) => names.size > 1)).toEqual([]);
  });

  it('has no exception without a use', () => {
    const used = (file: string, table: string): boolean => {
      const names = ({ text }: ts.SourceFile) => [...text.matchAll(TABLE)].some(([, name]) => name === table);
      return sources.some((source) => source.fileName === file && names(source));
    };
    const pairs = Object.entries(EXCEPTIONS).flatMap(([file, tables]) => tables.map((table) => [file, table] as const));
    expect(pairs.filter(([file, table]) => !used(file, table))).toEqual([]);
  });

  it('no two classes of the API description have the same name, for it would describe one of them by the other', () => {
    const isDescribed = (node: ts.Node): node is ts.ClassDeclaration =>
      ts.isClassDeclaration(node) && node.members.some((member) => /^\s*@Api\w*Property/.test(member.getText()));
    const names: string[] = [];
    search((node) => {
      if (isDescribed(node)) names.push(node.name?.text ?? '');
      return false;
    });
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('no provider is taken from another module by a loose look-up', () => {
    const isLoose = (node: ts.Node): boolean =>
      ts.isPropertyAssignment(node) && node.name.getText() === 'strict' && node.initializer.kind === ts.SyntaxKind.FalseKeyword;
    expect(search(isLoose)).toEqual([]);
  });

  it('a module that test files share registers no hook while it is loaded: it is loaded once, so the next file would have none', () => {
    const REGISTERS = /^(?:use[A-Z]\w*|describe[A-Z]?\w*|(?:before|after)(?:All|Each)|it)$/;
    const shared = globSync('{src,test}/**/*.ts', { exclude: ['**/node_modules'] }).filter((file) => !file.endsWith('spec.ts'));
    const calls = (node: ts.Node): boolean => {
      if (ts.isFunctionLike(node)) return false;
      const name = ts.isCallExpression(node) ? /^\w+/.exec(node.expression.getText())?.[0] : undefined;
      return (name !== undefined && REGISTERS.test(name)) || (ts.forEachChild(node, (child) => calls(child) || undefined) ?? false);
    };
    expect(shared.length).toBeGreaterThan(1_000);
    expect(shared.filter((file) => calls(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)))).toEqual([]);
  });
});
