import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadSettings } from '../config/settings.ts';
import { escapeText } from './escape-text.ts';
import { createLogger, type Logger } from './logger.ts';
import { NestLogger } from './nest-logger.ts';
import { runInTrace, withTraceContext } from './tracing/trace-scope.ts';

const SECRET = 'canary"\\s3cret';

function capture(env: Record<string, string> = {}): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const settings = loadSettings({ LOG_LEVEL: 'trace', LOG_FORMAT: 'json', WEBHOOK_SECRET_KEY: SECRET, ...env });
  return { lines, logger: createLogger(settings, { write: (line: string) => void lines.push(line) }) };
}

describe('the log', () => {
  it.each(['json', 'pretty'])('writes one line per call, whatever the text holds (%s)', (format) => {
    const { logger, lines } = capture({ LOG_FORMAT: format });
    logger.info({ title: '\u001b[31m\u202etxt' }, 'a\r\n{"level":50,"msg":"forged"}\u0085\u2028b');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\p{Cc}\u2028\u202e]+\n$/u);
    expect(lines[0]).toContain('\\u202e');
  });

  it('keeps JSON readable by machines', () => {
    const { logger, lines } = capture();
    logger.warn({ data: '标题\u202e' }, 'x\ny');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, msg: 'x\ny', data: '标题\u202e' });
  });

  it('is one readable line for people', () => {
    const { logger, lines } = capture({ LOG_FORMAT: 'pretty' });
    logger.child({ taskId: 7 }).error({ reason: 'full' }, 'no');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error no taskId=7 reason=full\n$/);
  });

  it.each(['json', 'pretty'])('hides secrets by path and by value (%s)', (format) => {
    const { logger, lines } = capture({ LOG_FORMAT: format });
    const key = `ct_live_${'a'.repeat(49)}`;
    const error = Object.assign(new Error(`refused ${SECRET}`), {
      config: { headers: { Authorization: 'x' } },
      request: { _header: `Authorization: Bearer ${key}` },
    });
    logger.error(
      { err: error, req: { headers: { authorization: 'Zyx-1' } }, password: 'Zyx-2', account: { apiKey: 'Zyx-3' } },
      `key ${key} in Basic Zyx-4444444=`,
    );
    logger.info({ url: `https://h/?k=${encodeURIComponent(SECRET)}` });
    const text = lines.join('');
    expect(text).not.toMatch(/canary|Zyx|a{9}|_header/);
    expect(text).toContain('ct_live_aaaaaaaa[hidden]');
  });

  it('hides secrets that become known while it writes', () => {
    const lines: string[] = [];
    const settings = loadSettings({ LOG_FORMAT: 'json', WEBHOOK_SECRET_KEY: 'known from the start', SPACE_TOKEN: SECRET });
    const logger = createLogger(settings, { write: (line: string) => void lines.push(line) });
    logger.info('ready');
    settings.secretVariable('SPACE_TOKEN');
    logger.info({ err: new Error(`refused ${SECRET}`) }, 'no');
    expect(lines.join('')).toContain('refused [hidden]');
    expect(lines.join('')).not.toContain('canary');
  });

  it('names the trace and the task that a line belongs to', () => {
    const { logger, lines } = capture();
    const traceContext = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    runInTrace({ traceContext, taskId: 'a' }, () => withTraceContext(null, () => logger.info('in the task only')));
    runInTrace({ traceContext, taskId: 'a' }, () => logger.info('in both'));
    logger.info('in none');
    const [task, both, none] = lines.map((line) => JSON.parse(line) as object);
    expect(both).toMatchObject({ taskId: 'a', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' });
    expect(Object.keys(task ?? {})).toEqual(['level', 'time', 'taskId', 'msg']);
    expect(Object.keys(none ?? {})).toEqual(['level', 'time', 'msg']);
  });

  it('speaks for Nest, quietly', () => {
    const { logger, lines } = capture();
    const nest = new NestLogger(logger);
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    nest.error('broke', 'Error: broke\n    at f (x.ts:1)', 'Handler');
    nest.warn(new Error('oops'), 'Other');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 20, context: 'RouterExplorer' },
      { level: 50, msg: 'broke', context: 'Handler', stack: expect.stringContaining('at f') },
      { level: 40, msg: 'oops', err: { type: 'Error', message: 'oops' }, context: 'Other' },
    ]);
  });

  it('survives a reader that goes away', async () => {
    const program = `
      import { createLogger, surviveBrokenPipes } from './src/platform/telemetry/logger.ts';
      surviveBrokenPipes();
      const log = createLogger({ logLevel: 'info', logFormat: 'json', secrets: [] });
      let left = 50;
      const timer = setInterval(() => {
        log.info('a line');
        console.log('another');
        if (--left === 0) clearInterval(timer), process.stderr.write('alive');
      }, 1);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, said]).toEqual([0, 'alive']);
  });
});

it('escapes nothing in ordinary text', () => {
  expect(escapeText('标题 — émoji 👩 "ok"')).toBe('标题 — émoji 👩 "ok"');
});
