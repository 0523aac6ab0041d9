import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { keys } from '@/queries'
import { classKeys, listClasses } from '../task-classes/api'
import { listTasks } from '../api'
import type { ClassItem, ClassSummary } from './types'
import type { Carried } from './verdict'
import type { QuickTask } from '@/api/types'

export const shareOf = (part: number, whole: number) => (whole ? Math.round((part / whole) * 100) : 0)

/** Open, and standing nowhere, or missed in another term. */
export const isLoose = ({ status, done_at, placement: p }: ClassItem, termId: number | null | undefined) =>
  !done_at && (status === 'unscheduled' || (!!p?.missed && p.term_id !== termId))

export function carriedItem(owner: ClassSummary, item: ClassItem): Carried {
  return {
    key: `item-${item.id}`,
    title: item.content,
    sections: item.sections,
    item_id: item.id,
    task_class_id: owner.id,
    task_class_name: owner.name,
    hue: owner.hue,
  }
}

export function carriedTask(task: QuickTask): Carried {
  return { key: `task-${task.id}`, title: task.title, sections: task.estimated_sections, quick_task_id: task.id }
}

/** The user's task classes and the open tasks, for the panel beside the board. */
export function useLoose() {
  const classes = useQuery({ queryKey: classKeys.list, queryFn: listClasses })
  const tasks = useQuery({ queryKey: keys.tasks(false), queryFn: () => listTasks(false) })
  return {
    query: classes,
    classes: computed(() => classes.data.value?.items ?? []),
    tasks: computed(() => tasks.data.value?.items ?? []),
  }
}
