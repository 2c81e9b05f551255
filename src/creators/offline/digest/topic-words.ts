import type { Segmenter, TopicWord } from '../segmenter.ts';

/** Words that frame a topic without naming its subject: "An introduction to …", "What is the effect of …", …入门, …多少. */
const FRAME: ReadonlySet<string> = new Set(
  (
    'work introduction introduc intro guid overview basic basics tip explain explanat explanation understand know best practic complet ultimat beginner tutorial top simpl easi everyth anyth someth way thing affect effect impact influenc caus reason ' +
    '介绍 简介 指南 入门 详解 解析 浅谈 概述 原理 教程 攻略 技巧 方法 最佳 实践 工作 了解 认识 理解 关于 解读 盘点 建议 浅析 全面 深入 作用 意义 用途 原因 影响 效果 好处 多少 多久 多长 多大 多高 哪里 哪儿 哪个 几个 怎么办 会 能 得'
  ).split(' '),
);

/** They ask, and name nothing: 怎样才能不亏, 如何应对霜冻. */
const QUESTION_WORDS =
  /(?:怎样|怎么|如何)(?:才能够?|才会|才可以|才|应对|对付|解决|面对|做到|克服|看待)|会不会|能不能|是不是|有没有|可不可以|能否|会否|可否|是否|怎么办/gu;

/** The verb of a question for a place, and the complement of one for a reason: 运到哪里, 推进得慢. */
const QUESTION_TAIL = /\p{sc=Han}?[到在去往](?:了)?(?:哪里|哪儿|何处|什么地方)|得[快慢好差多少高低]/gu;

/** 越采越早 names two words. A segmenter cuts it into others. */
const MORE_AND_MORE = /越(?!来)(\p{sc=Han}{1,2})越(\p{sc=Han})|越来越/gu;

/** The distinct words of a topic without frame words. A topic of frame words alone keeps them. */
export function topicWords(topic: string, segmenter: Segmenter): TopicWord[] {
  const all = segmenter.topicWords(topic.replace(QUESTION_WORDS, ' ').replace(MORE_AND_MORE, ' $1 $2 ').replace(QUESTION_TAIL, ' '));
  const subject = all.filter(({ key }) => !FRAME.has(key));
  const words = subject.length > 0 ? subject : all;
  return words.filter(({ key }, index) => words.findIndex((each) => each.key === key) === index);
}
