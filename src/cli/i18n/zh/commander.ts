import type { Catalogue } from '../../../core/text/translator.ts';

/** Texts of commander, which composes the helps and the errors of a command line. */
export const COMMANDER = {
  "unknown command '{0}' (Did you mean {1}?)": "未知的命令 '{0}'（是否想用 {1}？）",
  "unknown command '{0}'": "未知的命令 '{0}'",
  "unknown option '{0}'": "未知的选项 '{0}'",
  "unknown option '{0}' (Did you mean {1}?)": "未知的选项 '{0}'（是否想用 {1}？）",
  "missing required argument '{0}'": "缺少参数 '{0}'",
  "required option '{0}' not specified": "缺少选项 '{0}'",
  "option '{0}' argument missing": "选项 '{0}' 缺少值",
  "option '{0}' argument '{1}' is invalid. {2}": "选项 '{0}' 的值 '{1}' 无效。{t2}",
  "command-argument value '{0}' is invalid for argument '{1}'. {2}": "参数 '{1}' 的值 '{0}' 无效。{t2}",
  "option '{0}' cannot be used with option '{1}'": "选项 '{0}' 不能与选项 '{1}' 一起使用",
  "too many arguments for '{0}'. Expected {1} arguments but got {2}: {3}.": "'{0}' 的参数过多：应为 {1} 个，给出 {2} 个：{3}。",
  "too many arguments for '{0}'. Expected {1} argument but got {2}: {3}.": "'{0}' 的参数过多：应为 {1} 个，给出 {2} 个：{3}。",
  'Allowed choices are {0}.': '可选值为 {0}。',
  'display help for command': '显示命令的帮助',
  'Usage:': '用法:',
  'Arguments:': '参数:',
  'Options:': '选项:',
  'Commands:': '命令:',
  "unknown option '{0}' (Did you mean one of {1}?)": "未知的选项 '{0}'（是否想用 {1} 之一？）",
} as const satisfies Catalogue;
