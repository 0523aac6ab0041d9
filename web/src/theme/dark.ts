import {
  buttonDark,
  checkboxDark,
  commonDark,
  createTheme,
  drawerDark,
  inputDark,
  modalDark,
  scrollbarDark,
  spinDark,
  switchDark,
  type GlobalTheme,
} from 'naive-ui'

/** The dark forms of the components that we use; the library's own theme brings those of all of them. */
export const dark: GlobalTheme = {
  ...createTheme([buttonDark, checkboxDark, drawerDark, inputDark, modalDark, scrollbarDark, spinDark, switchDark]),
  common: commonDark,
}
