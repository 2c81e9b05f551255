import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useSession } from '../session/session.tsx';

let isFirstPage = true;

/** Operators land on the executions. Today stays within their reach: only the address that the tab was opened with counts. */
export function useLanding(): void {
  const { role } = useSession();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    if (!isFirstPage) return;
    isFirstPage = false;
    if (role === 'operator' && /^\/(admin\/?)?$/.test(path)) void navigate({ to: '/executions', replace: true });
  }, [role, path, navigate]);
}
