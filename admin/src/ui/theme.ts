import { Button, createTheme, SegmentedControl, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import css from './theme.module.css';

/** 黛: the accent, from paper to ink. Pages use the tokens; these tuples are for Mantine's own states. */
const dai: MantineColorsTuple = [
  '#eef5f6',
  '#e0eced',
  '#c3dadd',
  '#9dc4c9',
  '#74bcc6',
  '#4c97a2',
  '#2f7683',
  '#1b5a66',
  '#164f5a',
  '#0f3c45',
];
/** Mantine's greys are blue in the light and neutral in the dark; ours are the other way about. */
const gray: MantineColorsTuple = [
  '#faf8f4',
  '#f1eee7',
  '#e9e5dc',
  '#e5e1d8',
  '#cdc7ba',
  '#a9a396',
  '#7d7a73',
  '#5f6673',
  '#474e5b',
  '#1c232e',
];
const dark: MantineColorsTuple = [
  '#e7e4dd',
  '#b8bcc4',
  '#949ba7',
  '#5f6875',
  '#3c4553',
  '#272e39',
  '#1d232c',
  '#161b22',
  '#11151b',
  '#0f1318',
];

export const theme = createTheme({
  primaryColor: 'dai',
  primaryShade: { light: 7, dark: 4 },
  colors: { dai, gray, dark },
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: 'var(--t-xs)', sm: 'var(--t-sm)', md: 'var(--t-md)', lg: 'var(--t-lg)', xl: 'var(--t-xl)' },
  spacing: { xs: '6px', sm: '10px', md: '16px', lg: '24px', xl: '40px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // autoContrast decides once for both schemes, and is wrong in the dark: the tokens know.
    Button: Button.extend({
      defaultProps: { size: 'compact-sm' },
      classNames: { root: css.button },
      vars: (_theme, props) => ({
        root:
          (props.variant ?? 'filled') === 'filled'
            ? { '--button-bg': 'var(--accent)', '--button-hover': 'var(--accent-text)', '--button-color': 'var(--on-accent)' }
            : {},
      }),
    }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: false },
      classNames: { root: css.segments, label: css.segment, indicator: css.indicator },
    }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 30 } },
    Checkbox: { defaultProps: { classNames: { input: css.checkbox } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } },
    Menu: { defaultProps: { shadow: 'none', offset: 6, classNames: { dropdown: css.dropdown } } },
  },
});

const shared: Record<string, string> = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--state-failed)',
  '--mantine-color-gray-light-color': 'var(--ink-2)',
  '--mantine-color-gray-light-hover': 'color-mix(in oklab, var(--ink) 6%, transparent)',
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
