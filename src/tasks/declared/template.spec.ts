import { describe, expect, it } from '@jest/globals';
import { Template, TemplateError, type TemplateScope } from './template.ts';

const scope = (params: object = {}): TemplateScope => ({ params, task: { id: 'task-1', attempt: 2 }, env: { TOKEN: 'canary' } });
const text = (source: string, params?: object): string => new Template(source).text(scope(params));
const value = (source: string, params?: object): unknown => new Template(source).value(scope(params));

describe('a template', () => {
  it('renders its text with the values', () => {
    expect(text('plain }} text')).toBe('plain }} text');
    expect(text('Bearer {{ env.TOKEN }}, {{ task.id }}/{{task.attempt}}')).toBe('Bearer canary, task-1/2');
    expect(text('a {{- params.x -}} b', { x: 1 })).toBe('a1b');
    expect(text('{{ params.x | upcase | append: "!" }}', { x: 'hi' })).toBe('HI!');
    expect(text('[{{ params.none }}]')).toBe('[]');
    expect(text('{{ params.x | split: "," }}', { x: 'a,b' })).toBe('["a","b"]');
  });

  it('keeps the type of a single value', () => {
    expect(value('{{ params.x }}', { x: 5 })).toBe(5);
    expect(value('{{ params.x }}', { x: false })).toBe(false);
    expect(value('{{ params.x }}', { x: '5' })).toBe('5');
    expect(value('{{ params.none }}')).toBeUndefined();
    expect(value('{{ params.none | default: 7 }}')).toBe(7);
    expect(value('{{ params.x }}%', { x: 5 })).toBe('5%');
    expect(value('')).toBe('');
    expect(new Template('{{ params.none }}').optionalText(scope())).toBeUndefined();
    expect(new Template('{{ params.x }}').optionalText(scope({ x: 0 }))).toBe('0');
  });

  it('does not parse values as templates', () => {
    expect(text('{{ params.x }}', { x: '{{ env.TOKEN }}{% if true %}' })).toBe('{{ env.TOKEN }}{% if true %}');
  });

  it('reads own properties only', () => {
    expect(text('{{ params.constructor }}{{ params.__proto__ }}{{ params.toString }}')).toBe('');
  });

  it('lists the variables it reads', () => {
    expect(new Template('{{ params.x | default: env.Y }}{{ params["z"] }}{{ w }}').variables).toEqual([
      ['params', 'x'],
      ['params', 'z'],
      ['env', 'Y'],
      ['w'],
    ]);
    expect(new Template('{{ params[task.id] }}').variables).toContainEqual(['params', null]);
  });

  it('has a shape without its values', () => {
    expect(new Template('a/{{ params.x }}/b{{ params.y }}').shape('?')).toBe('a/?/b?');
  });

  it.each([
    ['{{ params.x', /not closed/],
    ['{{}}', /invalid value/],
    ['{{ params.x | shout }}', /undefined filter: shout$/],
    ['{% if params.x %}{% endif %}', /tag "if" not found$/],
    ['{% echo params.x %}', /tag "echo" not found$/],
    ['{% render "settings.yaml" %}', /tag "render" not found$/],
    ['{% raw %}{{ x }}{% endraw %}', /tag "raw" not found$/],
  ])('%s is not a template', (source, why) => {
    expect(() => new Template(source)).toThrow(TemplateError);
    expect(() => new Template(source)).toThrow(why);
  });

  it('reports a filter that fails', () => {
    const failing = new Template('{{ params.x | url_decode }}');
    expect(failing.text(scope({ x: '%41' }))).toBe('A');
    expect(() => failing.text(scope({ x: '%' }))).toThrow(/^URI malformed$/);
    expect(() => text('{{ (1..params.x) | size }}', { x: 1_000_000_000 })).toThrow(/memory/);
  });
});
