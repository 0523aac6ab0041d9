import { useI18n } from 'vue-i18n'

/** Speaks the server's codes in the user's language; an unknown code stays as it is. */
export function useNames() {
  const { t, te } = useI18n()

  function nameOf(group: string, code: string): string {
    const path = `store.${group}.${code.replaceAll('.', '_')}`
    return te(path) || te(path, 'zh-CN') ? t(path) : code
  }

  return {
    sceneName: (code: string) => nameOf('scene', code),
    sourceName: (code: string, label?: string) => {
      const name = nameOf('sources', code)
      return name === code && label ? label : name
    },
    /** Why a reward was not given; a reason that is new says only that it was not. */
    skippedText: (reason: string) => {
      const name = nameOf('skipped', reason)
      return name === reason ? t('store.skipped.other') : name
    },
  }
}
