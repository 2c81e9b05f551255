/** Placeholders that the author meant to fill in. */
const PLACEHOLDERS: readonly RegExp[] = [
  /\b(?:TODO|TBD|FIXME|TK|TKTK)\b/,
  /\blorem ipsum\b/i,
  /\{\{[^{}\n]{0,80}\}\}/,
  /<%[^%\n]{0,80}%>/,
  /\$\{[\w.]{1,60}\}/,
  /\[(?:insert|your|add|placeholder|company|company name|product name|name|date|link|url|title|topic|keyword|author|citation needed|source needed)\b[^[\]\n]{0,60}\]/i,
  /\b(?:insert|add) (?:your |the |a )?(?:image|photo|chart|link|quote|text|title|name)s? here\b/i,
  /\b(?:blog title|title goes here|your (?:title|text|content) here)\b/i,
  /[[【（(](?:请)?(?:此处|这里|在此|待|插入|填写|补充|填入|输入)[^\]】）)\n]{0,40}[\]】）)]/,
  /[[【](?:标题|作者|公司名|公司名称|产品名|产品名称|姓名|日期|链接|关键词|图片)[\]】]/,
  /待补充|待完善|占位符|此处(?:插入|填写|补充)/,
];

/** Titles that a template or a model put where a title belongs. */
const PLACEHOLDER_TITLE =
  /^(?:untitled(?: (?:post|article|document))?|(?:blog |post |article |page |working )?title|new (?:post|article)|heading ?\d*|无标题|未命名|(?:文章|博客|新闻)?标题|新(?:文章|建文档))$/i;

/** Internal reasoning of a model that was left in the text. It is markup, so the Markdown is searched. */
const REASONING = /<\/?(?:think|thinking|reasoning|scratchpad)>|<\|(?:im_start|im_end|endoftext|assistant|user|system)[^|\n]{0,20}\|>/i;

/** Remarks of an assistant to the person who asked, at the start of a text. */
const OPENINGS: readonly RegExp[] = [
  /^\W{0,8}(?:sure(?: thing)?|certainly|of course|absolutely|great|okay|ok|happy to help)\b[,!.:—– -]{1,4}\s{0,2}(?:here|i|let|below|this)\b/i,
  /^\W{0,8}(?:here(?:['’]s| is| are)|below is) (?:the|a|an|your|my) (?:[\w-]+ ){0,5}(?:article|post|draft|text|version|piece|summary|outline|essay|rewrite)\b/i,
  /^\W{0,8}(?:i['’]m sorry|i apologi[sz]e|sorry|unfortunately)\b[^.\n]{0,20}\b(?:i|but i)\b[^.\n]{0,20}(?:can(?:no|['’])t|am unable|am not able|won['’]t)\b/i,
  /^[^\p{L}]{0,8}(?:好的|当然可以|当然|没问题|可以的|很高兴为[您你](?:服务|效劳|解答)|明白了|收到)[，,。！!：:]/u,
  /^[^\p{L}]{0,8}(?:以下|下面)是(?:一篇|我|为[您你]|根据|按照|关于|文章|对[您你])/u,
  /^[^\p{L}]{0,8}(?:根据|按照)[您你]的(?:要求|需求|指示|描述)/u,
  /^[^\p{L}]{0,8}(?:很抱歉|抱歉|对不起)[，,]\s?(?:但)?我(?:无法|不能)/u,
];
/** The same at the end of a text, in its last 240 characters. */
const CLOSINGS: readonly RegExp[] = [
  /\b(?:i hope this (?:article |post |draft )?(?:helps|meets)|let me know if (?:you|there)|feel free to (?:ask|reach out|let me know)|would you like me to|shall i (?:continue|expand))\b/i,
  /希望(?:这篇|以上|本)?[^。\n]{0,12}(?:对[您你]有(?:所)?帮助|能帮到[您你])|(?<!\p{sc=Han})如(?:果)?[您你]?(?:还)?(?:有(?:任何|其他)(?:需要|需求|修改)|需要(?:我)?(?:进一步)?(?:修改|调整|补充))|请随时(?:告诉|告知|联系)我|需要我(?:继续|帮[您你])/u,
];
const ANYWHERE: readonly RegExp[] = [
  /\bas an? (?:(?:large )?language model|ai (?:language )?(?:model|assistant))\b/i,
  /\bas an ai\s?,\s?i\b/i,
  /\bi(?:['’]m| am) (?:just )?an? (?:ai|language model)\b/i,
  /\b(?:my (?:knowledge|training) (?:cutoff|cut-off|data)|as of my last (?:update|training))\b/i,
  /作为(?:一[个名款位]|[您你]的)?(?:大型?语言模型|人工智能(?:助手|模型|语言模型)|AI\s?(?:助手|模型|语言模型))/u,
  /作为(?:一[个名款位])?(?:人工智能|AI|语言模型)\s?[，,]\s?我/u,
  /(?:我的(?:知识|训练数据)截[至止]|截[至止]我(?:的)?(?:知识|训练|最后))/u,
];

/** Empty phrases. One or two are accepted; more make a text sound mass-produced. */
const STOCK_PHRASES: readonly RegExp[] = [
  /\bin today(?:'s|’s) (?:fast-paced|digital|ever-changing|modern) (?:world|age|era|landscape)\b/i,
  /\b(?:delve into|unlock the (?:power|potential|secrets) of|game[- ]changer|it(?:'s| is) important to note that|at the end of the day|in conclusion|a testament to|ever-evolving|rich tapestry|in the realm of|navigat(?:e|ing) the complexities|it(?:'s|’s| is) worth noting that|look no further|take it to the next level|needless to say)\b/i,
  /随着[^，。\n]{1,20}的(?:不断|快速|飞速|日益)(?:发展|进步|普及|变化)/u,
  /众所周知|综上所述|总而言之|总的来说|不可否认|毋庸置疑|值得一提的是|在当今(?:社会|时代|这个)|不言而喻|显而易见|让我们(?:一起)?(?:来看看|走进|拭目以待)|总之，/u,
  /(?:起着|扮演着|发挥着)(?:至关重要|举足轻重|不可或缺|越来越重要)的(?:作用|角色)/u,
];

const EDGE = 240;

export function findPlaceholders(text: string): string[] {
  return matches(PLACEHOLDERS, text);
}

export function isPlaceholderTitle(title: string): boolean {
  return PLACEHOLDER_TITLE.test(title.trim());
}

export function findReasoning(markdown: string): string[] {
  return matches([REASONING], markdown);
}

export function findAssistantTalk(text: string): string[] {
  const trimmed = text.trim();
  return [...matches(OPENINGS, trimmed), ...matches(ANYWHERE, trimmed), ...matches(CLOSINGS, trimmed.slice(-EDGE))];
}

export function findStockPhrases(text: string): string[] {
  return STOCK_PHRASES.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(([found]) => found));
}

function matches(patterns: readonly RegExp[], text: string): string[] {
  return patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
}
