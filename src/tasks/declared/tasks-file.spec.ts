import { describe, expect, it } from '@jest/globals';
import { readTasksFile, type Surroundings, type TasksFile, TasksFileError } from './tasks-file.ts';

const surroundings: Surroundings = {
  definedIn: (name) => (name === 'content-generation' ? 'ContentGenerationHandler (src/generation.ts)' : undefined),
  secret: (name, refuse) => {
    if (name === 'UNSET') refuse('is UNSET, which is not set', 'Set it');
    return name === 'ELSEWHERE' ? undefined : 'canary';
  },
};
const read = (text: string): TasksFile => readTasksFile(text, 'tasks.yaml', surroundings);

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof TasksFileError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

/** A valid task except for these lines. */
const task = (lines: string, request = 'request: {method: POST, url: "https://h.example/"}'): string =>
  `secrets: [TOKEN]\ntasks:\n- name: a-sync\n  ${request}\n${lines.replaceAll(/^/gm, '  ')}\n`;

describe('readTasksFile', () => {
  it('accepts an empty file', () => {
    for (const text of ['', '# later', 'tasks:', 'tasks: []']) expect(read(text)).toEqual({ tasks: [], agentTasks: [], env: {} });
  });

  it('reads a task with every member', () => {
    const { tasks, env } = read(`
secrets: [TOKEN, ELSEWHERE]
tasks:
  - name: space-sync
    description: Copies a space
    params:
      space: {type: string, required: true, maxLength: 50}
      depth: {type: number, default: 2}
    request:
      method: PUT
      url: https://h.example/spaces/{{ params.space }}
      query: {depth: "{{ params.depth }}", all: true}
      headers: {Authorization: "Bearer {{ env.TOKEN }}", X-Task: "{{ task.id }}/{{ task.attempt }}"}
      body: {space: "{{ params.space }}", tags: [a, 1, null], other: "{{ env.ELSEWHERE }}"}
    expect: {status: [200, 4xx], json: {/code: 0, "": {a: 1}}}
    result: /data/0
    timeoutMs: 1000
    maxAttempts: 5
    backoff: {baseMs: 10, maxMs: 20}
    queue: content
`);
    expect(env).toEqual({ TOKEN: 'canary' });
    expect(tasks).toHaveLength(1);
    const { request, ...rest } = tasks[0] as (typeof tasks)[number];
    expect(rest).toEqual({
      name: 'space-sync',
      description: 'Copies a space',
      params: { space: { type: 'string', required: true, maxLength: 50 }, depth: { type: 'number', required: false, default: 2 } },
      expect: {
        statuses: ['200', '4xx'],
        json: [
          ['/code', 0],
          ['', { a: 1 }],
        ],
      },
      result: '/data/0',
      timeoutMs: 1000,
      maxAttempts: 5,
      backoff: { baseMs: 10, maxMs: 20 },
      queue: 'content',
    });
    expect(request.method).toBe('PUT');
    expect(request.headers.map(([name]) => name)).toEqual(['authorization', 'x-task']);
    expect(request.query.map(([name, value]) => `${name}=${value.source}`)).toEqual(['depth={{ params.depth }}', 'all=true']);
  });

  it('uses the defaults for absent members', () => {
    const [{ expect: wanted, result, timeoutMs, maxAttempts, params } = {} as never] = read(task('')).tasks;
    expect({ wanted, result, timeoutMs, maxAttempts, params }).toEqual({
      wanted: { statuses: ['2xx'], json: [] },
      result: '',
      timeoutMs: 30_000,
      maxAttempts: undefined,
      params: {},
    });
    expect(read(task('expect: {status: 2xx}')).tasks[0]?.expect.statuses).toEqual(['2xx']);
  });

  it('reads the limits of a task', () => {
    const flow = '{maxRunning: 4, rate: {count: 60, perMs: 60000}, provider: openai, countBy: account, params: {account: {type: string}},';
    const { tasks } = read(`tasks: [${flow} name: counted, request: {method: GET, url: "https://h.example/"}}]`);
    expect(tasks[0]).toMatchObject({ maxRunning: 4, rate: { count: 60, perMs: 60_000 }, provider: 'openai', countBy: 'account' });
  });

  it('reads a task that agents run', () => {
    const { tasks, agentTasks } = read(
      'tasks:\n- name: transcribe\n  agent: {capabilities: [audio, gpu-2]}\n  queue: agents-audio\n  params: {file: {type: string}}',
    );
    expect(tasks).toEqual([]);
    expect(agentTasks).toMatchObject([{ name: 'transcribe', capabilities: ['audio', 'gpu-2'], queue: 'agents-audio', timeoutMs: 30_000 }]);
    expect(read('tasks:\n- name: any-agent\n  agent: {}').agentTasks).toMatchObject([{ capabilities: [], queue: undefined }]);
  });

  it.each([
    ['agent: {capabilities: [GPU]}', /capabilities\[0\] is not a capability such as gpu/],
    ['agent: {capabilities: gpu}', /capabilities is not a list/],
    ['agent: {}\n  queue: content', /queue is not a queue of agents\. Write agents, or a name that begins with agents-/],
    ['agent: {}\n  result: /x', /result is unknown here/],
    ['request: {method: GET, url: "https://h.example/"}\n  queue: agents-x', /queue is a queue of agents\. Use another one/],
  ])('refuses %s', (text, problem) => {
    expect(problemsOf(`tasks:\n- name: a-task\n  ${text}`)).toEqual([expect.stringMatching(problem)]);
  });

  it('lists every problem by line, with a hint', () => {
    const text = `secrets: [token, UNSET]
task: []
tasks:
  - name: content-generation
    request:
      metod: GET
      url: https://{{ params.host }}/
  - name: Twice
    request: {method: GET, url: "https://h.example/../{{ params.x }}"}
    timeoutMs: 1e9
`;
    expect(problemsOf(text)).toEqual([
      'line 1: secrets[0] is not the name of a variable, in capitals. Write the name of a variable, in capitals.',
      'line 1: secrets[1] is UNSET, which is not set. Set it.',
      'line 2: task is unknown here. Did you mean "tasks"?',
      'line 4: tasks[0] has the name "content-generation" of a task in code: ContentGenerationHandler (src/generation.ts). Choose another name.',
      'line 5: tasks[0].request.method is missing. Add "method: …".',
      'line 6: tasks[0].request.metod is unknown here. Did you mean "method"?',
      'line 7: tasks[0].request.url reads params.host, which does not exist. Templates read params.name, declared under params.',
      'line 7: tasks[0].request.url is not a complete address with a fixed server. Begin with https://server/ and use {{ … }} only after it.',
      'line 8: tasks[1].name is not lower-case words joined by hyphens. Write lower-case words joined by hyphens.',
      'line 9: tasks[1].request.url reads params.x, which does not exist. Templates read params.name, declared under params.',
      'line 9: tasks[1].request.url has a space, a backslash, or . or .. as part of its path. Write the address without them.',
      'line 10: tasks[1].timeoutMs is not a whole number from 100 to 3600000. Write one.',
    ]);
  });

  it.each<[string, RegExp]>([
    ['- 1', /^line 1: The file is not a map/],
    ['tasks: {name: a}', /tasks is not a list\. Begin each element with "- "/],
    ['tasks: [x]', /tasks\[0\] is not a map/],
    ['tasks: [{name: a-b}]', /tasks\[0\]\.request is missing/],
    [
      `${task('')}- name: a-sync\n  request: {method: GET, url: "https://h.example/"}`,
      /^line 6: tasks\[1\] has the name "a-sync" of a task above/,
    ],
    [task('', 'request: {method: FETCH, url: "https://h.example/"}'), /method is not one of GET, POST, PUT, PATCH, DELETE/],
    [task('', 'request: {method: GET, url: {{ params.x }} }'), /^line 4: A name must be a string; put \{\{ … \}\} in quotes/],
    [task('result: data'), /result is not a JSON pointer/],
    [task('expect: {json: {code: 0}}'), /expect\.json\.code is not a JSON pointer/],
    [task('expect: {status: []}'), /status is empty/],
    [task('expect: {status: [2000]}'), /status\[0\] is not a status/],
    [task('maxAttempts: 0'), /maxAttempts is not a whole number from 1 to 100/],
    [task('backoff: {baseMs: 10}'), /backoff\.maxMs is missing/],
    [task('backoff: {baseMs: 10, maxMs: 5}'), /backoff has a maxMs below its baseMs/],
    [task('countBy: account'), /countBy is no param of the task\. Use one of its params: it has none/],
    [task('rate: {count: 0, perMs: 1000}'), /rate\.count is not a whole number from 1 to 1000000/],
    [task('provider: Open AI'), /provider is not the name of a service/],
    [task('queue: My Queue'), /queue is not the name of a queue/],
    [task('description: [x]'), /description is not a string/],
    [task('params: {a-b: {type: string}}'), /params\.a-b has a name that templates cannot read/],
    [task('params: {a: string}'), /params\.a is not a map/],
    [task('params: {a: {type: date}}'), /type is not one of string, number, boolean/],
    [task('params: {a: {type: string, required: "yes"}}'), /required is neither true nor false/],
    [task('params: {a: {type: number, maxLength: 5}}'), /maxLength applies to strings only/],
    [task('params: {a: {type: string, required: true, default: x}}'), /default can never apply/],
    [task('params: {a: {type: string, default: 5}}'), /default is not a value of this field\. Write another: it must be a string/],
    [task('params: {a: {type: string, maxLength: 2, default: abc}}'), /default is not a value of this field/],
  ])('%j: %s', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
  });

  it.each<[string, RegExp]>([
    ['url: ""', /url is not a complete address/],
    ['url: "/path"', /not a complete address/],
    ['url: "ftp://h.example/"', /not a complete address/],
    ['url: "https://h{{ task.id }}.example/"', /not a complete address with a fixed server/],
    ['url: "https://h.example{{ task.id }}"', /not a complete address with a fixed server/],
    ['url: "https://h.example:8{{ task.id }}/"', /not a complete address with a fixed server/],
    ['url: "https:/{{ task.id }}/h.example"', /not a complete address with a fixed server/],
    ['url: "{{ env.TOKEN }}/path"', /not a complete address with a fixed server/],
    ['url: "https://u{{ task.id }}@h.example/"', /holds a user name or password/],
    ['url: "https://h.example\\\\{{ task.id }}"', /has a space, a backslash/],
    ['url: "https://h.example/a b"', /has a space/],
    ['url: "https://h.example/a\\tb"', /has a space/],
    ['url: "https://h.example/%2E%2e/b"', /part of its path/],
    ['url: "https://h.example/{{ task.id }"', /is not a template: output .* not closed/],
    ['url: "https://h.example/{% if a %}"', /is not a template: tag "if" not found/],
    ['url: "https://h.example/{{ task.name }}"', /reads task\.name, which does not exist\. Templates can read/],
    ['url: "https://h.example/{{ env.HOME }}"', /reads env\.HOME, which does not exist\. Templates read env\.NAME, listed under secrets/],
    ['url: "https://h.example/{{ params }}"', /reads params, which does not exist/],
    ['url: "https://h.example/{{ task.id.size }}"', /reads task\.id\.size/],
    ['url: "https://h.example/{{ constructor.x }}"', /reads constructor\.x/],
    ['url: "https://h.example/", headers: {Host: x}', /Host is a header that ContentHub sets itself/],
    ['url: "https://h.example/", headers: {content-length: 5}', /sets itself/],
    ['url: "https://h.example/", headers: {"X Y": x}', /is not the name of a header/],
    ['url: "https://h.example/", headers: {X-A: x, x-a: y}', /is given twice/],
    ['url: "https://h.example/", headers: {X-A: "a\\nb"}', /has a character that headers cannot contain/],
    ['url: "https://h.example/", query: {q: [1]}', /query\.q is not a string/],
    ['url: "https://h.example/", query: {q: }', /query\.q is not a string/],
    ['url: "https://h.example/", body: "text"', /body is neither a map nor a list/],
    ['url: "https://h.example/", body: {a: .nan}', /line \d+: \.nan is not a number that JSON can represent/],
    ['url: "https://h.example/", body: {n: 9.007199254740993e15}', /line \d+: 9\.007199254740993e15 is an integer beyond/],
    ['url: "https://h.example/", body: {a: [{b: "{{ params.x }}"}]}', /body\.a\[0\]\.b reads params\.x/],
  ])('request {%s}: %s', (request, problem) => {
    expect(problemsOf(task('', `request: {method: POST, ${request}}`))).toEqual([expect.stringMatching(problem)]);
  });

  it('rejects a GET with a body', () => {
    expect(problemsOf(task('', 'request: {method: GET, url: "https://h.example/", body: {}}'))).toEqual([
      expect.stringMatching(/body is not sent with a GET/),
    ]);
  });

  it('reports a syntax error by its line alone', () => {
    expect(problemsOf('tasks:\n\t- name: a')).toContain('line 2: Tabs are not allowed as indentation.');
  });
});

