import { Button, Menu, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { accountName, accountsQuery } from '../../api/accounts.ts';
import { contentTaskQuery } from '../../api/content-tasks.ts';
import { type Content, contentQuery, publishContent, rewriteContent, submitContent } from '../../api/contents.ts';
import { Article } from '../../features/article/article.tsx';
import { ReviewWord } from '../../features/article/review-word.tsx';
import { ContentFacts } from '../../features/content-facts/content-facts.tsx';
import { useGenerate } from '../../features/generate/use-generate.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import css from './content-page.module.css';
import { download } from './export.ts';
import { Thread } from './thread.tsx';

const route = getRouteApi('/contents/$contentId');

/** What can be done next with a content in its state. */
function Actions({ content }: { content: Content }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const generate = useGenerate();
  const { id, reviewStatus, generationTaskId, accountId } = content;
  const task = useQuery({ ...contentTaskQuery(generationTaskId ?? ''), enabled: generationTaskId !== null, retry: false });
  const publish = async (): Promise<void> => {
    const question = { title: t.contents.publishQuestion, text: t.contents.publishText, action: t.contents.publish };
    if (!(await confirm(question))) return;
    await act(() => publishContent(id), t.contents.publishing, ['pool', 'contents']);
  };
  const isBack = reviewStatus === 'draft' || reviewStatus === 'rejected';
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t.contents.export}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => download(content, 'md')}>{t.contents.markdown}</Menu.Item>
          <Menu.Item onClick={() => download(content, 'html')}>{t.contents.html}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {can('content:submit') && (
        <Button variant="default" onClick={() => generate({ topic: task.data?.topic ?? content.title, account: accountId })}>
          {t.contents.similar}
        </Button>
      )}
      {can('content:submit') && isBack && (
        <Button
          variant="default"
          onClick={() => void act(() => rewriteContent(content), t.contents.rewriting, ['contents', 'content-tasks'])}
        >
          {t.contents.rewrite}
        </Button>
      )}
      {can('content:edit') && reviewStatus === 'draft' && (
        <Button onClick={() => void act(() => submitContent(content), t.contents.submitted, ['contents'])}>{t.contents.submit}</Button>
      )}
      {reviewStatus === 'pending_review' && (
        <Button renderRoot={(props) => <Link to="/review" search={{ sel: id }} {...props} />}>{t.contents.review}</Button>
      )}
      {can('content:publish') && reviewStatus === 'approved' && <Button onClick={() => void publish()}>{t.contents.publish}</Button>}
    </>
  );
}

/** Everything about one content: the thread from its topic to its post beside the text. */
export function ContentPage() {
  const t = useT();
  const { contentId } = route.useParams();
  const query = useQuery(contentQuery(contentId));
  const accounts = useQuery(accountsQuery);
  const [side, setSide] = useState<'text' | 'facts'>('text');
  const [source, setSource] = useState<string | null>(null);
  const content = query.data;
  return (
    <Page
      title={content?.title ?? t.contents.title}
      note={content && <ReviewWord status={content.reviewStatus} />}
      actions={content && <Actions content={content} />}
    >
      <QueryView query={query}>
        {(data) => (
          <div className={css.halves}>
            <Thread content={data} />
            <div className={css.text}>
              <SegmentedControl
                size="xs"
                aria-label={t.contents.text}
                value={side}
                onChange={(value) => setSide(value as typeof side)}
                data={[
                  { value: 'text', label: t.contents.text },
                  { value: 'facts', label: t.contents.facts },
                ]}
              />
              {side === 'text' ? (
                <Article content={data} account={accountName(accounts.data, data.accountId)} source={source} />
              ) : (
                <ContentFacts content={data} onSource={setSource} />
              )}
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}
