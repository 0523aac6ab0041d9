import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { show } from './toasts'

const shownMs = 2_000

export function useCopy() {
  const { t } = useI18n()
  const copied = ref(false)

  async function copy(text: string) {
    try {
      await navigator.clipboard.writeText(text)
      copied.value = true
      setTimeout(() => (copied.value = false), shownMs)
    } catch {
      show(t('common.copyFailed'), { tone: 'error' })
    }
  }

  return { copied, copy }
}
