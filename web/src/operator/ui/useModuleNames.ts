import { useI18n } from 'vue-i18n'

/** The parts of the program in words; an unknown one keeps its name. */
export function useModuleNames() {
  const { t, te } = useI18n()
  return {
    moduleName(module: string) {
      const key = `operator.modules.${module.toLowerCase().replaceAll(/[^a-z]/g, '')}`
      return te(key, 'zh-CN') ? t(key) : module
    },
  }
}
