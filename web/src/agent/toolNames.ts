import { useI18n } from 'vue-i18n'

/** A tool's name in the user's language; a tool that this page does not know keeps its own. */
export function useToolNames() {
  const { t, te } = useI18n()
  return {
    toolName(name: string) {
      const path = `agent.tools.${name.replaceAll('.', '_')}`
      return te(path, 'zh-CN') ? t(path) : name
    },
  }
}
