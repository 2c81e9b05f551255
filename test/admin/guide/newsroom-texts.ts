const slots = (time: string, ...weekdays: number[]) => weekdays.map((weekday) => ({ weekday, time }));

/** Accounts and topics that the sources of examples/seed cover, except `uncovered`. */
export const TEXTS = {
  en: {
    accounts: [
      {
        name: 'Bread blog',
        files: ['bread-dough.md', 'bread-oven.md'],
        slots: slots('10:00', 1, 2, 3, 4, 5),
        voice: { tone: 'plain', minWords: 30, maxWords: 900 },
      },
      {
        name: 'Kitchen notes',
        files: ['bread-dough.md', 'bread-oven.md'],
        slots: slots('18:00', 2, 4, 6),
        voice: { tone: 'plain', minWords: 30, maxWords: 900 },
      },
    ],
    planned: ['What gluten does in a dough', 'How yeast makes a dough rise', 'Why sourdough keeps longer'],
    second: 'The crust of a loaf',
    approved: ['How gluten and yeast work'],
    waiting: ['Why bread goes stale', 'Baking temperatures'],
    uncovered: 'Football transfer deadline day',
    backlog: [
      'How salt changes a dough',
      'Bread without kneading',
      'Steam in the oven',
      'Flour and its proteins',
      'How to keep bread fresh',
    ],
    note: 'Begin with the example of the loaf, and shorten the second section.',
    generate: 'Salt in bread',
  },
  zh: {
    accounts: [
      {
        name: '茶语',
        files: ['tea-kinds.md', 'tea-brewing.md'],
        slots: slots('09:00', 1, 2, 3, 4, 5),
        voice: { tone: '平实', minWords: 100, maxWords: 1_200 },
      },
      {
        name: '时间札记',
        files: ['time-zh.md'],
        slots: slots('18:00', 2, 4, 6),
        voice: { tone: '准确', minWords: 80, maxWords: 1_200 },
      },
    ],
    planned: ['绿茶的制作与保存', '红茶的工序', '乌龙茶有什么特色'],
    second: 'UTC 与时区',
    approved: ['泡茶的水温'],
    waiting: ['紫砂壶和盖碗', '普洱茶怎么存放'],
    uncovered: '世界杯足球比赛结果',
    backlog: ['白茶的萎凋', '一天喝多少茶合适', '茶叶怎样避光防潮', '花茶的窨制', '茶具如何清洗'],
    note: '先写存放的条件，第二节再短一些。',
    generate: '原子钟为什么准确',
  },
};
