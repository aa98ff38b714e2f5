import { createTheme, defaultVariantColorsResolver } from '@mantine/core';
import type {
  ActionIconProps,
  ButtonProps,
  CSSVariablesResolver,
  DrawerProps,
  LoaderProps,
  MantineColorsTuple,
  MenuProps,
  ModalProps,
  NotificationProps,
  NumberInputProps,
  PasswordInputProps,
  SegmentedControlProps,
  SelectProps,
  SwitchProps,
  TextareaProps,
  TextInputProps,
  TooltipProps,
  VariantColorsResolver,
} from '@mantine/core';

// One accent; shade 4 carries dark text on dark pages, shade 7 carries white text on light ones.
const iris: MantineColorsTuple = [
  '#eef1ff',
  '#dfe4ff',
  '#c3ccfe',
  '#a6b3fb',
  '#8a9bf7',
  '#6f80ec',
  '#5668de',
  '#3f51c7',
  '#3443a6',
  '#2b3784',
];

const control = { '--input-height': '28px', '--input-size': '28px', '--input-fz': '12px' };
const field = { size: 'xs', radius: 'sm' } as const;
const layer = { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.45 } } as const;

/** A filled accent carries dark text on dark pages and white on light ones; Mantine can only choose one for both. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== 'filled' || (input.color !== undefined && input.color !== 'iris')) return colors;
  return { ...colors, color: 'var(--on-accent)' };
};

// Plain objects: `Select.extend` would bring every component into the first chunk, to be styled before it is used.
export const theme = createTheme({
  variantColorResolver: variantColors,
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: { iris },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '14px', xl: '16px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '12px' },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: { fontWeight: '500' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: 'xs', fw: 500 } satisfies Partial<ButtonProps>,
      vars: () => ({ root: { '--button-height': '28px', '--button-padding-x': '10px', '--button-fz': '12px' } }),
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } satisfies Partial<ActionIconProps> },
    TextInput: { defaultProps: field satisfies Partial<TextInputProps>, vars: () => ({ wrapper: control }) },
    PasswordInput: { defaultProps: field satisfies Partial<PasswordInputProps> },
    NumberInput: { defaultProps: field satisfies Partial<NumberInputProps> },
    Textarea: { defaultProps: field satisfies Partial<TextareaProps> },
    Select: {
      defaultProps: {
        ...field,
        comboboxProps: { shadow: 'md', transitionProps: { duration: 80 } },
      } satisfies Partial<SelectProps>,
    },
    SegmentedControl: { defaultProps: { size: 'xs', radius: 'sm' } satisfies Partial<SegmentedControlProps> },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } satisfies Partial<NotificationProps>,
    },
    Switch: { defaultProps: { size: 'xs' } satisfies Partial<SwitchProps> },
    Loader: { defaultProps: { size: 14, color: 'gray' } satisfies Partial<LoaderProps> },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        withArrow: false,
        fz: 11,
        transitionProps: { duration: 80 },
      } satisfies Partial<TooltipProps>,
    },
    Menu: {
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: 80 },
        position: 'bottom-end',
      } satisfies Partial<MenuProps>,
    },
    Modal: {
      defaultProps: { ...layer, radius: 'md', centered: false, yOffset: '12vh' } satisfies Partial<ModalProps>,
    },
    Drawer: { defaultProps: { ...layer, position: 'right' } satisfies Partial<DrawerProps> },
  },
});

/** Lays Yudai's surfaces, lines and text (`tokens.css`) under every component of Mantine. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-bright': 'var(--bright)',
    '--mantine-color-dimmed': 'var(--muted)',
    '--mantine-color-placeholder': 'var(--muted)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-gray-light-hover': 'var(--hover)',
    '--mantine-color-gray-light-color': 'var(--text)',
    '--mantine-color-disabled': 'var(--hover)',
    '--mantine-color-disabled-color': 'var(--muted)',
  };
  return { variables: {}, light: shared, dark: shared };
};
