import { type Argument, Help, type Option } from 'commander';
import { textWidth } from '../../output/text-width.ts';
import { wrap } from '../../output/fit-text.ts';
import type { Texts } from '../texts.ts';
import { type Catalogue, translator } from '../../../core/text/translator.ts';
import { ARGUMENTS } from './arguments.ts';
import { CHECKS } from './checks.ts';
import { COMMANDER } from './commander.ts';
import { COMMANDS } from './commands.ts';
import { ERRORS } from './errors.ts';
import { NOTES } from './notes.ts';
import { MORE_COMMANDS } from './more-commands.ts';
import { MORE_TITLES } from './more-titles.ts';
import { OPERATOR_OPTIONS } from './operator-options.ts';
import { OPTIONS } from './options.ts';
import { TITLES } from './titles.ts';

/** A null-prototype object starts in dictionary mode, so V8 creates no hidden class for each entry (30 ms). */
const merged = (...parts: readonly Catalogue[]): Catalogue => Object.assign(Object.create(null) as Catalogue, ...parts) as Catalogue;

/** Exported for the test that the code has each of these texts. */
export const CATALOGUE = merged(TITLES, MORE_TITLES, COMMANDS, MORE_COMMANDS, ARGUMENTS, OPTIONS, OPERATOR_OPTIONS, NOTES, ERRORS, CHECKS);
const translate = translator(merged(CATALOGUE, COMMANDER));
const english = new Help();

/** commander appends what it knows about the values, in English. */
function described(option: Option | Argument, text: string): string {
  const known = text.slice(option.description.length);
  return (
    translate(option.description) +
    known
      .replace(/\(choices: ([^)]*)/, (_, choices: string) => `（可选：${choices.replaceAll('"', '').replaceAll(', ', '、')}`)
      .replace('(default: ', '（默认：')
      .replace(/\)$/, '）')
      .trimStart()
  );
}

/** Chinese has no spaces to wrap at, and its characters take two columns. */
export const CHINESE: Texts = {
  language: 'zh',
  translate,
  help: {
    styleTitle: translate,
    displayWidth: (text) => textWidth(text),
    boxWrap: (text, width) => wrap(text, width),
    commandDescription: (command) => translate(english.commandDescription(command)),
    subcommandDescription: (command) => translate(english.subcommandDescription(command)),
    argumentDescription: (argument) => described(argument, english.argumentDescription(argument)),
    optionDescription: (option) => described(option, english.optionDescription(option)),
  },
};
