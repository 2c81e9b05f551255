import css from './depth-line.module.css';

const WIDTH = 110;
const HEIGHT = 20;

/** A line of the last readings, newest at the right. */
export function DepthLine({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length < 2) return null;
  const most = Math.max(1, ...values);
  const x = (index: number): number => WIDTH - (values.length - 1 - index) * (WIDTH / 29);
  const y = (value: number): number => HEIGHT - 1 - (value / most) * (HEIGHT - 2);
  return (
    <svg className={css.line} width={WIDTH} height={HEIGHT} role="img" aria-label={`${label} ${values.at(-1)}`}>
      <polyline points={values.map((value, index) => `${x(index)},${y(value)}`).join(' ')} />
    </svg>
  );
}
