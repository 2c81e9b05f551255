import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { parseTraceparent } from '../../core/trace/traceparent.ts';
import { currentTraceContext } from '../telemetry/tracing/trace-scope.ts';

/** The W3C trace context of the request: that of its span, else of a valid `traceparent` header, else null. */
export const TraceContext = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | null =>
    currentTraceContext() ?? parseTraceparent(context.switchToHttp().getRequest<FastifyRequest>().headers.traceparent),
);

/** Documents the header of a route that stores it with its tasks. */
export const ApiTraceparent = (): MethodDecorator =>
  ApiHeader({
    name: 'traceparent',
    required: false,
    description: 'W3C trace context. It is stored with the task and given to its handler or agent. An invalid value is ignored.',
  });
