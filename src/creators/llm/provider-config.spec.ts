import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../platform/config/settings.ts';
import { readLlmCreators } from './provider-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'contenthub-llm-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (yaml: string, env: Record<string, string> = { DEEP_KEY: 'k1', OPEN_KEY: 'k2' }) => {
  const file = join(folder, 'llm.yaml');
  writeFileSync(file, yaml);
  return readLlmCreators(loadSettings({ ...env, CREATOR_LLM_CONFIG: file }));
};
const PROVIDERS = `
providers:
  deep: {baseUrl: "https://deep.example/v1", apiKeyVariable: DEEP_KEY, model: chat, models: {check: reasoner}, price: {input: 0.27, output: 1.1, currency: USD}}
  open: {baseUrl: "https://open.example/v1", apiKeyVariable: OPEN_KEY, model: mini}
`;

describe('readLlmCreators', () => {
  it('reads several creators with their providers in order', () => {
    const creators = read(`${PROVIDERS}creators: {llm: [open, deep], cheap: [open]}`);
    expect([...creators].map(([name, providers]) => [name, providers.map((each) => each.name)])).toEqual([
      ['llm', ['open', 'deep']],
      ['cheap', ['open']],
    ]);
    expect(creators.get('llm')?.[1]).toEqual({
      name: 'deep',
      baseUrl: 'https://deep.example/v1',
      apiKey: 'k1',
      keyFrom: 'DEEP_KEY',
      model: 'chat',
      models: { check: 'reasoner' },
      price: { input: 0.27, output: 1.1, currency: 'USD' },
      prices: new Map(),
      maxCallCost: null,
      maxOutputTokens: null,
    });
  });

  it('gives all providers to llm when no creators are named, and takes one provider from the environment', () => {
    expect(read(PROVIDERS).get('llm')).toHaveLength(2);
    const settings = loadSettings({ LLM_BASE_URL: 'http://127.0.0.1:8000/v1', LLM_API_KEY: 'k', LLM_MODEL: 'm' });
    expect(readLlmCreators(settings).get('llm')).toMatchObject([{ name: 'default', keyFrom: 'LLM_API_KEY', price: null }]);
    expect(readLlmCreators(loadSettings({})).get('llm')).toEqual([]);
  });

  it('makes the keys secrets of the process', () => {
    const file = join(folder, 'secret.yaml');
    writeFileSync(file, PROVIDERS);
    const settings = loadSettings({ DEEP_KEY: 'k-secret-1', OPEN_KEY: 'k-secret-2', CREATOR_LLM_CONFIG: file });
    readLlmCreators(settings);
    expect(settings.secrets).toEqual(expect.arrayContaining(['k-secret-1', 'k-secret-2']));
    expect(loadSettings({ LLM_API_KEY: 'k-secret-3' }).secrets).toContain('k-secret-3');
  });

  it.each([
    ['providers: {}', 'providers names no provider'],
    ['providers: {a: {baseUrl: "ftp://x", apiKeyVariable: DEEP_KEY, model: m}}', 'providers.a.baseUrl is not an http: or https: address'],
    ['providers: {a: {baseUrl: "https://x", apiKeyVariable: NONE, model: m}}', 'names the variable NONE, which is not set'],
    ['providers: {a: {baseUrl: "https://x", apiKeyVariable: DEEP_KEY}}', 'providers.a.model is not a text'],
    ['providers: {a: {baseUrl: "https://x", apiKey: secret, model: m}}', 'has the member "apiKey"; known are'],
    [`${PROVIDERS}creators: {llm: [opne]}`, 'names the provider "opne", which does not exist'],
    [`${PROVIDERS}creators: {LLM: [open]}`, 'creators.LLM is no name'],
    [
      'providers: {a: {baseUrl: "https://x", apiKeyVariable: DEEP_KEY, model: m, price: {input: -1, output: 1, currency: USD}}}',
      'price.input is not a price',
    ],
    ['[', 'cannot be read'],
  ])('rejects %j with the place', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
  });

  it('rejects a part of the three variables', () => {
    expect(() => readLlmCreators(loadSettings({ LLM_MODEL: 'm' }))).toThrow('needs LLM_BASE_URL and LLM_API_KEY too');
  });
});
