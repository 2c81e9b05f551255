import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, CONTENT_ID } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const BATCH_ID = '01926f5e-7a3b-7c11-9d2e-4f60718293b0';
const SUBMIT = 'POST /batches';
const GOOD = 'account_id,topic,keywords,priority,auto_approve\nnotes,数据库日志,WAL;检查点,high,false\n';
const BAD = `${GOOD}nobody,Tides,,,\nidle,Tides,,,\nnotes,,,0,\n${ACCOUNT_ID},Second,,,\n`;

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key' };
  const accounts = [
    { id: ACCOUNT_ID, name: 'notes', status: 'active' },
    { id: CONTENT_ID, name: 'idle', status: 'paused' },
  ];
  server.on('GET /accounts', { body: { items: accounts, nextCursor: null } });
  server.on(SUBMIT, { status: 202, body: { batchId: BATCH_ID, total: 1, items: [], statusUrl: `/batches/${BATCH_ID}` } });
});
afterEach(() => server.stop());

async function generate(content: string | Buffer, ...argv: string[]) {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'topics.csv'), content);
  return runCli(['content', 'generate', '--csv', 'topics.csv', ...argv], { env, cwd: folder.path });
}

describe('content generate --csv', () => {
  it('submits all lines in one request', async () => {
    const { code, stdout, stderr } = await generate(GOOD, '--yes');
    expect([code, stdout, stderr]).toEqual([0, `${BATCH_ID}\n`, `Next: contenthub task list --batch ${BATCH_ID}\n`]);
    expect(server.requests(SUBMIT).map(({ body }) => body)).toEqual([
      {
        name: 'contents of topics.csv',
        tasks: [
          {
            taskName: 'content-generation',
            params: { accountId: ACCOUNT_ID, topic: '数据库日志', keywords: ['WAL', '检查点'], autoApprove: false },
            priority: 8,
          },
        ],
      },
    ]);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${GOOD}`)],
    ['UTF-16, as Excel writes it, with tabs', Buffer.from(`\uFEFF${GOOD.replaceAll(',', '\t')}`, 'utf16le')],
    // 数据库日志 and 检查点 in GB18030
    ['GB18030, as Excel in China writes it', gb18030(GOOD, { 数据库日志: 'cafdbeddbfe2c8d5d6be', 检查点: 'bcecb2e9b5e3' })],
  ])('reads %s', async (_, bytes) => {
    expect((await generate(bytes, '--yes')).code).toBe(0);
    const [request] = server.requests(SUBMIT);
    expect(request?.body).toMatchObject({ tasks: [{ params: { topic: '数据库日志', keywords: ['WAL', '检查点'] } }] });
  });

  it('names every wrong line with its column, and submits nothing', async () => {
    const { code, stdout, stderr } = await generate(BAD, '--yes');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'Error: 3 lines are wrong. Nothing was submitted\n' +
        '  line 3, column account_id: is "nobody", which is no account\n' +
        '  line 4, column account_id: is "idle", which is paused\n' +
        '  line 5, column topic: is empty\n' +
        '  line 5, column priority: is "0", not 1 to 10 or low, medium, high, urgent\n' +
        'Next: correct the lines, or leave them out with --skip-bad\n',
    );
    const json = await generate(BAD, '--yes', '-o', 'json');
    expect(JSON.parse(json.stderr)).toMatchObject({ code: 'csv_invalid', exitCode: 2, errors: { length: 4 } });
    expect(server.requests(SUBMIT)).toEqual([]);
  });

  it('leaves wrong lines out with --skip-bad, and says which', async () => {
    const { code, stdout, stderr } = await generate(BAD, '--yes', '--skip-bad', '-o', 'csv');
    expect([code, stdout]).toEqual([0, `batchId,total,skipped\r\n${BATCH_ID},1,3\r\n`]);
    expect(stderr).toContain('Left out: line 3, column account_id: is "nobody", which is no account\n');
    const [request] = server.requests(SUBMIT);
    expect((request as { body: { tasks: { params: object }[] } }).body.tasks.map(({ params }) => params)).toMatchObject([
      { topic: '数据库日志' },
      { topic: 'Second' },
    ]);
  });

  it('--dry-run shows the lines and submits nothing', async () => {
    const { code, stdout, stderr } = await generate(GOOD, '--dry-run');
    expect([code, stdout]).toEqual([
      0,
      'Line\tAccount\tTopic\tKeywords\tPriority\tAuto-approve\n2\tnotes\t数据库日志\tWAL, 检查点\t8\tfalse\n',
    ]);
    expect(stderr).toBe('1 contents would be requested. Nothing was submitted\n');
    expect((await generate(BAD, '--dry-run')).code).toBe(2);
    expect(server.requests(SUBMIT)).toEqual([]);
  });

  it('asks before it submits, and needs --yes without a terminal', async () => {
    const { code, stderr } = await generate(GOOD);
    expect([code, stderr]).toEqual([2, expect.stringContaining('This requests 1 contents for 1 account. Confirm with --yes')]);
    expect(server.requests(SUBMIT)).toEqual([]);
  });

  it('turns the indexes of the server into lines', async () => {
    const errors = [{ pointer: '/tasks/1/params/topic', code: 'x', detail: 'is a duplicate' }];
    server.on(SUBMIT, problem(422, 'invalid_body', 'no', { errors }));
    const { code, stderr } = await generate(`${GOOD}\nnotes,Second,,,\n`, '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('\n  line 4, topic: is a duplicate\n')]);
  });

  it.each([
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff, 0xff]), 'neither UTF-8, UTF-16 nor GB18030'],
    ['a quotation mark that is not closed', `${GOOD}notes,"Tides\n`, 'line '],
    ['another header', 'acount_id,topic\na,b\n', 'line 1, column acount_id: is no column: did you mean account_id?'],
  ])('refuses %s', async (_, content, message) => {
    const { code, stderr } = await generate(content, '--yes', '--skip-bad');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('refuses more than one batch holds, and options that a line has', async () => {
    const { code, stderr } = await generate(`account_id,topic\n${'notes,x\n'.repeat(1_001)}`, '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('1001 lines, at most 1000')]);
    expect((await generate(GOOD, '--topic', 'x')).stderr).toContain('--csv cannot be combined with --topic');
    expect((await runCli(['content', 'generate', '--topic', 'x'], { env })).stderr).toContain("required option '--account <account>'");
    expect((await runCli(['content', 'generate', '--account', 'a', '--dry-run'], { env })).code).toBe(2);
  });
});

function gb18030(text: string, words: Readonly<Record<string, string>>): Buffer {
  const parts = text.split(new RegExp(`(${Object.keys(words).join('|')})`));
  return Buffer.concat(parts.map((part) => (words[part] === undefined ? Buffer.from(part, 'ascii') : Buffer.from(words[part], 'hex'))));
}
