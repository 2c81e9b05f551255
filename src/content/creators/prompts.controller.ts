import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { formatActor } from '../../core/actor/actor.ts';
import { PROMPT_NAMES, type PromptName } from '../../creators/llm/prompts/prompt-name.ts';
import { faultOfPrompt } from '../../creators/llm/prompts/prompt-renderer.ts';
import { PromptTemplateStore, type StoredPrompt } from '../../creators/llm/prompts/prompt-template.store.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { IsFilled } from '../../platform/http/is-filled.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { AccountService } from '../accounts/account.service.ts';

class PromptBody {
  @ApiProperty({ description: 'A Liquid template. It is tried on sample data before it is stored.', maxLength: 20_000 })
  @IsString()
  @IsFilled()
  @MaxLength(20_000)
  text: string;
}

class PromptView implements StoredPrompt {
  @ApiProperty({ enum: PROMPT_NAMES })
  name: PromptName;
  @ApiProperty({ example: 'product-1', description: 'product-n for a template of the product, account-n for one of the account.' })
  version: string;
  @ApiProperty({ description: 'SHA-256 of the text.' })
  hash: string;
  @ApiProperty()
  text: string;
  @ApiProperty({ type: 'string', nullable: true })
  createdBy: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  createdAt: Date | null;
}

class PromptList {
  @ApiProperty({ type: [PromptView] })
  items: PromptView[];
}

/** The prompts with which language models write for an account. */
@ApiTags('accounts')
@Controller('accounts/:id/prompts')
export class PromptsController {
  constructor(
    private readonly accounts: AccountService,
    private readonly prompts: PromptTemplateStore,
  ) {}

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'prompts_list', summary: 'The prompt templates that apply to an account' })
  @ApiOkResponse({ type: PromptList })
  async list(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<PromptList> {
    const account = await this.accounts.get(id, accountIds);
    return { items: Object.values(await this.prompts.of(account.id)) };
  }

  @Put(':name')
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'prompts_put', summary: 'Replace a prompt template for one account, from its next task on' })
  @ApiParam({ name: 'name', enum: PROMPT_NAMES })
  @ApiOkResponse({ type: PromptView })
  async put(
    @Param('id') id: string,
    @Param('name') name: string,
    @Body() { text }: PromptBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PromptView> {
    const account = await this.accounts.get(id, principal.accountIds);
    const known = checkName(name);
    const fault = faultOfPrompt(text);
    if (fault !== null) {
      throw ProblemError.unprocessable('prompt_invalid', 'The template cannot be rendered with sample data.', {
        detail: `The template ${fault}. GET /accounts/${account.id}/prompts shows the templates of the product.`,
        errors: [{ pointer: '/text', code: 'prompt_invalid', detail: fault }],
      });
    }
    await this.prompts.put(account.id, known, text, formatActor(principal));
    return (await this.prompts.of(account.id))[known];
  }

  @Delete(':name')
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'prompts_reset', summary: 'Return to the prompt template of the product' })
  @ApiParam({ name: 'name', enum: PROMPT_NAMES })
  @ApiOkResponse({ type: PromptView })
  async reset(@Param('id') id: string, @Param('name') name: string, @CurrentPrincipal() { accountIds }: Principal): Promise<PromptView> {
    const account = await this.accounts.get(id, accountIds);
    const known = checkName(name);
    await this.prompts.reset(account.id, known);
    return (await this.prompts.of(account.id))[known];
  }
}

function checkName(name: string): PromptName {
  const known = PROMPT_NAMES.find((each) => each === name);
  if (known !== undefined) return known;
  throw ProblemError.notFound('prompt_not_found', `There is no prompt "${name.slice(0, 100)}".`, {
    detail: `Known are ${PROMPT_NAMES.join(', ')}.`,
  });
}
