import type { CreationLanguage } from '../../creator.ts';

/** What a passage gives, and what a question asks for. */
export type Facet = 'change' | 'reason' | 'amount' | 'cost' | 'time' | 'way' | 'effect' | 'people' | 'place' | 'open';

/** Facets with a pattern of their own. A change needs the question: see ChangeQuestion. */
type PatternFacet = Exclude<Facet, 'change'>;
type Patterns = Readonly<Record<PatternFacet, RegExp>>;

/** The words by which a question shows what it asks for. */
const ASKED: Readonly<Record<CreationLanguage, Partial<Patterns>>> = {
  en: {
    reason:
      /\bwhy\b|\breasons?\b|\bcauses?\b|\bwhat makes\b(?! (?:\w+ ){1,4}(?:work|succeed|pay|last|thrive|survive|better|safer?)\b)|\bhow come\b/i,
    amount: /\bhow (?:much|many|far|large|big|deep|high|fast|often|hot|cold|heavy|tall|wide|strong)\b/i,
    cost: /\bcosts?\b|\bprices?\b|\bexpensive\b|\bbudget\b/i,
    time: /\bwhen\b|\bhow (?:long|soon|old)\b|\bwhat (?:year|date|time)\b|\bhistory of\b/i,
    way: /\bhow (?:to|do|does|did|can|could|should|might|is|are|a|an|the|\w+s)\b|\bwhat (?:works|helps|to do|(?:can|could|should) (?:\w+ )?(?:be done|do))\b|\bwhat (?:makes?|helps?|lets?) (?:\w+ ){1,4}(?:work|succeed|pay|last|thrive|survive|better|safer?)\b/i,
    effect: /\beffects?\b|\baffects?\b|\bimpacts?\b|\bconsequences?\b|\bbenefits?\b|\binfluences?\b/i,
    people: /\bwho(?:se|m)?\b/i,
    place: /\bwhere\b|\bwhich (?:place|city|country|region)\b/i,
  },
  zh: {
    reason: /为什么|为何|为啥|何以|怎么会|原因|缘故/u,
    amount: /多少|多大|多高|多深|多远|多快|多重|几(?:个|次|吨|度|米|公里|成|倍|升|人|户)/u,
    cost: /多少钱|费用|成本|价格|造价|花费/u,
    time: /什么时候|何时|几时|哪一?年|多久|多长时间|几点|历史/u,
    way: /怎么(?!会)|如何|怎样|方法|办法|步骤|(?:活下来|做得好|成功|坚持下来|盈利)的[^，。]{0,8}(?:都|大多|有|是)|做法|对策|出路/u,
    effect: /影响|效果|作用|好处|坏处|后果|效应/u,
    people: /谁|哪位|什么人|哪些人/u,
    place: /哪里|哪儿|何处|什么地方|哪个(?:城市|地方|国家)/u,
  },
};

/** A year is a date and no amount. */
const NUM_ZH = '(?<!\\d)(?!(?:1\\d|20)\\d{2}\\s?年)(?:\\d[\\d.,]*|[一二三四五六七八九十百千两半几]+)[多余]?\\s*';
const UNIT_ZH =
  '(?:个百分点|[%％‰倍成度℃]|°C|公里|千米|厘米|毫米|微米|米|吨|公斤|千克|克|斤|升|毫升|立方米?|平方米?|亩|公顷|千瓦时?|兆瓦时?|瓦|伏|小时|分钟|秒|天|年|个月|周|次|人|户|栋|辆|座|处|家|万|亿)';
const UNIT_EN =
  '(?:°\\s?[CF]?|percent|per cent|%|times|degrees?|kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|km|cm|mm|m|kg|g|grams?|kilograms?|tonnes?|tons?|lit(?:re|er)s?|l|ml|gallons?|kilowatts?(?:-hours?)?|megawatts?(?:-hours?)?|kWh|MWh|hectares?|acres?|hours?|minutes?|seconds?|days?|weeks?|months?|years?|milliseconds?|millionths?|million|billion|people|megapascals?)';
const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)';

