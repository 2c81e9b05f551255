import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../cli/run-cli.ts';
import { json, startStubService } from '../declared/stub-service.ts';
import { exampleFor } from '../declared/tasks-file.ts';
import type { Server } from '../process/server.ts';
import { waitFor } from '../support/wait-for.ts';
import { DocumentedServer } from './documented-server.ts';
import { type Block, blocksOf, codeSpansOf, GUIDES, pages } from './pages.ts';

/** Commands that are not run here, each with the reason. A reason for a command that is on no page fails the test. */
const EXCEPTIONS: readonly [command: string, reason: string][] = [
  ['npm ci && npm start', 'installs the packages anew, as .ci/run does; test/process/stopping.e2e-spec.ts runs npm start'],
  ['npm ci && npm test', 'installs the packages anew and runs the tests, of which this is one'],
  ['docker compose', 'needs a Docker engine; test/deployment/compose.int-spec.ts checks the Compose file'],
  ['npx contenthub agent --capabilities', 'does not end by itself: the test of docs/agents.md above runs it until SIGTERM'],
  ['npx contenthub restore', 'needs a stopped server: the test of docs/operations.md above stops it'],
];

/** guide-examples.long-spec.ts runs the examples of the guides. */
const PAGES = pages().filter((page) => !GUIDES.includes(page));
const blocks = PAGES.flatMap((page) => blocksOf(page, ['bash', 'sh']));
const isException = ({ text }: Block): boolean => EXCEPTIONS.some(([command]) => text.includes(command));

/** Replaces the class team-sync: README and docs/engine.md define it in code, which test/process/readme.e2e-spec.ts runs. */
const TEAM_SYNC = (url: string): string =>
  `  - name: team-sync\n    params: {team: {type: string}}\n    request: {method: GET, url: "${url}/team"}\n`;

