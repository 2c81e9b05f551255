import { mutant } from './mutant.mjs';

const SOURCE = 'src/workers/sources/child-process-source.ts';
const CLIENT = 'src/platform/egress/egress*.ts';
const slots = 'test/quarantine/slots.int-spec.ts';
const requests = 'test/http/egress.int-spec.ts';

/** Child processes of tasks, and requests to addresses of users. */
export const outside = [
  mutant('isolation: a fresh process for the last attempt', SOURCE, '{ fresh }, (count)', '{}, (count)', slots, 'in a fresh one'),
  mutant('egress: every address is public', CLIENT, '|| addresses.every(({', '|| addresses.some(({', requests, 'among public ones'),
  mutant('egress: the checked address is used', CLIENT, 'lookup: pinned, ', '', requests, 'resolves differently'),
  mutant('egress: ports of the web', CLIENT, '!ports.has(port))', 'ports.size === 0)', requests, 'org:22'),
  mutant('egress: headers of one origin', CLIENT, 'target.origin === origin ? message', 'target ? message', requests, 'within one origin'),
  mutant('egress: only a GET is repeated', CLIENT, "if (method !== 'GET') {", "if (method === '') {", requests, 'the redirect of a'),
  mutant(
    'egress: bounded body',
    'src/platform/egress/read-text.ts',
    'size > maxBytes ? { code',
    'size < 0 ? { code',
    requests,
    'refuses /endless',
  ),
];
