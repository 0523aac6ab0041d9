// One language of a module's words: the other one of the same file is left out of what is built. messages.test.ts compares them.
declare module '*?zh-CN' {
  export const zhCN: Record<string, object>
}

declare module '*?en' {
  export const en: Record<string, object>
}
