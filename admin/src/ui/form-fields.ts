import type { FormEvent } from 'react';

/** The texts of a submitted form, by the names of its fields, without spaces at the ends. Keeps the browser from sending the form. */
export function fieldsOf(event: FormEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const fields = new FormData(event.currentTarget);
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
}
