export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Answer of `__complete` that leaves the word to the file completion of the shell. */
export const FILES = ':file';

/** The scripts ask the program itself, so they stay right after an update. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# shellcheck shell=bash
# contenthub completion bash > ~/.local/share/bash-completion/completions/contenthub
_contenthub() {
  local value
  COMPREPLY=()
  while IFS= read -r value; do
    if [[ $value == '${FILES}' ]]; then
      compopt -o default 2> /dev/null
      return
    fi
    COMPREPLY+=("$(printf '%q' "$value")")
  done < <("\${COMP_WORDS[0]}" __complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -F _contenthub contenthub
`,
  zsh: `#compdef contenthub
# contenthub completion zsh > a folder of $fpath, as _contenthub
_contenthub() {
  local line
  local -a candidates
  while IFS= read -r line; do
    if [[ $line == '${FILES}' ]]; then
      _files
      return
    fi
    candidates+=("$line")
  done < <($words[1] __complete zsh -- "\${(@)words[2,CURRENT]}" 2> /dev/null)
  _describe contenthub candidates
}
if [[ $funcstack[1] == _contenthub ]]; then
  _contenthub "$@"
else
  compdef _contenthub contenthub
fi
`,
  fish: `# contenthub completion fish > ~/.config/fish/completions/contenthub.fish
function __contenthub_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete fish -- $words (commandline -ct | string collect --allow-empty) 2>/dev/null)
    if test "$lines[1]" = '${FILES}'
        __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\\n' $lines
end
complete -c contenthub -f -a '(__contenthub_complete)'
`,
};
