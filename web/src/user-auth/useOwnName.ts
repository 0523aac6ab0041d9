import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError, asProblem, fieldReason } from '@/api/problem'
import { fetchMe, rename } from './api'

/** The name that others see: asked for at the first post or comment. Without one the plaza shows nobody's name. */
export function useOwnName() {
  const { t } = useI18n()
  const asked = ref(false)
  const name = ref('')
  const reason = ref('')

  /** Before what needs the name is sent. */
  async function save() {
    if (!asked.value) {
      if ((await fetchMe()).display_name) return
      throw new ApiError({ status: 400, code: 'invalid_argument', errors: { display_name: [t('name.missing')] } })
    }
    await rename(name.value)
    asked.value = false
  }

  /** Whether the refusal was about the name; it is asked for from now on, and the reason said. */
  function refused(error: unknown): boolean {
    const problem = asProblem(error)
    if (!fieldReason(problem, 'display_name')) return false
    if (problem.code === 'already_exists') reason.value = t('name.taken')
    else reason.value = t(asked.value && name.value.trim() ? 'name.rule' : 'name.missing')
    asked.value = true
    return true
  }

  return { asked, name, reason, save, refused }
}
