import { Body, Controller, Headers, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { SignedBody, signedBodyOf } from '../../platform/http/signed-body.ts';
import { CreatorCallbackService } from './creator-callback.service.ts';

const BODY = {
  type: 'object' as const,
  required: ['taskId'],
  properties: { taskId: { type: 'string' as const, maxLength: 500, description: 'The id that the service gave to the work.' } },
  additionalProperties: true,
  description: 'Other members are not used: the state is read from the service itself.',
  example: { event: 'task.completed', taskId: 'e7a3c1f2', status: 'completed' },
};

/** Messages of services that write for the creator `http`. The signature takes the place of a key. */
@ApiTags('content tasks')
@Controller('creator-callbacks')
export class CreatorCallbacksController {
  constructor(private readonly callbacks: CreatorCallbackService) {}

  @Post(':creator')
  @Public()
  @SignedBody()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'creatorCallbacks_accept',
    summary: 'A service reports that work ended: its task is polled at once. Signed as in Standard Webhooks; a repeated id has no effect',
  })
  @ApiHeader({ name: 'webhook-id', required: true, description: 'Equal for each repetition of the message.' })
  @ApiHeader({ name: 'webhook-timestamp', required: true, description: 'Seconds since 1970, within 300 s of now.' })
  @ApiHeader({ name: 'webhook-signature', required: true, description: 'v1, and the HMAC-SHA256 of id.timestamp.body in Base64.' })
  @ApiBody({ schema: BODY })
  @ApiNoContentResponse({ description: 'The message is genuine. Work that is not known is ignored.' })
  @ApiForbiddenResponse({ description: 'The signature or its time is not valid.' })
  @ApiNotFoundResponse({ description: 'The creator accepts no callbacks.' })
  async accept(
    @Param('creator') creator: string,
    @Headers() headers: Record<string, string | undefined>,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<void> {
    const message = {
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      signature: headers['webhook-signature'],
      body: signedBodyOf(request),
    };
    this.callbacks.verify(creator, message);
    const taskId = typeof body === 'object' && body !== null && 'taskId' in body ? body.taskId : undefined;
    if (typeof taskId !== 'string' || taskId === '' || taskId.length > 500) {
      const errors = [{ pointer: '/taskId', code: 'is_string', detail: 'must be a text of 1 to 500 characters' }];
      throw ProblemError.badRequest('validation_failed', 'The callback names no work.', { errors });
    }
    await this.callbacks.accept(creator, message.id ?? '', taskId);
  }
}
