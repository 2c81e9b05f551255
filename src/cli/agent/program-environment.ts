import { usageError } from '../cli-error.ts';
import { KEY_VARIABLES } from '../connection.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Search paths, user, language, time zone and certificates. None of these variables holds a secret. */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TMP|TEMP|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)$/;
/** Windows starts no program without these. Its variable names are case-insensitive. */
const PASSED_ON_WINDOWS = /^(PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA)$/i;

/**
 * The environment of the program that `agent --exec` runs: an allow-list plus the variables named with --env. It never
 * contains the operator's API key, under any name.
 */
export function programEnvironment(env: Environment, named: readonly string[], key: string | undefined): Record<string, string> {
  const holdsKey = (name: string): boolean => KEY_VARIABLES.includes(name) || (key !== undefined && (env[name] ?? '').includes(key));
  for (const name of named) {
    if (holdsKey(name))
      throw usageError(`The variable ${name} holds the API key, which is never passed to a program`, 'contenthub agent --help');
    if (env[name] === undefined) throw usageError(`The variable ${name} of --env is not set`, `export ${name}=…`);
  }
  const isPassed = (name: string): boolean => PASSED.test(name) || (process.platform === 'win32' && PASSED_ON_WINDOWS.test(name));
  const passed = Object.entries(env).filter(([name]) => named.includes(name) || (isPassed(name) && !holdsKey(name)));
  return Object.fromEntries(passed.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
