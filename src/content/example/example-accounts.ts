import type { CreateAccountBody } from '../accounts/account-body.dto.ts';

/**
 * The accounts of a first start. Their sources are documents of this repository, so that the first articles are real
 * digests. Paths are below SOURCE_ROOTS.
 */
export const EXAMPLE_ACCOUNTS: readonly CreateAccountBody[] = [
  {
    name: 'contenthub-notes',
    platform: 'blog',
    owner: 'example',
    language: 'en',
    timeZone: 'UTC',
    voice: { tone: 'plain, precise', minWords: 150, maxWords: 900 },
    sections: [{ code: 'inside', name: 'How ContentHub works' }],
    sources: [
      { type: 'file', name: 'Architecture', location: 'docs/architecture.md', keywords: ['task', 'lease', 'queue'] },
      { type: 'file', name: 'Engine', location: 'docs/engine.md' },
      { type: 'file', name: 'Operations', location: 'docs/operations.md' },
      { type: 'file', name: 'Content', location: 'docs/content.md' },
    ],
  },
  {
    name: 'contenthub-zh',
    platform: 'wechat',
    owner: 'example',
    language: 'zh',
    timeZone: 'Asia/Shanghai',
    voice: { tone: '平实、准确', minWords: 200, maxWords: 1_500 },
    sections: [{ code: 'inside', name: '内容中台内幕' }],
    sources: [
      { type: 'file', name: '使用指南', location: 'docs/zh/guide.md', keywords: ['任务', '租约'] },
      { type: 'file', name: '架构', location: 'docs/zh/architecture.md' },
    ],
  },
];

/** The first generation request. */
export const FIRST_REQUEST = { topic: 'How a task survives kill -9', keywords: ['task', 'lease', 'database'] } as const;
