import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** A link to the page of a content. */
export function ContentLink({ id, children }: { id: string; children: ReactNode }) {
  const { history, basepath } = useRouter();
  const address = `${basepath.replace(/\/$/, '')}/contents/${id}`;
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.push(address);
  };
  return (
    <a href={address} onClick={open}>
      {children}
    </a>
  );
}
