import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TaskFailure } from '../../core/task/failure.ts';
import { hasDotSegments, labelOf, type RenderedRequest, renderRequest, type RequestTemplate } from './request-template.ts';
import { Template, type TemplateScope } from './template.ts';

const scope = (params: object): TemplateScope => ({ params, task: { id: 'task-1', attempt: 1 }, env: { TOKEN: 'canary' } });
const t = (source: string): Template => new Template(source);

const render = (request: Partial<RequestTemplate>, params: object = {}): RenderedRequest =>
  renderRequest({ method: 'POST', url: t('https://api.example/'), query: [], headers: [], body: undefined, ...request }, scope(params));

/** Strings with characters that are special in a URL, a header or JSON. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '/',
        '\\',
        '.',
        '..',
        '%2e',
        '?',
        '#',
        '&',
        '=',
        '@',
        ':',
        '"',
        '\\"',
        '\r\n',
        '\n',
        '\t',
        '\0',
        '}',
        ']',
        ',',
        '{{ env.TOKEN }}',
        'a',
        '\ud800',
        '中',
        ' ',
      ),
    )
    .map((parts) => parts.join('')),
);

function orRejected<T>(work: () => T): T | 'rejected' {
  try {
    return work();
  } catch (error) {
    if (error instanceof TaskFailure && error.failureClass === 'invalid_input') return 'rejected';
    throw error;
  }
}

/** The parts of a rendered url, as its receiver parses them. */
function partsOf(url: string): object {
  const { origin, username, pathname, search, hash } = new URL(url);
  return { origin, username, path: pathname.split('/').slice(1).map(decodeURIComponent), search, hash };
}

const at = (...path: string[]): object => ({ origin: 'https://api.example', username: '', path, search: '', hash: '' });

describe('no value leaves its place', () => {
  it('in the path', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const url = t('https://api.example/spaces/{{ params.a }}/x{{ params.b }}/end');
        const dots = a === '.' || a === '..'; // with the x, b is no dot segment
        const wanted = dots ? 'rejected' : at('spaces', a.toWellFormed(), `x${b.toWellFormed()}`, 'end');
        expect(orRejected(() => partsOf(render({ url }, { a, b }).url))).toEqual(wanted);
      }),
    );
  });

  it('in a path segment of two values', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '.', '..', '%2e', '%2E', '/'), fc.constantFrom('', '.', '..', '%2e', '\t', '\\'), (a, b) => {
        const url = t('https://api.example/a/{{ params.a }}{{ params.b }}/b');
        const wanted = /^\.{1,2}$/.test(a + b) ? 'rejected' : at('a', a + b, 'b');
        expect(orRejected(() => partsOf(render({ url }, { a, b }).url))).toEqual(wanted);
      }),
    );
  });

  it('in the query, of the url or separate', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const url = t('https://api.example/p?first={{ params.a }}&last=1#top');
        const rendered = new URL(render({ url, query: [['b', t('{{ params.b }}')]] }, { a, b }).url);
        expect([rendered.origin, rendered.pathname, rendered.hash]).toEqual(['https://api.example', '/p', '#top']);
        expect([...rendered.searchParams]).toEqual([
          ['first', a.toWellFormed()],
          ['last', '1'],
          ['b', b.toWellFormed()],
        ]);
      }),
    );
  });

  it('in a header', () => {
    fc.assert(
      fc.property(hostile, (a) => {
        const codes = [...a].map((character) => character.codePointAt(0) ?? 0);
        const fits = codes.every((code) => code === 9 || (code >= 0x20 && code <= 0xff && code !== 0x7f));
        const rendered = orRejected(() => render({ headers: [['x-space', t('space {{ params.a }}')]] }, { a }).headers['x-space']);
        expect(rendered).toBe(fits ? `space ${a}` : 'rejected');
      }),
    );
  });

  it('in a JSON body', () => {
    fc.assert(
      fc.property(hostile, fc.oneof(hostile, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()), (a, b) => {
        const body = { text: t('Dear {{ params.a }}!'), list: [t('{{ params.b }}'), 1, null], deep: { on: true } };
        const parsed: unknown = JSON.parse(render({ body }, { a, b }).body ?? '');
        expect(parsed).toEqual({ text: `Dear ${a}!`, list: [Object.is(b, -0) ? 0 : b, 1, null], deep: { on: true } });
      }),
    );
  });
});