/** The words by which a passage shows what it gives. */
const GIVEN: Readonly<Record<CreationLanguage, Patterns>> = {
  en: {
    reason:
      /\b(?:because|due to|owing to|thanks to|so that|in order to|therefore(?! (?:my|our|the) (?:advice|answer|view)\b)|hence|causes?|caused|reasons?|leads? to|led to|which is why|stops? \w+ \w+ from|without|otherwise|depends? on|that is why)\b|\bsince (?!\d|then|last|the (?:19|20))\w+|\bso (?:\w+ ){1,2}that\b|\b(?:lets?|allows?|helps?|forces?|stops?|keeps?|prevents?) (?:\w+ ){1,3}(?:to|become|from)\b|\bgives? (?:\w+ ){1,3}room\b|\bdo not become\b|\b(?:stems?|stemmed|results?|resulted) from\b|\b(?:attributed?|traced|came down|comes down|boils? down) to\b|\bto blame\b|\b(?:problem|trouble|difficulty|obstacle)s? (?:was|were|is|are)\b|\b(?:ran|run|running) out of\b|\b(?:lack|shortage|want) of\b|\black(?:s|ed)\b|\bculprit\b|\bin common\b|\bwhat (?:killed|broke|stopped|ruined|hurt|went wrong)\b/i,
    amount: new RegExp(
      `\\b\\d[\\d.,]*\\s?(?:to \\d[\\d.,]*\\s?)?(?:\\w+ )?${UNIT_EN}(?![A-Za-z])|\\b(?:half|twice|a third|a quarter|two thirds|three quarters)\\b`,
      'i',
    ),
    cost: /[€$£]\s?\d|\b\d[\d.,]*\s(?:million |billion )?(?:euros?|dollars?|pounds?|cents?|yuan)\b|\bcosts? (?:about |around |between |nearly |up to )?(?:[€$£\d]|half|as much|more|less)/i,
    time: new RegExp(`\\b(?:1\\d{3}|20\\d{2})\\b|\\b${MONTH}\\b|\\bcentur(?:y|ies)\\b`),
    way: /^(?:Keep|Put|Use|Take|Pour|Stir|Feed|Store|Avoid|Choose|Make|Add|Remove|Clean|Check|Write|Wash|Dry|Set|Let|Leave|Start|Stop|Go|Hang|Brush|Cover|Test|Copy|Save|Scan|Open|Close|Turn|Move|Ask|Never|Always|Do not|Don't|First,|Then)\b|\b(?:should|must|ought to|needs? to|is (?:fed|kept|stored|made|done|used|cut|washed)|are (?:fed|kept|stored|made|done|used)|can be|keep (?:the|it|them|\d)|steps?|method|by \w+ing|is enough|solutions?|remed(?:y|ies)|(?:that|which|who) (?:survived?|succeed(?:ed)?|lasted|thrived?)|(?:what|this|that) (?:helped|worked)|recommend\w*|advi[cs]es?|suggest(?:s|ed)?|(?:switched|changed|moved) to|replaced \w+ with|(?:conditions?|rules?) (?:were|was|is|are) )\b|[.:;] ?(?:keep|take|pour|throw|put|use|stir|feed|add|let|store)\b/i,
    effect:
      /\b(?:affect(?:s|ed)?|effects?|reduc\w+|increas\w+|lower(?:s|ed)?|rais\w+|fell|falls?|rose|rises?|drop(?:s|ped)?|shorter|longer|less|fewer|cooler|warmer|cooling|warming|improv\w+|worse(?:n\w*)?|risks?|los[est]+|shrinks?|grows?|adapt(?:s|ed)?|damag\w+|sav(?:es|ed|ings)|ma(?:ke|kes|de) (?:\w+ ){1,4}(?:\w+er|possible|impossible|difficult))\b/i,
    people:
      /\b(?:Captain|Doctor|Dr\.?|Professor|Engineer|archaeologist|astronomer|biologist|chemist|diver|divers|inventor|king|physicist|president|emperor|entomologist|[Tt]he \w+ologist) (?:from [^.]{1,40} )?(?:\p{Lu}|found|discovered|built)|\b\p{Lu}\p{Ll}+ (?:(?:de|van|von|der) )*(?:\p{Lu}\p{Ll}+ )+(?:found|discovered|noticed|saw|built|went|dived|invented|proposed|said|wrote|designed|took|was|thought)\b/u,
    place:
      /\b(?:in|at|off|near|from|on|to|of) (?:the (?:\w+ ){0,2})?(?:\p{Lu}\p{Ll}+)|\b(?:coast|island|north|south|east|west)(?:ern|-?eastern|-?western)?\b/u,
    open: /\bnot (?:yet )?(?:known|clear|certain|been (?:agreed|tested|decided|proved|tried|explained))\b|\b(?:unclear|unknown|uncertain|disputed|open question)\b|\b(?:nobody|no one|none of them) knows?\b|\bremains? (?:open|unclear|a mystery)\b|\bno (?:data|figures|evidence)\b|\bnever been (?:tried|tested|measured)\b|\bhave not agreed\b/i,
  },
  zh: {
    reason:
      /因为|由于|原因|导致|造成|之所以|为了|(?:因此|所以|因而)(?!，?[我们]{0,2}的?(?:看法|结论|建议|办法|做法|答案|经验|主张))|以免|以防|取决于|使得|从而|引起|就会|否则|担心|源于|源自|缘于|起因|根源|症结|归因|归咎|归结|拖累|罪魁|难处|难在|问题(?:是|出)|麻烦(?:是|出)|缺(?:钱|人|少|乏)|短缺|有[一两三几]个共同[点处]|共同[点处]是|来自[两三四几](?:处|点|项|条|个?方面)|(?:亏损|损失|问题|毛病|困难|差距|差别|压力|失败|浪费|误差|事故|风险|矛盾)[^，。；]{0,6}(?:来自|出在|在于)/u,
    amount: new RegExp(`${NUM_ZH}${UNIT_ZH}|[一二三四五六七八九十百]+分之|一半|翻了?[一两]番`, 'u'),
    cost: /\d[\d.,]*\s*[万亿千百]*多?(?:元|美元|欧元|块钱?)|(?:造价|费用|成本|价格|补贴|投资|电费)(?:约|大约|只|仅|是|为|要|每|在|达)?[^，。]{0,6}\d/u,
    time: /(?:1[0-9]|20)\d{2}\s?年|\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?|公元前|世纪|[唐宋元明清]朝|[上中下]旬/u,
    way: /应当|应该|必须|需要|先[^，。]{1,20}(?:再|然后|，)|再用|不要|不能|避免|办法|方法|步骤|可以(?:用|先|把|装|放|加|换)|[装放存]进|[装放存]入|最好|务必|建议|送到|运到|送进|用来|制成|变成|收走|要(?:放|用|避|把|在|定期|保持|戴)|压榨|分拣|经过|(?:看法|结论|经验|诀窍|关键|教训|主张)(?:是|：|在于)|做法|对策|措施|出路|手段|(?:^|[，；：])要[^，。；]{2,}[，；]要|把[^，。；]{1,16}(?:减|改|换|降|分|挪|移|放|调|缩|并|交|拆|留|提前|推迟|集中)(?:到|成|为|给|入|进|在)|改(?:成|为|用|由)|[装换建铺盖搭设修][了上起][^，。；]{2,20}，[^。；]{0,12}(?:只|不再|没再|降|减|少)|只有[^。]{2,24}才/u,
    effect: /影响|效果|减少|增加|下降|上升|提高|降低|缩短|延长|改善|变[得差好慢快短长]|削减|损失|恶化|从[^，。]{1,14}[降升减增]/u,
    people:
      /[\p{sc=Han}]{1,3}(?:先生|女士|教授|博士|工程师|队长|院士|馆长|校长|主任|师傅|老师)|(?:工程师|教授|作家|考古学家|探险家|画家|皇帝|科学家|学者|僧人|乐僔)[\p{sc=Han}]{1,4}/u,
    place:
      /位于|坐落|送到|运到|送往|运往|地处|[在到从][^，。]{1,10}(?:省|市|县|区|镇|村|岛|厂|场|站|海|山|湖|港|江|河|湾|处理厂|堆肥场|苗圃)|城[东西南北]|[东西南北][郊部岸]/u,
    open: /不清楚|尚无定论|没有定论|未知|没有数据|有待|没有(?:给出出处|答案|结论)|无法确定|说法不一|争议|还不知道|没有出处|尚未证实/u,
  },
};

/** What a topic asks for, in the order of the question; empty for a topic that is no question. */
export function askedFacets(topic: string, language: CreationLanguage): Facet[] {
  const found = Object.entries(ASKED[language]).flatMap(([facet, pattern]) => {
    const at = pattern.exec(topic)?.index;
    return at === undefined ? [] : [{ facet: facet as Facet, at }];
  });
  // "How does X affect Y" asks for an effect, "how much does it cost" for a cost. "Why …, and how …" asks for both.
  const isBeside = (own: number, facet: Facet): boolean =>
    found.some((each) => each.facet === facet && !/[,;?，；？]|\band\b/i.test(topic.slice(Math.min(own, each.at), Math.max(own, each.at))));
  const implied = ({ facet, at }: { facet: Facet; at: number }): boolean =>
    facet === 'way'
      ? language === 'en' && (['effect', 'amount', 'reason'] as const).some((each) => isBeside(at, each))
      : facet === 'amount' && isBeside(at, 'cost');
  return found
    .filter((each) => !implied(each))
    .sort((a, b) => a.at - b.at)
    .map(({ facet }) => facet);
}

/** "The loss comes from", 亏损出在: a cause only behind what the question asks about, because people come from places too. */
const ORIGIN: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /^\w*(?: \w+){0,3} (?:(?:comes?|came) (?:mainly |mostly |largely )?from|lies? in|lay in|is down to|was down to|has to do with|had to do with)\b/i,
  zh: /^[^，。；]{0,6}(?:来自|源于|出在|在于|[跟与和][^，。；]{1,12}有关)/u,
};

