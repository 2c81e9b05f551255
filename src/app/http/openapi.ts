import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { productVersion } from '../../platform/config/product-version.ts';
import { TaskHandler } from '../../tasks/definitions/task-handler.decorator.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; `title` and `detail` are for people.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId', 'retryable', 'errors'],
  properties: {
    type: { type: 'string', example: 'urn:contenthub:problem:invalid_body' },
    title: { type: 'string', example: 'The body is not valid.' },
    status: { type: 'integer', example: 422 },
    detail: { type: 'string' },
    instance: { type: 'string', example: '/accounts' },
    code: { type: 'string', example: 'invalid_body' },
    traceId: { type: 'string', description: 'Also in X-Request-Id and in the log.' },
    retryable: { type: 'boolean', description: 'The same request may succeed later; Retry-After says when.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body, or /name of a parameter or header.', example: '/topic' },
          code: { type: 'string', example: 'is_string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const PROBLEM_RESPONSE = {
  description: 'Any error.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The OpenAPI document of all routes: the same text for the same code, so that it can be committed and compared. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('ContentHub')
    .setDescription('Durable, observable, asynchronous content generation.')
    .setVersion(productVersion())
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, `ct_live_…`.' }, 'apiKey')
    .addSecurityRequirements('apiKey')
    .build();
  const options = { operationIdFactory: operationId, extraModels: paramsClasses(app), autoTagControllers: false };
  const document = SwaggerModule.createDocument(app, config, options);
  const components = document.components ?? {};
  const paths = sorted(document.paths);
  for (const item of Object.values(paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Problem' } };
      if (Reflect.get(operation, 'x-access') === 'public') operation.security = [];
    }
  }
  return {
    ...document,
    paths,
    tags: [...(document.tags ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1)),
    components: {
      ...components,
      schemas: sorted({ ...components.schemas, Problem: PROBLEM_SCHEMA }),
      responses: { ...components.responses, Problem: PROBLEM_RESPONSE },
    },
  };
}

/** The params of every named task, which no route names but GET /tasks refers to. From the decorators: in preview no registry exists. */
function paramsClasses(app: INestApplication): (new () => object)[] {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const handlers = discovery.getProviders({ metadataKey: TaskHandler.KEY });
  return handlers.flatMap((handler) => discovery.getMetadataByDecorator(TaskHandler, handler)?.params ?? []);
}

/** TasksController.list is tasks_list. */
function operationId(controller: string, method: string): string {
  const resource = controller.replace(/Controller$/, '');
  return `${resource.charAt(0).toLowerCase()}${resource.slice(1)}_${method}`;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
