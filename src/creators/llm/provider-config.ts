import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { TokenPrice } from './token-usage.ts';

export const LLM_STEPS = ['outline', 'draft', 'check', 'revise'] as const;
export type LlmStep = (typeof LLM_STEPS)[number];

/** One OpenAI-compatible endpoint. */
export interface LlmProvider {
  name: string;
  baseUrl: string;
  apiKey: string;
  /** The variable that holds the key, for messages. */
  keyFrom: string;
  model: string;
  /** Models of single steps, instead of `model`. */
  models: Partial<Record<LlmStep, string>>;
  price: TokenPrice | null;
}

/** The creators of the kind `llm` by name, each with its providers in the order in which they are tried. */
export type LlmCreators = ReadonlyMap<string, readonly LlmProvider[]>;

const DEFAULT_LLM_CREATOR = 'llm';
const NAME = /^[a-z][a-z0-9-]{0,49}$/;

/** From CREATOR_LLM_CONFIG, or one provider from LLM_BASE_URL, LLM_API_KEY and LLM_MODEL. @throws {ConfigurationError} */
export function readLlmCreators(settings: Settings): LlmCreators {
  const { creatorLlmConfig: file, llmBaseUrl: baseUrl, llmApiKey: apiKey, llmModel: model } = settings;
  if (file !== undefined) return new ConfigFile(file, settings).read();
  if (baseUrl === undefined && apiKey === undefined && model === undefined) return new Map([[DEFAULT_LLM_CREATOR, []]]);
  const missing = Object.entries({ LLM_BASE_URL: baseUrl, LLM_API_KEY: apiKey, LLM_MODEL: model }).filter(
    ([, value]) => value === undefined,
  );
  if (baseUrl === undefined || apiKey === undefined || model === undefined) {
    throw new ConfigurationError(
      `The creator "llm" needs ${missing.map(([name]) => name).join(' and ')} too. Set them, or none of the three.`,
    );
  }
  return new Map([[DEFAULT_LLM_CREATOR, [{ name: 'default', baseUrl, apiKey, keyFrom: 'LLM_API_KEY', model, models: {}, price: null }]]]);
}

/** `{providers: {name: {baseUrl, apiKeyVariable, model, models?, price?}}, creators?: {name: [provider, …]}}` */
class ConfigFile {
  constructor(
    private readonly path: string,
    private readonly settings: Settings,
  ) {}

  read(): LlmCreators {
    const root = this.members(this.parse(), 'the file');
    this.checkMembers(root, 'the file', ['providers', 'creators']);
    const given = Object.entries(this.members(root['providers'], 'providers'));
    if (given.length === 0) this.reject('providers', 'names no provider');
    const providers = new Map(given.map(([name, value]) => [name, this.provider(name, value)]));
    if (root['creators'] === undefined) return new Map([[DEFAULT_LLM_CREATOR, [...providers.values()]]]);
    const creators = Object.entries(this.members(root['creators'], 'creators'));
    return new Map(
      creators.map(([name, names]) => {
        if (!NAME.test(name)) this.reject(`creators.${name}`, 'is no name of lower-case letters, digits and hyphens');
        if (!Array.isArray(names) || names.length === 0) this.reject(`creators.${name}`, 'is not a list of providers');
        return [
          name,
          (names as unknown[]).map(
            (each) =>
              providers.get(String(each)) ?? this.reject(`creators.${name}`, `names the provider "${String(each)}", which does not exist`),
          ),
        ];
      }),
    );
  }

  private provider(name: string, value: unknown): LlmProvider {
    const at = `providers.${name}`;
    const members = this.members(value, at);
    this.checkMembers(members, at, ['baseUrl', 'apiKeyVariable', 'model', 'models', 'price']);
    const keyFrom = this.text(members['apiKeyVariable'], `${at}.apiKeyVariable`);
    const apiKey = this.settings.secretVariable(keyFrom);
    if (apiKey === undefined) this.reject(`${at}.apiKeyVariable`, `names the variable ${keyFrom}, which is not set`);
    const baseUrl = this.text(members['baseUrl'], `${at}.baseUrl`);
    if (!/^https?:\/\/[^@]+$/.test(baseUrl) || !URL.canParse(baseUrl))
      this.reject(`${at}.baseUrl`, 'is not an http: or https: address without a user name');
    const models = Object.entries(this.members(members['models'] ?? {}, `${at}.models`));
    this.checkMembers(Object.fromEntries(models), `${at}.models`, LLM_STEPS);
    const byStep = Object.fromEntries(models.map(([step, model]) => [step, this.text(model, `${at}.models.${step}`)]));
    return {
      name,
      baseUrl,
      apiKey,
      keyFrom,
      model: this.text(members['model'], `${at}.model`),
      models: byStep,
      price: this.price(members['price'], `${at}.price`),
    };
  }

  private price(value: unknown, at: string): TokenPrice | null {
    if (value === undefined) return null;
    const members = this.members(value, at);
    this.checkMembers(members, at, ['input', 'output', 'currency']);
    const amount = (name: 'input' | 'output'): number => {
      const given = members[name];
      return typeof given === 'number' && given >= 0 && given < 1e6
        ? given
        : this.reject(`${at}.${name}`, 'is not a price for a million tokens');
    };
    return { input: amount('input'), output: amount('output'), currency: this.text(members['currency'], `${at}.currency`) };
  }

  private parse(): unknown {
    try {
      return parse(readFileSync(this.path, 'utf8')) as unknown; // JSON is YAML
    } catch (error) {
      throw new ConfigurationError(
        `CREATOR_LLM_CONFIG: ${this.path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private members(value: unknown, at: string): Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : this.reject(at, 'is not a mapping');
  }

  private checkMembers(members: Record<string, unknown>, at: string, known: readonly string[]): void {
    const odd = Object.keys(members).find((name) => !known.includes(name));
    if (odd !== undefined) this.reject(at, `has the member "${odd}"; known are ${known.join(', ')}`);
  }

  private text(value: unknown, at: string): string {
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : this.reject(at, 'is not a text');
  }

  private reject(at: string, problem: string): never {
    throw new ConfigurationError(`CREATOR_LLM_CONFIG: ${this.path}: ${at} ${problem}.`);
  }
}