/** True when the text traces a word back to something. */
export function traces(text: string, word: string, language: CreationLanguage): boolean {
  const behind = text.toLowerCase().split(word.toLowerCase()).slice(1);
  return behind.some((rest) => ORIGIN[language].test(rest));
}

/** Everything that a passage gives, except a change. */
export function givenFacets(text: string, language: CreationLanguage): PatternFacet[] {
  return (Object.keys(GIVEN[language]) as PatternFacet[]).filter((facet) => GIVEN[language][facet].test(text));
}

/** Words that make it likely, and not certain, that a passage gives a reason. */
const LIKELY_REASON: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:would|could|must|too|prevents?|protects?|moves?|needs?|when|if|stops?|starts?|triggers?|signals?|wear|worn|push\w*|grows?|shrinks?|separates?)\b/i,
  zh: /(?<![开议协社机大晚聚集学公工约体事员])会(?![议员场计长])|(?<![刚人天])才(?![能华])|太(?![阳太])|必须|要先|就要|抑制|挡|防|阻|逃|怕|一旦|只要|拖慢|谈不拢|找不到|不愿|不能|差一户|很低|容易|吸收|卡在|限制|缺/u,
};
/** A change or a comparison: "fell by 12 %" says more on "how much" than "12 people". */
const COMPARES: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:\w+er than|more|less|fewer|only|even|average|mean|up to|at most|at least|about|still|by|from|between|cooler|warmer|lower|higher|longer|shorter|fell|rose|drop\w*|reduc\w+|increas\w+|sav\w+)\b|%|percent/i,
  zh: /[%％]|减少|增加|下降|上升|提高|降低|缩短|延长|只有|平均|达到|最[高低多少大小]|从[^，。]{1,12}[到降升]|分之|[一二三四五六七八九两]成|不到|超过|多了|少了|左右|大约|仍有|只能|能跑/u,
};
const LIKELY = 0.5;

/** 0–1: how clearly a passage gives what is asked for. */
export function clarity(text: string, facet: PatternFacet, language: CreationLanguage): number {
  const gives = GIVEN[language][facet].test(text);
  if (facet === 'amount') return gives ? (COMPARES[language].test(text) ? 1 : LIKELY) : 0;
  if (facet === 'reason') return gives ? 1 : LIKELY_REASON[language].test(text) ? LIKELY : 0;
  if (facet === 'effect') return gives ? (GIVEN[language].amount.test(text) ? 1 : 0.8) : 0;
  return gives ? 1 : 0;
}