describe('labelOf', () => {
  const label = (url: string, params: object = {}, query: RequestTemplate['query'] = []): string =>
    labelOf({ method: 'GET', url: t(url), query, headers: [], body: undefined }, scope(params));

  it('is the resolved address, with the name of a secret in the place of its value', () => {
    const query = [['token', t('{{ env.TOKEN }}')]] as const;
    expect(label('https://api.example/spaces/{{ params.space }}', { space: 'docs' }, query)).toBe(
      'GET https://api.example/spaces/docs?token=TOKEN',
    );
  });

  it('holds no form of a secret that a filter made', () => {
    const text = label('https://api.example/{{ env.TOKEN | base64_encode }}/{{ env.TOKEN | upcase }}');
    expect(text).not.toContain(Buffer.from('canary').toString('base64'));
    expect(text.toLowerCase()).not.toContain('canary');
  });

  it('is the template where a value cannot be put into it, and is shortened', () => {
    expect(label('https://api.example/{{ params.space }}/x', { space: '..' })).toBe('GET https://api.example/{{ params.space }}/x');
    expect(label(`https://api.example/${'x'.repeat(400)}`)).toBe(`GET https://api.example/${'x'.repeat(276)}…`);
  });
});

describe('renderRequest', () => {
  it('sends the trace context as traceparent, unless the file sets that header', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const request = { method: 'GET' as const, url: t('https://api.example/'), query: [], headers: [], body: undefined };
    expect(renderRequest(request, scope({}), traceparent).headers).toMatchObject({ traceparent });
    expect(renderRequest(request, scope({}), null).headers).not.toHaveProperty('traceparent');
    const own = { ...request, headers: [['traceparent', t('of the file')] as const] };
    expect(renderRequest(own, scope({}), traceparent).headers).toMatchObject({ traceparent: 'of the file' });
  });

  it('sends JSON, and an idempotency key that is equal for every attempt', () => {
    expect(render({ body: [] })).toEqual({
      method: 'POST',
      url: 'https://api.example/',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'idempotency-key': 'task-1' },
      body: '[]',
    });
    expect(render({ method: 'PATCH' }).headers['idempotency-key']).toBe('task-1');
    expect(render({ method: 'GET' }).headers).toEqual({ accept: 'application/json' });
    expect(render({ method: 'DELETE' }).headers).toEqual({ accept: 'application/json' });
  });

  it('lets the file set its own idempotency key', () => {
    const headers: [string, Template][] = [
      ['idempotency-key', t('sync-{{ params.day }}')],
      ['accept', t('*/*')],
    ];
    expect(render({ headers }, { day: 'monday' }).headers).toEqual({ accept: '*/*', 'idempotency-key': 'sync-monday' });
  });

  it('leaves out absent values', () => {
    const none = t('{{ params.none }}');
    const rendered = render({
      query: [
        ['q', none],
        ['r', t('r{{ params.none }}')],
      ],
      headers: [['x-none', none]],
      body: { none },
    });
    expect(rendered.url).toBe('https://api.example/?r=r');
    expect(rendered.headers).not.toHaveProperty('x-none');
    expect(rendered.body).toBe('{"none":null}');
  });

  it('keeps members with unusual names', () => {
    const body = Object.fromEntries([['__proto__', t('{{ params.a }}')]]);
    expect(render({ body }, { a: 1 }).body).toBe('{"__proto__":1}');
  });

  it('fails with invalid_input when a template fails', () => {
    const url = t('https://api.example/{{ params.a | url_decode }}');
    expect(orRejected(() => render({ url }, { a: '%' }))).toBe('rejected');
  });
});

it.each([
  ['https://h/a/../b', true],
  ['https://h/.', true],
  ['https://h/a/%2E%2e?x', true],
  ['https://h/a/.%2e', true],
  ['https://h/a..b/...', false],
  ['https://h/?a=/../#/../', false],
])('%s has dot segments: %s', (url, dots) => {
  expect(hasDotSegments(url)).toBe(dots);
});
