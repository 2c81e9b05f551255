/** Placeholders that the author meant to fill in. */
const PLACEHOLDERS: readonly RegExp[] = [
  /\b(?:TODO|TBD|FIXME|TK)\b/,
  /\blorem ipsum\b/i,
  /\{\{[^{}\n]{0,80}\}\}/,
  /<%[^%\n]{0,80}%>/,
  /\[(?:insert|your|add|placeholder|company name|name|date|link)\b[^[\]\n]{0,60}\]/i,
  /[[【（(](?:请)?(?:此处|这里|待|插入|填写|补充|填入)[^\]】）)\n]{0,40}[\]】）)]/,
  /待补充|待完善|占位符/,
];

/** Remarks of an assistant to the person who asked. Searched in the first and last 240 characters. */
const OPENINGS: readonly RegExp[] = [
  /^\W{0,8}(?:sure|certainly|of course|absolutely|great|okay|ok)\b[,!.:—– -]{1,4}\s{0,2}(?:here|i|let|below)\b/i,
  /^\W{0,8}(?:here(?:'s| is| are)|below is) (?:the|a|an|your|my) (?:\w+ ){0,4}(?:article|post|draft|text|version|piece|summary|outline)\b/i,
  /^[^\p{L}]{0,8}(?:好的|当然可以|当然|没问题|可以的)[，,。！!：:]/u,
  /^[^\p{L}]{0,8}(?:以下|下面)是(?:一篇|我|为[您你]|根据|按照|关于|文章)/u,
];
const CLOSINGS: readonly RegExp[] = [
  /\b(?:i hope this helps|let me know if you|feel free to (?:ask|reach out)|would you like me to)\b/i,
  /希望(?:这篇|以上|本)?[^。\n]{0,12}(?:对[您你]有(?:所)?帮助|能帮到[您你])|如(?:果)?[您你]?(?:还)?需要(?:进一步)?(?:修改|调整|补充)/u,
];
const ANYWHERE: readonly RegExp[] = [
  /\bas an? (?:(?:large )?language model|ai (?:language )?(?:model|assistant))\b/i,
  /\bi(?:'m| am) (?:just )?an? (?:ai|language model)\b/i,
  /作为(?:一[个名款]|[您你]的)?(?:大型?语言模型|人工智能(?:助手|模型|语言模型)|AI\s?(?:助手|模型|语言模型))/u,
];

/** Empty phrases. One or two are accepted; more make a text sound mass-produced. */
const STOCK_PHRASES: readonly RegExp[] = [
  /\bin today(?:'s|’s) (?:fast-paced|digital|ever-changing|modern) (?:world|age|era|landscape)\b/i,
  /\b(?:delve into|unlock the (?:power|potential|secrets) of|game[- ]changer|it(?:'s| is) important to note that|at the end of the day|in conclusion|a testament to|ever-evolving|rich tapestry)\b/i,
  /随着[^，。\n]{1,20}的(?:不断|快速|飞速|日益)(?:发展|进步|普及|变化)/u,
  /众所周知|综上所述|总而言之|总的来说|不可否认|毋庸置疑|值得一提的是|在当今(?:社会|时代|这个)/u,
];

const EDGE = 240;

export function findPlaceholders(text: string): string[] {
  return matches(PLACEHOLDERS, text);
}

export function findAssistantTalk(text: string): string[] {
  const trimmed = text.trim();
  return [...matches(OPENINGS, trimmed.slice(0, EDGE)), ...matches(ANYWHERE, trimmed), ...matches(CLOSINGS, trimmed.slice(-EDGE))];
}

export function findStockPhrases(text: string): string[] {
  return STOCK_PHRASES.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(([found]) => found));
}

function matches(patterns: readonly RegExp[], text: string): string[] {
  return patterns.flatMap((pattern) => pattern.exec(text)?.[0].trim() ?? []);
}
