import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useRouter } from 'vue-router'
import { show } from '@/ui/toasts'
import { useProblemText } from '@/ui/problemText'
import { classKeys, readClass, saveClass } from '../task-classes/api'
import { saveTerm } from '../courses/api'
import type { PlanRequest } from './planApi'
import { bodyOf, oneClick, relaxed } from './relax'
import type { Relaxation } from './types'

async function loosen(relaxation: Relaxation) {
  if (relaxation.kind === 'study_on_holidays') return void (await saveTerm({ study_on_holidays: true }))
  const changed = relaxed(await readClass(relaxation.task_class_id), relaxation)
  if (changed) await saveClass(changed.id, bodyOf(changed), changed.version)
}

/** Lets a rule go with one click and plans again, or opens the class where the user has to decide more. */
export function useRelax(again: (also?: Partial<PlanRequest>) => void) {
  const router = useRouter()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const relaxing = useMutation({
    mutationFn: loosen,
    onSuccess: () => again(),
    onError: (error) => show(textOf(error), { tone: 'error' }),
    onSettled: () => client.invalidateQueries({ queryKey: classKeys.all }),
  })

  function relax(relaxation: Relaxation) {
    // Nothing is changed for it: what is remembered stays, and this plan does without.
    if (relaxation.kind === 'ignore_hours') again({ ignore_hours: true })
    else if (oneClick(relaxation)) relaxing.mutate(relaxation)
    else void router.push(`/week/classes/${relaxation.task_class_id}`)
  }

  return { relax, relaxing: relaxing.isPending }
}
