import css from './json-view.module.css';

/** JSON as it came, indented. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <pre className={css.json} tabIndex={0} aria-label={label}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
