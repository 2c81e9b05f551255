import { useNavigate } from '@tanstack/react-router';

export interface GeneratePrefill {
  topic?: string | undefined;
  account?: string | undefined;
}

/** Opens the drawer over the page that is shown. What it starts with is in the address. */
export function useGenerate(): (prefill?: GeneratePrefill) => void {
  const navigate = useNavigate();
  return ({ topic, account } = {}) => {
    const opened = { generate: '1', ...(topic !== undefined && { topic }), ...(account !== undefined && { account }) };
    void navigate({ to: '.', search: (old: object) => ({ ...old, ...opened }) } as never);
  };
}
