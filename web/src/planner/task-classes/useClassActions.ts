import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { classKeys, createClass, deleteClass, markItem } from './api'
import { bodyOf, formOf } from './classForm'
import { type Draft, draftOf } from './items'
import type { TaskClass } from './types'
import type { ItemEditor } from './useItems'

const create = oncePerIntent(createClass)

/** What one gesture does to a class or an item at once. */
export function useClassActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const fail = (error: unknown) => show(textOf(error), { tone: 'error' })

  async function settle() {
    await Promise.all([
      client.invalidateQueries({ queryKey: classKeys.all }),
      client.invalidateQueries({ queryKey: ['schedule'] }),
    ])
  }

  /** Shown at once, taken back on a refusal. */
  async function mark(classId: number, item: Draft, list: ItemEditor) {
    const { id, done_at: before } = item
    if (id === undefined) return
    list.patch(id, { done_at: before ? null : new Date().toISOString() })
    try {
      list.patch(id, { done_at: (await markItem(classId, id, !before)).done_at })
      await settle()
    } catch (error) {
      list.patch(id, { done_at: before })
      fail(error)
    }
  }

  /** A deleted class comes back as a new one with the same items; its places in the week do not. */
  async function recreate(it: TaskClass) {
    try {
      const body = bodyOf(
        formOf(it),
        it.items.map((item) => ({ ...draftOf(item), id: undefined })),
      )
      await create(body)
      await settle()
    } catch (error) {
      fail(error)
    }
  }

  async function remove(it: TaskClass): Promise<boolean> {
    try {
      await deleteClass(it.id)
    } catch (error) {
      fail(error)
      return false
    }
    show(t('classes.deleted', { name: it.name }), { action: { label: t('common.undo'), run: () => void recreate(it) } })
    client.removeQueries({ queryKey: classKeys.one(it.id) })
    void settle()
    return true
  }

  return { mark, remove }
}
