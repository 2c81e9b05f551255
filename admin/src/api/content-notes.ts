import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { ContentsAddNoteData, ContentsListNotesData, NoteList, NoteView } from './schema/types.gen.ts';

/** Notes of editors and reviewers; they are never published. */
export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ['contents', 'notes', id],
    queryFn: ({ signal }) => call<ContentsListNotesData, NoteList>('GET', '/contents/{id}/notes', { path: { id }, signal }),
  });

export const addNote = (id: string, text: string): Promise<NoteView> =>
  call<ContentsAddNoteData, NoteView>('POST', '/contents/{id}/notes', { path: { id }, body: { text } });
