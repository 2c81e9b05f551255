/** Function words, ignored when sentences are compared. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after again against all almost also although always am among an and another any are as at be because been before being below between both but by can cannot ' +
    'could did do does doing done down during each either enough even ever every few first for from further get gets give given go goes had has have having he her here hers him his how however i if in ' +
    'into is it its itself just keep last least less let like made make makes many may me might more most much must my need needs neither never new no nor not now of off often on once one only onto or other ' +
    'our out over own per put rather really same say said says see seem shall she should since so some still such take than that the their them then there therefore these they this those though three through ' +
    'thus to too toward two under until up upon us use used using very via was we well went were what when where whether which while who whom whose why will with within without would yet you your ' +
    '一个 一些 一种 一样 一直 一定 一般 一下 不会 不同 不是 不能 不过 与 与其 且 中 为 为了 为什么 之 之间 之后 之前 也 也是 了 于 于是 人们 什么 今天 今年 他 他们 以 以及 以后 以来 以上 以下 们 但 但是 但在 其 其中 其他 其实 ' +
    '再 则 到 包括 却 即 即使 及 及其 只 只是 只有 只要 另 另外 可 可以 可能 各 各种 同 同时 向 吗 吧 呢 和 哪些 哪里 因 因为 因此 在 地 多 大 大家 大量 如 如何 如果 它 它们 对 对于 将 小 就 就是 已 已经 并 并且 开始 当 很 很多 得 ' +
    '怎么 怎样 您 成为 我 我们 或 或者 所 所以 所有 才 把 提供 按 据 是 是否 更 最 最后 有 有些 有关 有的 未 来 来自 某 根据 根本 正 正在 此 没 没有 没 然后 然而 由 由于 的 目前 看 着 等 等等 第一 第二 第三 给 继续 而 而且 而是 能 能够 自己 ' +
    '若 虽然 被 要 让 该 认为 说 说明 还 还是 还有 这 这个 这些 这样 这种 这里 进行 通过 那 那个 那些 那么 都 里 除了 随着 需要 非常 非 主要 作为 使 使用 使得 例如 比如 比 出 出现 去 又 从 上 下 不 个 会 做 叫 年 月 日 时 时候 之一 方面 情况 问题 表示 以便 其它 左右 超过'
  ).split(' '),
);
