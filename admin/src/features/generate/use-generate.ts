import { useNavigate } from '@tanstack/react-router';

export interface GeneratePrefill {
  topic?: string | undefined;
  account?: string | undefined;
  /** The local time of the account at which it shall be published. */
  at?: string | undefined;
}

/** Opens the drawer over the page that is shown. What it starts with is in the address. */
export function useGenerate(): (prefill?: GeneratePrefill) => void {
  const navigate = useNavigate();
  return ({ topic, account, at } = {}) => {
    const opened = {
      generate: '1',
      ...(topic !== undefined && { topic }),
      ...(account !== undefined && { account }),
      ...(at !== undefined && { at }),
    };
    void navigate({ to: '.', search: (old: object) => ({ ...old, ...opened }) } as never);
  };
}