describe('a secret over plain http', () => {
  const file = (request: string) => `secrets: [TOKEN]\ntasks:\n- name: a-sync\n  request: {method: POST, ${request}}\n`;
  const header = 'headers: {authorization: "Bearer {{ env.TOKEN }}"}';

  it.each([
    ['in a header', `url: "http://h.example/", ${header}`],
    ['in the query', 'url: "http://h.example/", query: {key: "{{ env.TOKEN }}"}'],
    ['in the path', 'url: "http://h.example/{{ env.TOKEN }}"'],
    ['deep in the body', 'url: "http://h.example/", body: {a: [{b: "{{ env.TOKEN }}"}]}'],
  ])('%s is rejected, with the setting that allows it', (_where, request) => {
    expect(problemsOf(file(request))).toEqual([
      expect.stringMatching(/url sends a secret over plain http.*Use https, or set SECRETS_OVER_HTTP=true/),
    ]);
    expect(() => readTasksFile(file(request), 'tasks.yaml', { ...surroundings, secretsOverHttp: true })).not.toThrow();
  });

  it.each([`url: "https://h.example/", ${header}`, `url: "http://127.0.0.1:8080/", ${header}`, 'url: "http://h.example/"'])(
    '%s is accepted',
    (request) => {
      expect(problemsOf(file(request))).toEqual([]);
    },
  );
});
