import type { OpenAPIObject } from '@nestjs/swagger';
import type { OperationObject } from '@nestjs/swagger';

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
export type Method = (typeof METHODS)[number];

export interface DescribedOperation {
  readonly method: Method;
  readonly path: string;
  readonly operation: OperationObject;
}

/** All operations of a document, in order. The objects belong to the document: changing them changes it. */
export function operationsOf({ paths }: Pick<OpenAPIObject, 'paths'>): DescribedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );
}
