import type { Segmenter, TopicWord } from './segmenter.ts';

/** Words that frame a topic in a title without naming its subject: "An introduction to …", …入门. */
const FRAME: ReadonlySet<string> = new Set(
  (
    'work introduction introduc intro guid overview basic basics tip explain explanat explanation understand know best practic complet ultimat beginner tutorial top simpl easi everyth anyth someth way thing ' +
    '介绍 简介 指南 入门 详解 解析 浅谈 概述 原理 教程 攻略 技巧 方法 最佳 实践 工作 了解 认识 理解 关于 解读 盘点 建议 浅析 全面 深入 作用 意义 用途'
  ).split(' '),
);

/** The distinct words of a topic without frame words. A topic of frame words alone keeps them. */
export function topicWords(topic: string, segmenter: Segmenter): TopicWord[] {
  const all = segmenter.topicWords(topic);
  const subject = all.filter(({ key }) => !FRAME.has(key));
  const words = subject.length > 0 ? subject : all;
  return words.filter(({ key }, index) => words.findIndex((each) => each.key === key) === index);
}
