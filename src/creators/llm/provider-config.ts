import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigurationError } from '../../platform/config/configuration-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Cost } from '../budgets/money.ts';
import type { TokenPrice } from './token-usage.ts';

export const LLM_STEPS = ['outline', 'draft', 'check', 'revise', 'titles'] as const;
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
  /** Of these models. */
  price: TokenPrice | null;
  /** Of single models, also of those that a request names. */
  prices: ReadonlyMap<string, TokenPrice>;
  /** What one call of a model without a price costs at most. */
  maxCallCost: Cost | null;
  /** Sent with each request. Null sends no limit. */
  maxOutputTokens: number | null;
}

/** The price of a model. That of the provider does not apply to a model that only a request names. */
export function priceOf({ model, models, price, prices }: LlmProvider, name: string): TokenPrice | null {
  return prices.get(name) ?? (name === model || Object.values(models).includes(name) ? price : null);
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
  const unknown = { price: null, prices: new Map(), maxCallCost: null, maxOutputTokens: null };
  return new Map([[DEFAULT_LLM_CREATOR, [{ name: 'default', baseUrl, apiKey, keyFrom: 'LLM_API_KEY', model, models: {}, ...unknown }]]]);
}

const PROVIDER_MEMBERS = ['baseUrl', 'apiKeyVariable', 'model', 'models', 'price', 'prices', 'maxCallCost', 'maxOutputTokens'];
const MOST_OUTPUT_TOKENS = 1_000_000;

/** `{providers: {name: {baseUrl, apiKeyVariable, model, models?, price?, prices?, maxCallCost?, maxOutputTokens?}}, creators?: {name: [provider, …]}}` */
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
    this.checkMembers(members, at, PROVIDER_MEMBERS);
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
      price: members['price'] === undefined ? null : this.price(members['price'], `${at}.price`),
      prices: new Map(
        Object.entries(this.members(members['prices'] ?? {}, `${at}.prices`)).map(([model, price]) => [
          model,
          this.price(price, `${at}.prices.${model}`),
        ]),
      ),
      maxCallCost: this.cost(members['maxCallCost'], `${at}.maxCallCost`),
      maxOutputTokens: this.tokens(members['maxOutputTokens'], `${at}.maxOutputTokens`),
    };
  }

  private cost(value: unknown, at: string): Cost | null {
    if (value === undefined) return null;
    const members = this.members(value, at);
    this.checkMembers(members, at, ['amount', 'currency']);
    const amount = members['amount'];
    if (typeof amount !== 'number' || amount <= 0 || amount >= 1e6) this.reject(`${at}.amount`, 'is not an amount of money');
    return { amount, currency: this.text(members['currency'], `${at}.currency`) };
  }

  private tokens(value: unknown, at: string): number | null {
    if (value === undefined) return null;
    return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_OUTPUT_TOKENS
      ? Number(value)
      : this.reject(at, `is not a whole number from 1 to ${MOST_OUTPUT_TOKENS}`);
  }

  private price(value: unknown, at: string): TokenPrice {
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
