import { Injectable } from '@nestjs/common';
import { AccountService } from '../accounts/account.service.ts';
import { AsyncContentGenerationService } from '../generation/async-content-generation.service.ts';
import { EXAMPLE_ACCOUNTS, FIRST_REQUEST } from './example-accounts.ts';

const SEEDER = 'example';

/** Creates example accounts and a first article in a new installation. If it is interrupted, the next start continues. */
@Injectable()
export class ExampleSeeder {
  constructor(
    private readonly accounts: AccountService,
    private readonly generation: AsyncContentGenerationService,
  ) {}

  /**
   * Returns the id of the first content task; undefined when the installation has accounts of its own or has already
   * requested its first article.
   */
  async seed(): Promise<string | undefined> {
    const [first] = EXAMPLE_ACCOUNTS;
    if (!first || (await this.hasOwnAccounts())) return undefined;
    for (const example of EXAMPLE_ACCOUNTS) if (!(await this.accounts.findByName(example.name))) await this.accounts.create(example);
    const { topic, keywords } = FIRST_REQUEST;
    const submitted = await this.generation.submitTask(
      { account: first.name, topic, keywords: [...keywords] },
      { createdBy: SEEDER, within: null, trigger: 'manual', idempotencyKey: 'first-article' },
    );
    return submitted.replayed ? undefined : submitted.id;
  }

  private async hasOwnAccounts(): Promise<boolean> {
    const names = new Set(EXAMPLE_ACCOUNTS.map((example) => example.name));
    return (await this.accounts.list(EXAMPLE_ACCOUNTS.length + 1)).some((account) => !names.has(account.name));
  }
}
