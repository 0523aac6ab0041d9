import { useI18n } from 'vue-i18n'
import { useNames } from '@/token-store/names'

/** Speaks the journal's codes in the user's language; an unknown code stays as it is. */
export function useCallWords() {
  const { t, te } = useI18n()
  const { sceneName } = useNames()

  function word(group: 'results' | 'ended', code: string): string {
    const path = `calls.${group}.${code}`
    return te(path) || te(path, 'zh-CN') ? t(path) : code
  }

  return {
    sceneName,
    resultName: (code: string) => word('results', code),
    endedName: (code: string) => word('ended', code),
  }
}
