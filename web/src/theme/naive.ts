import type { GlobalThemeOverrides } from 'naive-ui'

/**
 * The component library computes with colours, so it needs values and not var(…): they are read from tokens.css for the
 * theme that is on, and this is the only place that hands them over.
 */
export function naiveOverrides(): GlobalThemeOverrides {
  const styles = getComputedStyle(document.documentElement)
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim()
  const field = {
    color: token('panel'),
    colorFocus: token('panel'),
    colorDisabled: token('sunken'),
    border: `1px solid ${token('line-strong')}`,
    borderHover: `1px solid ${token('ink-3')}`,
    borderFocus: `1px solid ${token('accent')}`,
    boxShadowFocus: `0 0 0 2px ${token('accent')}40`,
    placeholderColor: token('ink-3'),
    textColor: token('ink'),
  }
  return {
    common: {
      fontFamily: token('font'),
      fontFamilyMono: token('font-mono'),
      fontSize: '14px',
      borderRadius: token('radius-control'),
      borderRadiusSmall: token('radius-block'),
      primaryColor: token('accent'),
      primaryColorHover: token('accent-hover'),
      primaryColorPressed: token('accent-pressed'),
      primaryColorSuppl: token('accent'),
      successColor: token('green'),
      warningColor: token('amber'),
      errorColor: token('red'),
      errorColorHover: token('red'),
      errorColorPressed: token('red'),
      bodyColor: token('page'),
      cardColor: token('panel'),
      modalColor: token('raised'),
      popoverColor: token('raised'),
      hoverColor: token('hover'),
      borderColor: token('line'),
      dividerColor: token('line'),
      textColorBase: token('ink'),
      textColor1: token('ink'),
      textColor2: token('ink'),
      textColor3: token('ink-3'),
      textColorDisabled: token('ink-3'),
      placeholderColor: token('ink-3'),
      iconColor: token('ink-3'),
      cubicBezierEaseInOut: token('ease'),
      cubicBezierEaseOut: token('ease'),
    },
    Button: {
      textColorPrimary: token('on-accent'),
      textColorHoverPrimary: token('on-accent'),
      textColorPressedPrimary: token('on-accent'),
      textColorFocusPrimary: token('on-accent'),
      textColorDisabledPrimary: token('on-accent'),
      textColorHover: token('ink'),
      textColorPressed: token('ink'),
      textColorFocus: token('ink'),
      border: `1px solid ${token('line-control')}`,
      borderHover: `1px solid ${token('line-strong')}`,
      borderPressed: `1px solid ${token('line-strong')}`,
      borderFocus: `1px solid ${token('line-strong')}`,
      fontWeight: '500',
      rippleDuration: '0s',
    },
    Input: { ...field, caretColor: token('accent') },
    Checkbox: { border: `1px solid ${token('line-strong')}` },
  }
}
