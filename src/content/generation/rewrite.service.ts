import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { MAX_FINDINGS, previousFindings } from '../../core/review/previous-findings.ts';
import type { Submitted } from '../../engine/task-store.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import type { Content } from '../contents/content.entity.ts';
import { AsyncContentGenerationService, type Requester } from './async-content-generation.service.ts';
import { ContentGeneration } from './content-generation.entity.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';
import type { RewriteBody } from './rewrite.dto.ts';

/** Requests for another attempt at a content: the first request, and what was wrong with its result. */
@Injectable()
export class RewriteService {
  constructor(
    @InjectRepository(ContentGeneration) private readonly generations: Repository<ContentGeneration>,
    private readonly tasks: TaskService,
    private readonly generation: AsyncContentGenerationService,
  ) {}

  /** `content` is the version that the person has read. A person sent it back, so a person reviews the next attempt. */
  async submit(
    content: Content,
    { instruction, priority, ...choices }: RewriteBody,
    { createdBy, traceContext }: Pick<Requester, 'createdBy' | 'traceContext'>,
  ): Promise<Submitted> {
    const { id, accountId, version, reviewReasons, reviewNote, checks } = content;
    const findings = previousFindings({ reasons: reviewReasons, note: reviewNote, checks });
    const params: ContentGenerationParams = {
      ...(await this.requestOf(content)),
      ...choices,
      accountId,
      autoApprove: false,
      allowDuplicate: true, // the rewritten content has the same topic
      rewriteOf: id,
      rewriteVersion: version,
      previousFindings: [...(instruction === undefined ? [] : [instruction]), ...findings].slice(0, MAX_FINDINGS),
    };
    return this.generation.submitParams(params, { createdBy, traceContext, priority, trigger: 'api', idempotencyKey: null });
  }

  /** The first request. Its creator and options are known until the clean-up deletes the params of the task. */
  private async requestOf({ generationTaskId: id }: Content): Promise<Partial<ContentGenerationParams>> {
    if (id === null) return {};
    const [request, tasks] = await Promise.all([this.generations.findOneBy({ id }), this.tasks.getMany([id])]);
    const { creator, creatorOptions, audience, minWords, maxWords } = (tasks.get(id)?.params ?? {}) as Partial<ContentGenerationParams>;
    const { topic, keywords, category, requirements, tone } = request ?? {};
    const sent = { topic, keywords, category, requirements, tone, creator, creatorOptions, audience, minWords, maxWords };
    return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null && value !== undefined));
  }
}
