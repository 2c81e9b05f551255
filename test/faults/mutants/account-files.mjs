import { mutant } from './mutant.mjs';

const IMPORT = 'src/content/accounts/yaml/account-import.service.ts';
const YAML = 'src/tasks/declared/yaml-text.ts';
const files = 'test/api/account-files.e2e-spec.ts';

export const accountFiles = [
  mutant('import: as shown', IMPORT, "if (ifMatch !== '*' && ifMatch !== plan.etag)", 'if (false)', files, 'without a preview'),
  mutant('import: the file that was shown', IMPORT, 'JSON.stringify([text, facts])', 'JSON.stringify([facts])', files, 'without a preview'),
  mutant('import: the versions that were shown', IMPORT, ', stored?.version ?? null]', ']', files, 'without a preview'),
  mutant(
    'import: all or none',
    IMPORT,
    'if (errors.length > 0) throw refused(',
    'if (errors.length > 100) throw refused(',
    files,
    'all changed or none',
  ),
  mutant('import: created once', IMPORT, 'if (!isUniqueViolation(error)) throw error;', 'throw error;', files, 'created once'),
  mutant('yaml: no aliases', YAML, 'if (!aliases) this', 'if (false) this', files, 'with aliases'),
  mutant('yaml: a name once', YAML, 'if (names.has(name)) this', 'if (false) this', files, 'a name twice'),
  mutant('yaml: no reserved names', YAML, 'else if (reserved.has(', 'else if (new Set().has(', files, 'a prototype'),
];
