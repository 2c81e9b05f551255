/** A source of the folder examples/seed. */
interface SeedSource {
  readonly name: string;
  readonly file: string;
  readonly keywords: readonly string[];
}

interface SeedTopic {
  readonly title: string;
  readonly keywords: readonly string[];
  readonly section: string;
}

/** An account with its sources, its backlog and its schedule. */
export interface SeedAccount {
  /** Of the account and of its schedule. */
  readonly name: string;
  /** Members of the account, as POST /accounts takes them, without the sources. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sources: readonly SeedSource[];
  readonly topics: readonly SeedTopic[];
  /** When its schedule fires: members of POST /schedules. */
  readonly schedule: (accountId: string) => object;
}

/** By this owner the command knows an account that it has made. */
export const SEED_OWNER = 'contenthub seed';
export const SEED_TASK = 'async-content-generation';
/** Below SOURCE_ROOTS, when the server runs in the checkout. */
export const SEED_FOLDER = 'examples/seed';

const at = (time: string, ...weekdays: number[]) => weekdays.map((weekday) => ({ weekday, time }));
const cron = (expression: string) => ({ type: 'cron', expression });

export const SEED_ACCOUNTS: readonly SeedAccount[] = [
  {
    name: 'seed-zh',
    fields: {
      platform: 'wechat',
      language: 'zh',
      timeZone: 'Asia/Shanghai',
      voice: { tone: '平实', minWords: 100, maxWords: 1_200 },
      sections: [
        { code: 'kinds', name: '茶的种类', keywords: ['绿茶', '红茶', '乌龙茶', '普洱茶'] },
        { code: 'brewing', name: '泡茶', keywords: ['水温', '茶具', '冲泡'] },
      ],
      publishing: { slots: at('09:00', 1, 2, 3, 4, 5) },
    },
    sources: [
      { name: '茶的种类与制作', file: 'tea-kinds.md', keywords: ['茶', '工序'] },
      { name: '泡茶与茶的历史', file: 'tea-brewing.md', keywords: ['茶', '水温'] },
    ],
    topics: [
      { title: '绿茶的制作与保存', keywords: ['绿茶'], section: 'kinds' },
      { title: '红茶的工序', keywords: ['红茶'], section: 'kinds' },
      { title: '乌龙茶有什么特色', keywords: ['乌龙茶'], section: 'kinds' },
      { title: '普洱茶怎么存放', keywords: ['普洱茶'], section: 'kinds' },
      { title: '泡茶的水温', keywords: ['水温'], section: 'brewing' },
      { title: '紫砂壶和盖碗', keywords: ['茶具'], section: 'brewing' },
    ],
    schedule: () => ({ trigger: cron('30 8 * * 1-5'), timeZone: 'Asia/Shanghai' }),
  },
  {
    name: 'seed-en',
    fields: {
      platform: 'blog',
      language: 'en',
      timeZone: 'Europe/Berlin',
      voice: { tone: 'plain', minWords: 60, maxWords: 900 },
      sections: [
        { code: 'dough', name: 'Dough', keywords: ['flour', 'yeast', 'gluten', 'sourdough'] },
        { code: 'oven', name: 'Oven', keywords: ['crust', 'loaf', 'salt'] },
      ],
      publishing: { slots: at('10:00', 1, 3, 5) },
    },
    sources: [
      { name: 'From flour to dough', file: 'bread-dough.md', keywords: ['dough', 'yeast'] },
      { name: 'From the oven to the table', file: 'bread-oven.md', keywords: ['loaf', 'crust'] },
    ],
    topics: [
      { title: 'What gluten does in a dough', keywords: ['gluten'], section: 'dough' },
      { title: 'How yeast makes a dough rise', keywords: ['yeast'], section: 'dough' },
      { title: 'Why sourdough keeps longer', keywords: ['sourdough'], section: 'dough' },
      { title: 'The crust of a loaf', keywords: ['crust'], section: 'oven' },
      { title: 'Why bread goes stale', keywords: ['bread'], section: 'oven' },
      { title: 'Baking temperatures', keywords: ['baking'], section: 'oven' },
    ],
    schedule: () => ({ trigger: cron('0 9 * * 1,3,5'), timeZone: 'Europe/Berlin' }),
  },
  {
    name: 'seed-mixed',
    fields: {
      platform: 'blog',
      language: 'zh',
      timeZone: 'Asia/Shanghai',
      voice: { tone: '准确', minWords: 80, maxWords: 1_200 },
      sections: [{ code: 'time', name: '时间 Time', keywords: ['UTC', '时区', '夏令时', 'cron'] }],
      publishing: { slots: [...at('18:00', 2, 4), ...at('11:00', 6)] },
    },
    sources: [
      { name: '时间、时区与 UTC', file: 'time-zh.md', keywords: ['UTC', '时区'] },
      { name: 'Clocks and calendars', file: 'time-en.md', keywords: ['UTC', 'time zone'] },
    ],
    topics: [
      { title: 'UTC 与时区', keywords: ['UTC'], section: 'time' },
      { title: '夏令时如何影响 cron', keywords: ['cron'], section: 'time' },
      { title: '什么是 UTC', keywords: ['UTC'], section: 'time' },
      { title: '原子钟为什么准确', keywords: ['原子钟'], section: 'time' },
    ],
    schedule: (accountId) => ({ trigger: { type: 'slots', accountId, leadMinutes: 120 } }),
  },
];

/** The params of the schedule of an account. */
export function seedParams(accountId: string): object {
  return { account_ids: [accountId], count_per_account: 1, auto_approve: true };
}