describe('each documented command', () => {
  const documented = new DocumentedServer();
  const { folder } = documented;
  let stub: Awaited<ReturnType<typeof startStubService>>;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    stub = await startStubService();
    stub.answer(json({ members: ['ada'], code: 0 }));
    cpSync('tasks.example.yaml', join(folder, 'tasks.example.yaml'));
    const [agentTask = ''] = blocksOf('docs/agents.md', ['yaml']).map(({ text }) => text.replace(/^tasks:\n/, ''));
    documented.write('tasks.yaml', `${exampleFor(stub.url)}\n${TEAM_SYNC(stub.url)}${agentTask}`);
    for (const { text } of blocksOf('docs/zh/guide.md', ['json'])) documented.write('tech-weekly.json', text);
    documented.write('transcribe.sh', '#!/bin/sh\ncat\n', 0o755);
    await documented.start({ EGRESS_ALLOW_PRIVATE: stub.host, SPACE_API_TOKEN: 'token-of-the-test', FEISHU_BOT_HOOK: 'hook-of-the-test' });
    ({ server, url } = documented);
  });

  afterAll(async () => {
    await documented.remove();
    await stub.close();
  });

  const run: DocumentedServer['run'] = (script, env) => documented.run(script, env);

  const newest = async (query = ''): Promise<string> => {
    const { items } = await server.call<{ items: { executionId: string }[] }>('GET', `/executions?limit=1${query}`);
    return items[0]?.executionId ?? 'none';
  };

  async function cancelled(): Promise<string> {
    const body = { params: { space: 'docs' }, runAt: '2100-01-01T00:00:00Z' };
    const { executionId } = await server.call<{ executionId: string }>('POST', '/tasks/user-space-sync/execute/manual', body);
    await server.call('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [executionId] });
    return executionId;
  }

  /** Values for the placeholders of a page. */
  async function filledIn(text: string): Promise<string> {
    const { items } = await server.call<{ items: { id: string; name: string }[] }>('GET', '/accounts');
    const account = items.find(({ name }) => name === 'tech-notes')?.id ?? '';
    const retried = text.includes('/retry') ? await cancelled() : '';
    return text
      .replaceAll('http://127.0.0.1:3000', url)
      .replaceAll('/<executionId>/retry', `/${retried}/retry`)
      .replaceAll(/<(id|executionId)>/g, await newest('&status=completed'))
      .replaceAll('"accountId": "…"', `"accountId": "${account}"`)
      .replaceAll('$ACCOUNT_ID', account);
  }

  /** Variables that earlier blocks of the page set, each in one line. */
  const variablesBefore = ({ at, page }: Block): string =>
    blocks
      .filter((other) => other.page === page)
      .slice(
        0,
        blocks.filter((other) => other.page === page).findIndex((other) => other.at === at),
      )
      .flatMap(({ text }) => text.match(/^[A-Z_]+=[^'\n]*$/gm) ?? [])
      .join('\n');

  it('fails here when a request is rejected, when an earlier command of its block fails, and when bash cannot parse it', async () => {
    expect((await run(`curl -s ${url}/nowhere\ntrue`)).failed).toEqual([`failed with 22: curl -s ${url}/nowhere`]);
    expect((await run('npx contenthub task lst\ntrue')).failed).toEqual(['failed with 2: npx contenthub task lst']);
    expect((await run('npx contenthub task status <id>')).failed).toEqual(['ended with 2']);
  });

  const executed = blocks.filter((block) => !isException(block));

  it.each(executed.map((block) => [block.at, block] as const))(
    '%s succeeds',
    async (_, block) => {
      const { failed, printed } = await run(`${await filledIn(variablesBefore(block))}\n${await filledIn(block.text)}`);
      expect(failed.length > 0 ? [...failed, printed] : []).toEqual([]);
    },
    60_000,
  );

  it('docs/agents.md: the agent runs a task, and ends at SIGTERM', async () => {
    const [block] = blocks.filter(({ text }) => text.includes('npx contenthub agent --capabilities'));
    const agent = documented.spawn(block?.text ?? '');
    const { executionId } = await server.call<{ executionId: string }>('POST', '/tasks/transcribe/execute/manual', {
      params: { file: 'a.wav' },
    });
    const ended = async () => {
      const task = await server.call<{ status: string; result: unknown }>('GET', `/executions/${executionId}`);
      return task.status === 'completed' && task;
    };
    const task = await waitFor(ended, { what: 'the transcription' });
    expect(task).toMatchObject({ result: { file: 'a.wav' } });
    agent.end();
    expect([await agent.exit, agent.printed()]).toEqual([0, expect.anything()]);
    expect(readFileSync(join(folder, '.contenthub-agent'), 'utf8')).not.toBe('');
  });

  /** The first page that names a command stands for all. */
  const inline = new Map(
    PAGES.toReversed().flatMap((page) =>
      codeSpansOf(page).flatMap((span) => (/^npx contenthub \w/.test(span) ? [[span, page] as const] : [])),
    ),
  );
  const SERVER_STOPPED = /contenthub (serve|migrate|restore)\b/;

  it.each([...inline].filter(([span]) => !SERVER_STOPPED.test(span)))(
    '`%s` of %s succeeds',
    async (span) => {
      const { failed, printed } = await run(await filledIn(span.replaceAll(/<编号>/g, '<id>')));
      expect(failed.length > 0 ? [...failed, printed] : []).toEqual([]);
    },
    60_000,
  );

  // Must be the last test, because it stops the server.
  it('docs/operations.md: both restores and `npx contenthub migrate` succeed while the server is stopped', async () => {
    const [block] = blocks.filter(({ text }) => text.includes('npx contenthub restore'));
    const lines = (block?.text ?? '').split('\n').map((line) => line.replace(/ +#.*/, ''));
    const commands = lines.filter(Boolean);
    expect(commands.map((command) => command.split(' ')[2])).toEqual(['backup', 'restore', 'restore']);
    const [backup = '', restore = '', replace = ''] = commands;
    expect((await run(backup)).failed).toEqual([]);
    await server.stop();
    const empty = { DATA_DIR: join(folder, 'empty') };
    expect(await run(restore, empty)).toMatchObject({ failed: [] });
    expect(await run(`${replace} --yes`, empty)).toMatchObject({ failed: [] }); // the answer to its question
    expect(await run('npx contenthub migrate', empty)).toMatchObject({ failed: [] });
  });
});

describe('the exceptions', () => {
  it('hide no other command of their blocks', () => {
    const lines = blocks.filter(isException).flatMap(({ text }) => text.split('\n'));
    const hidden = lines.filter((line) => /contenthub|curl/.test(line) && !EXCEPTIONS.some(([command]) => line.includes(command)));
    expect(hidden).toEqual(['npx contenthub backup monday.backup.gz            # beside the running server']); // runs with the restores
  });

  it.each(EXCEPTIONS)('"%s…" is not run with its block: %s', (command) => {
    expect(blocks.filter(({ text }) => text.includes(command))).not.toEqual([]);
  });
});

describe('each command that a page names', () => {
  /** `task cancel <id…>` or `--task-name <names…>`, which belongs to the command before it. */
  const named = pages().flatMap((page) => {
    const lines = readFileSync(page, 'utf8').split('\n');
    return lines.flatMap((line) => {
      const spans = [...line.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
      if (page === 'docs/cli.md' && line.startsWith('| `')) return spansOfRow(line).map((span) => ({ page, span }));
      return spans.flatMap((span) =>
        /^(npx )?contenthub [a-z]/.test(span) ? [{ page, span: span.replace(/^(npx )?contenthub /, '') }] : [],
      );
    });
  });

  function spansOfRow(line: string): string[] {
    const [, cell = ''] = line.split(/(?<!\\)\|/);
    const spans = [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
    return spans.map((span) => (span.startsWith('--') ? `${spans[0]?.split(/ [<[-]/)[0]} ${span}` : span));
  }

  it('is one of the command line, with each option it names', async () => {
    const wrong: string[] = [];
    for (const { page, span } of named) {
      const words =
        span
          .split(/ (?=[<[-])/)[0]
          ?.split(' ')
          .filter((word) => /^[a-z-]+$/.test(word)) ?? [];
      const { help, depth } = await helpOf(words);
      const options = [...span.matchAll(/(--[a-z-]+)/g)].map(([option = '']) => option);
      if (depth === 0) wrong.push(`${page}: ${span}`);
      for (const option of options) if (!help.includes(option)) wrong.push(`${page}: ${span} has no ${option}`);
    }
    expect(named.length).toBeGreaterThan(40);
    expect(wrong).toEqual([]);
  });

  it('is in the table of docs/cli.md when the command line has it', async () => {
    const commandsOf = async (group: readonly string[]): Promise<string[]> => {
      const { stdout } = await outputOf(group);
      const [, list = ''] = /^Commands:\n([^]*?)(?:\n\n|$(?![^]))/m.exec(stdout) ?? [];
      const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
      const nested = group.length > 0 ? [] : await Promise.all(names.map((name) => commandsOf([name])));
      return [...names.map((name) => [...group, name].join(' ')), ...nested.flat()];
    };
    const commands = await commandsOf([]);
    expect(commands.length).toBeGreaterThan(40);
    const inTable = named.filter(({ page }) => page === 'docs/cli.md').map(({ span }) => `${span} `);
    const isInTable = (command: string): boolean => inTable.some((span) => span.startsWith(`${command} `));
    expect(commands.filter((command) => !isInTable(command))).toEqual([]);
  });

  const outputs = new Map<string, ReturnType<typeof runCli>>();
  /** Of `--help`, once for each command: the pages name most of them several times. */
  function outputOf(name: readonly string[]): ReturnType<typeof runCli> {
    const known = outputs.get(name.join(' ')) ?? runCli([...name, '--help']);
    outputs.set(name.join(' '), known);
    return known;
  }

  /** The help of the longest command that these words begin with. The other words are arguments. */
  async function helpOf(words: readonly string[]): Promise<{ help: string; depth: number }> {
    for (let depth = words.length; depth > 0; depth--) {
      const name = words.slice(0, depth);
      const { code, stdout } = await outputOf(name);
      if (code === 0 && new RegExp(`contenthub ${name.join(' ')}( |$)`, 'm').test(stdout)) return { help: stdout, depth };
    }
    return { help: '', depth: 0 };
  }
});
