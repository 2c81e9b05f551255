import { Controller, Get } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { productVersion } from '../../platform/config/product-version.ts';

class Index {
  @ApiProperty({ example: 'ContentHub' })
  name: string;
  @ApiProperty({ example: '0.1.0' })
  version: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Links to the API, by name.' })
  links: Record<string, string>;
}

const INDEX: Index = {
  name: 'ContentHub',
  version: productVersion(),
  links: { documentation: '/docs', openapi: '/openapi.json', health: '/health/ready', tasks: '/tasks', executions: '/executions' },
};

@ApiTags('index')
@Controller()
export class IndexController {
  @Get()
  @Public()
  @ApiOperation({ operationId: 'index_get', summary: 'Name and version of the product, and links' })
  @ApiOkResponse({ type: Index })
  @ApiFoundResponse({
    description: 'A browser (Accept: text/html) is redirected to the admin pages at /admin/.',
    ...withHeaders('Location'),
  })
  get(): Index {
    return INDEX;
  }
}
