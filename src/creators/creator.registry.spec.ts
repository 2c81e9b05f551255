import { describe, expect, it } from '@jest/globals';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ContentCreator } from './content-creator.decorator.ts';
import { Creator, type CreatorDescription } from './creator.ts';
import { CreatorRegistry } from './creator.registry.ts';

class TestCreator extends Creator {
  override describe(): CreatorDescription {
    return { description: 'for tests', needsNetwork: false, asynchronous: false };
  }

  override create(): never {
    throw new Error('not called');
  }
}

@ContentCreator('second')
class SecondCreator extends TestCreator {}

@ContentCreator('first')
class FirstCreator extends TestCreator {}

@ContentCreator('first')
class Duplicate extends TestCreator {}

const registryOf = async (...providers: (new () => Creator)[]): Promise<CreatorRegistry> => {
  const module = await Test.createTestingModule({ imports: [DiscoveryModule], providers: [CreatorRegistry, ...providers] }).compile();
  await module.init();
  return module.get(CreatorRegistry);
};

describe('CreatorRegistry', () => {
  it('finds marked providers and lists them by name', async () => {
    const registry = await registryOf(SecondCreator, FirstCreator, TestCreator);
    expect(registry.names()).toEqual(['first', 'second']);
    expect(registry.find('first')).toBeInstanceOf(FirstCreator);
    expect(registry.find('third')).toBeUndefined();
    expect((await registry.list())[0]).toEqual({
      name: 'first',
      description: 'for tests',
      needsNetwork: false,
      asynchronous: false,
      optionsSchema: { type: 'object', properties: {}, additionalProperties: false },
      health: { usable: true, detail: null, checkedAt: expect.any(Date) },
    });
  });

  it('rejects two creators of one name', async () => {
    await expect(registryOf(FirstCreator, Duplicate)).rejects.toThrow("Two creators are marked @ContentCreator('first'). Rename one.");
  });
});
