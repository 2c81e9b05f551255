import type { FullHealthReport } from '../../api/schema/types.gen.ts';
import type { Messages } from '../../i18n/en/index.ts';

/** The report as Markdown, for a ticket or a chat: what does not work first, as on the page. Times are those of the server, in UTC. */
export function reportMarkdown({ status, checkedAt, checks }: FullHealthReport, t: Messages): string {
  const words = { ok: t.health.ok, degraded: t.health.degraded, down: t.health.down };
  const rank = { down: 0, degraded: 1, ok: 2 };
  const items = checks
    .toSorted((a, b) => rank[a.status] - rank[b.status])
    .flatMap(({ name, status: word, since, detail, action }) => [
      `- **${t.health.status[word] ?? word}** ${t.checks[name] ?? name} (\`${name}\`): ${oneLine(detail)} (${t.health.since} ${since})`,
      ...(action === null ? [] : [`  - ${t.health.next}: ${oneLine(action)}`]),
    ]);
  return [`# ContentHub: ${words[status]}`, '', checkedAt, '', ...items, ''].join('\n');
}

/** `<id>` in a command would be an element of HTML. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`);
}
