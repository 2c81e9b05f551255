import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { setPassword, signIn } from '../api/session.ts';
import mark from '../app/mark.svg';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { useT } from '../i18n/i18n.tsx';
import css from './sign-in-page.module.css';
import { fieldsOf } from '../ui/form-fields.ts';

interface Props {
  /** A link that lets a user set a password. */
  link?: string;
  refusedCode?: boolean;
  onSignedIn: () => void;
}

export function SignInPage({ link, refusedCode = false, onSignedIn }: Props) {
  const t = useT();
  const { language } = usePreferences();
  const [way, setWay] = useState<'user' | 'key'>('user');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(refusedCode ? t.signIn.expiredCode : null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const text = fieldsOf(event);
    setBusy(true);
    setError(null);
    try {
      if (link !== undefined) await setPassword(link, text('password'));
      else await signIn(way === 'key' ? { key: text('key') } : { username: text('username'), password: text('password') });
      onSignedIn();
    } catch (cause) {
      setError(cause instanceof ApiError && cause.status !== 401 ? cause.message || t.states.noAnswer : t.signIn.wrong);
      setBusy(false);
    }
  };
  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={(event) => void submit(event)}>
        <p className={css.brand}>
          <img src={mark} alt="" width="30" height="30" />
          Content<b>Hub</b>
        </p>
        <h1>{link === undefined ? t.signIn.title : t.signIn.newPassword}</h1>
        {link === undefined && (
          <SegmentedControl
            fullWidth
            aria-label={t.signIn.title}
            value={way}
            onChange={(value) => setWay(value as typeof way)}
            data={[
              { value: 'user', label: t.signIn.user },
              { value: 'key', label: t.signIn.key },
            ]}
          />
        )}
        {link === undefined && way === 'user' && (
          <TextInput name="username" label={t.signIn.username} autoComplete="username" required autoFocus spellCheck={false} />
        )}
        {link === undefined && way === 'key' ? (
          <PasswordInput name="key" label={t.signIn.key} description={t.signIn.keyHint} autoComplete="off" required autoFocus />
        ) : (
          <PasswordInput
            name="password"
            label={t.signIn.password}
            description={link === undefined ? undefined : t.signIn.newPasswordHint}
            minLength={link === undefined ? 1 : 12}
            autoComplete={link === undefined ? 'current-password' : 'new-password'}
            required
          />
        )}
        {error !== null && (
          <p role="alert" className={css.error}>
            {error}
          </p>
        )}
        <Button type="submit" size="md" loading={busy} fullWidth>
          {link === undefined ? t.signIn.submit : t.signIn.setPassword}
        </Button>
        <button
          type="button"
          className={css.language}
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setPreferences({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </form>
    </main>
  );
}
