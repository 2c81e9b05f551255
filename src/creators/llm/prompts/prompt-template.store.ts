import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../../platform/database/pools.ts';
import { PROMPT_NAMES, type PromptName } from './prompt-name.ts';
import { hashOfPrompt, productPrompt, type PromptTemplate } from './prompt-renderer.ts';
import { INSERT_PROMPT, LOCK_PROMPT, RESET_PROMPT, RETIRE_PROMPT, SELECT_PROMPTS } from './prompt-template.sql.ts';

/** A template of an account, or a built-in one. */
export interface StoredPrompt extends PromptTemplate {
  /** Null for a built-in template. */
  createdBy: string | null;
  createdAt: Date | null;
}

interface PromptRow {
  name: PromptName;
  version: number;
  text: string;
  hash: string;
  createdBy: string;
  createdAt: Date;
}

/** The prompt templates of the accounts. A change applies from the next task on. */
@Injectable()
export class PromptTemplateStore {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** The templates that apply to an account, by name. */
  async of(accountId: string): Promise<Record<PromptName, StoredPrompt>> {
    const rows = await this.sql.query<PromptRow>(SELECT_PROMPTS, [accountId]);
    const own = new Map(rows.map((row) => [row.name, { ...row, version: `account-${row.version}` }]));
    const templates = PROMPT_NAMES.map((name) => [name, own.get(name) ?? { ...productPrompt(name), createdBy: null, createdAt: null }]);
    return Object.fromEntries(templates) as Record<PromptName, StoredPrompt>;
  }

  async put(accountId: string, name: PromptName, text: string, actor: string): Promise<void> {
    const hash = hashOfPrompt(text);
    await inTransaction(this.pools.api, async (tx) => {
      await tx.query(LOCK_PROMPT, [`prompt ${accountId} ${name}`]);
      await tx.query(RETIRE_PROMPT, [accountId, name, hash]);
      await tx.query(INSERT_PROMPT, [accountId, name, text, hash, actor]);
    });
  }

  async reset(accountId: string, name: PromptName): Promise<void> {
    await this.sql.query(RESET_PROMPT, [accountId, name]);
  }
}
