import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeIdCursor, idPage } from '../../http/paging.ts';
import { ProblemError } from '../../http/problem.ts';
import { isUuid } from '../../http/uuid.ts';
import { authorize } from '../authorize.ts';
import { AnyCaller } from '../permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../principal.ts';
import { SessionPage, SessionsQuery, toSessionItem } from './session.dto.ts';
import { holderOf, SessionService } from './session.service.ts';

const LIST = 'sessions';

@ApiTags('session')
@Controller('sessions')
@AnyCaller()
export class SessionsController {
  constructor(private readonly sessions: SessionService) {}

  @Get()
  @ApiOperation({ operationId: 'sessions_list', summary: 'Sessions that have not ended, newest first: the own ones, or all' })
  @ApiOkResponse({ type: SessionPage })
  async list(@Query() { limit, cursor, of, userId }: SessionsQuery, @CurrentPrincipal() principal: Principal): Promise<SessionPage> {
    if (of === 'all' || userId !== undefined) authorize(principal, 'users:manage');
    const all = of === 'all' ? undefined : holderOf(principal);
    const holder = userId === undefined ? all : { kind: 'user' as const, id: userId };
    const rows = await this.sessions.list(holder, decodeIdCursor(LIST, cursor), limit + 1);
    return idPage(LIST, rows, limit, (row) => toSessionItem(row, principal));
  }

  @Delete(':sessionId')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'sessions_delete',
    summary: 'End a session: its requests answer 401, and its event streams end within a minute',
    description: 'Of another user or key it takes the permission users:manage.',
  })
  @ApiNoContentResponse({ description: 'The session has ended.' })
  async delete(@Param('sessionId') sessionId: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    const holder = principal.permissions.has('users:manage') ? undefined : holderOf(principal);
    if (isUuid(sessionId) && (await this.sessions.end(sessionId, holder))) return;
    throw ProblemError.notFound('session_not_found', `There is no session "${sessionId.slice(0, 100)}".`, {
      detail: 'GET /sessions lists the ones that have not ended.',
    });
  }
}
