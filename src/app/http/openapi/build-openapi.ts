import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, type OperationObject, SwaggerModule } from '@nestjs/swagger';
import {
  ANY_CALLER_EXTENSION,
  ALTERNATIVE_EXTENSION,
  PERMISSION_EXTENSION,
  PUBLIC_EXTENSION,
} from '../../../platform/auth/permission.decorator.ts';
import type { Permission } from '../../../platform/auth/permissions.ts';
import { SESSION_COOKIE } from '../../../platform/auth/sessions/session-cookie.ts';
import { productVersion } from '../../../platform/config/product-version.ts';
import { ANSWER_HEADERS } from '../../../platform/http/answer-headers.ts';
import { TaskHandler } from '../../../tasks/definitions/task-handler.decorator.ts';
import { operationsOf } from './operations.ts';
import { addProblems, PROBLEM_RESPONSES, PROBLEM_SCHEMA } from './problem-responses.ts';
import { addRequestExamples } from './request-examples.ts';
import { markOptionalBodies, moveDefaultsOfBodies, openFreeObjects, unwrapReferences } from './schemas.ts';
import { TAGS } from './tags.ts';

const ABOUT = `Durable, observable, asynchronous content generation.

Errors are \`application/problem+json\`. Every answer has \`X-Request-Id\`, which the log repeats. Times are RFC 3339 in UTC.`;

/** Builds the OpenAPI document of all routes. Equal code gives equal text, so that the file can be committed and compared. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('ContentHub')
    .setDescription(ABOUT)
    .setVersion(productVersion())
    .addServer('/', 'The server that answered with this document.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, `ct_live_…`, or the token of an agent.' }, 'apiKey')
    .addCookieAuth(
      SESSION_COOKIE,
      { type: 'apiKey', in: 'cookie', description: 'The session of a browser, from POST /session.' },
      'session',
    )
    .addSecurityRequirements('apiKey')
    .addSecurityRequirements('session')
    .build();
  const options = { operationIdFactory: operationId, extraModels: paramsClasses(app), autoTagControllers: false };
  const document = SwaggerModule.createDocument(app, config, options);
  const { contact: _none, ...info } = document.info;
  document.info = { ...info, license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' } };
  document.tags = TAGS;
  document.paths = sorted(document.paths);
  document.components = {
    ...document.components,
    schemas: sorted({ ...document.components?.schemas, AnyJson: { description: 'Any JSON value.' }, Problem: PROBLEM_SCHEMA }),
    responses: PROBLEM_RESPONSES,
    headers: ANSWER_HEADERS,
  };
  for (const described of operationsOf(document)) {
    describeAccess(described.operation);
    addProblems(described);
  }
  unwrapReferences(document.components.schemas);
  openFreeObjects(document.components.schemas);
  moveDefaultsOfBodies(document);
  markOptionalBodies(document);
  addRequestExamples(document);
  return document;
}

/** Swagger UI shows descriptions and no extensions, so the permission is named in both. */
function describeAccess(operation: OperationObject): void {
  if (Reflect.get(operation, PUBLIC_EXTENSION) === true) {
    operation.security = [];
    return;
  }
  const permission = Reflect.get(operation, PERMISSION_EXTENSION) as Permission;
  const needsNone = Reflect.get(operation, ANY_CALLER_EXTENSION) === true;
  const alternative = Reflect.get(operation, ALTERNATIVE_EXTENSION) as Permission | undefined;
  const other = alternative === undefined ? '' : ` Or \`${alternative}\`, where each task of the request allows it.`;
  const sentence = needsNone ? 'Any key or session.' : `Permission: \`${permission}\`.${other}`;
  operation.description = operation.description ? `${operation.description} ${sentence}` : sentence;
}

/**
 * The params classes of all named tasks, which GET /tasks refers to. Read from the decorators, because the registry
 * does not exist in preview mode.
 */
function paramsClasses(app: INestApplication): (new () => object)[] {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const handlers = discovery.getProviders({ metadataKey: TaskHandler.KEY });
  return handlers.flatMap((handler) => discovery.getMetadataByDecorator(TaskHandler, handler)?.params ?? []);
}

/** TasksController.list becomes tasks_list. */
function operationId(controller: string, method: string): string {
  const resource = controller.replace(/Controller$/, '');
  return `${resource.charAt(0).toLowerCase()}${resource.slice(1)}_${method}`;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
