import { Injectable } from '@nestjs/common';
import { inlineReferences, type JsonSchema } from '../../core/text/inline-references.ts';
import type { TaskDefinition } from './task-definition.registry.ts';

/** The JSON schemas of the params of tasks. Those of classes are in the API description, which the application builds. */
@Injectable()
export class ParamsSchemas {
  private build: () => Readonly<Record<string, JsonSchema>> = () => ({});
  private schemas: Readonly<Record<string, JsonSchema>> | undefined;

  /** `build` is called once, when a schema is first asked for. */
  provide(build: () => Readonly<Record<string, JsonSchema>>): void {
    this.build = build;
    this.schemas = undefined;
  }

  /** Complete, without references. Null: any JSON object. */
  of({ params }: Pick<TaskDefinition, 'params'>): JsonSchema | null {
    if (typeof params !== 'function') return params?.schema ?? null;
    this.schemas ??= this.build();
    return inlineReferences(this.schemas, params.name);
  }
}
