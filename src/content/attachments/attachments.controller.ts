import { Body, Controller, Delete, Get, Headers, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiBody,
  ApiConflictResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { RawBody } from '../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { ContentView } from '../contents/content.dto.ts';
import { ContentPresenter } from '../contents/content-presenter.ts';
import { ContentService } from '../contents/content.service.ts';
import { AttachmentList, AttachmentName, AttachmentQuery, AttachmentView, toAttachmentView } from './attachment.dto.ts';
import { AttachmentService, MAX_ATTACHMENT_BYTES } from './attachment.service.ts';
import { asDownload, FileRoute, isCopyCurrent } from './file-download.ts';

const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the content that you read.' };

/** Files that editors add to contents. */
@ApiTags('contents')
@Controller('contents/:id/attachments')
export class AttachmentsController {
  constructor(
    private readonly contents: ContentService,
    private readonly attachments: AttachmentService,
    private readonly presenter: ContentPresenter,
  ) {}

  @Get()
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contentAttachments_list', summary: 'The files of a content' })
  @ApiOkResponse({ type: AttachmentList, ...withHeaders('ETag') })
  async list(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AttachmentList> {
    const { attachments, version } = await this.contents.get(id, accountIds);
    void reply.header('etag', etagOf(version));
    return { items: attachments.map(toAttachmentView), version };
  }

  @Post()
  @RequirePermission('content:edit')
  @RawBody(MAX_ATTACHMENT_BYTES)
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: 'The bytes of the file, at most 10 MiB.' })
  @ApiOperation({
    operationId: 'contentAttachments_add',
    summary: 'Add a PNG, JPEG or WebP image, a PDF or a CSV file to a content; like every edit, it makes a new version',
  })
  @ApiHeader(IF_MATCH)
  @ApiConflictResponse({ description: 'Another file of the content has the name.' })
  @ApiCreatedResponse({ type: AttachmentView, ...withHeaders('ETag') })
  async add(
    @Param('id') id: string,
    @Query() { name }: AttachmentQuery,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AttachmentView> {
    const read = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, read.version);
    const { content, added } = await this.attachments.add(read, { name, bytes: bytesOf(body) }, formatActor(principal));
    void reply.header('etag', etagOf(content.version));
    return toAttachmentView(added);
  }

  @Get(':name')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contentAttachments_download', summary: 'Download a file of a content' })
  @FileRoute()
  async download(
    @Param() { id, name }: AttachmentName,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const file = this.attachments.find(await this.contents.get(id, accountIds), name);
    if (isCopyCurrent(reply, ifNoneMatch, file.sha256)) return undefined;
    return asDownload(file, await this.attachments.read(file));
  }

  @Delete(':name')
  @RequirePermission('content:edit')
  @ApiOperation({
    operationId: 'contentAttachments_remove',
    summary: 'Remove a file that was not published; like every edit, it makes a new version',
  })
  @ApiHeader(IF_MATCH)
  @ApiConflictResponse({ description: 'The file was published with the content.' })
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  async remove(
    @Param() { id, name }: AttachmentName,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    const content = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, content.version);
    return this.presenter.show(await this.attachments.remove(content, name, formatActor(principal)), request, reply);
  }
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  throw ProblemError.unsupportedMediaType('unsupported_media_type', 'The body is not a file.', {
    detail: 'Send the bytes with Content-Type: application/octet-stream.',
  });
}
