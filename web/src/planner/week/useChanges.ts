import { useMutation, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { asProblem } from '@/api/problem'
import { keys } from '@/queries'
import { show, withdraw } from '@/ui/toasts'
import { useProblemText } from '@/ui/problemText'
import { classKeys, markItem } from '../task-classes/api'
import { redoChange, send, undoChange } from './api'
import { confirmed, expected, isSame, numbered, type Change } from './moves'
import type { Block, Changed, Week } from './types'
import { completeTask, reopenTask } from '../api'

type Weeks = [readonly unknown[], Week | undefined][]

const weeksOf = (client: QueryClient): Weeks => client.getQueriesData<Week>({ queryKey: keys.allWeeks })

function eachWeek(client: QueryClient, change: (week: Week) => Week) {
  for (const [key, week] of weeksOf(client)) if (week) client.setQueryData(key, change(week))
}

/** The version that the page has seen last, whichever week told it. */
function versionOf(client: QueryClient): number | undefined {
  const versions = weeksOf(client).flatMap(([, week]) => (week ? [week.version] : []))
  return versions.length ? Math.max(...versions) : undefined
}

/** What toasts of this page are about. */
const about = 'schedule'

interface Step {
  back: boolean
  /** The change that is meant; else the last one. */
  changeId?: number
}

interface Sent {
  change: Change
  allow_reorder?: boolean
}

/** Everything that one gesture does to the schedule: shown at once, with Undo, taken back on a refusal. */
export function useChanges() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  // One after the other: each change is sent with the version that the one before it left.
  const scope = { id: 'schedule' }

  function settle() {
    for (const queryKey of [keys.schedule, classKeys.all]) void client.invalidateQueries({ queryKey })
  }

  /** Says what was changed; the undo beside it is of that change and of no later one. */
  const tell = (text: string, changeId?: number | null) =>
    show(text, { about, action: changeId ? { label: t('common.undo'), run: () => undo(changeId) } : undefined })

  function said(change: Change): string {
    const title = change.kind === 'swap' ? '' : change.kind === 'place' ? change.what.title : change.block.title
    const name =
      change.kind === 'lock' && !change.locked
        ? 'unlock'
        : change.kind === 'miss' && !change.missed
          ? 'unmiss'
          : change.kind
    return t(`week.did.${name}`, {
      title,
      a: change.kind === 'swap' ? change.a.title : '',
      b: change.kind === 'swap' ? change.b.title : '',
    })
  }

  /** The change with the numbers that the server has given by now. */
  const known = (change: Change) =>
    numbered(
      change,
      weeksOf(client).flatMap(([, week]) => week?.blocks ?? []),
    )

  const changing = useMutation({
    scope,
    mutationFn: ({ change, allow_reorder }: Sent) => send(known(change), { version: versionOf(client), allow_reorder }),
    async onMutate({ change }: Sent) {
      withdraw(about)
      await client.cancelQueries({ queryKey: keys.schedule })
      const before = weeksOf(client)
      eachWeek(client, (week) => expected(week, change))
      return { before }
    },
    onSuccess(changed: Changed, { change }) {
      eachWeek(client, (week) => confirmed(week, changed))
      const moved = ['move', 'place', 'swap'].includes(change.kind)
      const rules = [
        ...new Set(
          (moved ? changed.warnings : []).map(({ rule, because }) =>
            t(`week.caution.${rule}`, { because: because ?? '' }),
          ),
        ),
      ]
      tell(
        said(change) + (rules.length ? t('week.but', { rules: rules.join(t('week.comma')) }) : ''),
        changed.change_id,
      )
    },
    onError(error, sent, context) {
      for (const [key, week] of context?.before ?? []) client.setQueryData(key, week)
      const problem = asProblem(error) as { rule?: string }
      const again = { label: t('week.anyway'), run: () => run(sent.change, true) }
      show(textOf(error), { tone: 'error', action: problem.rule === 'order' ? again : undefined })
    },
    onSettled: settle,
  })

  const stepping = useMutation({
    scope,
    mutationFn: ({ back, changeId }: Step) => {
      const step = changeId ? { change_id: changeId } : { version: versionOf(client) }
      return back ? undoChange(step) : redoChange(step)
    },
    onMutate: () => withdraw(about),
    onSuccess({ kind, change_id }, { back }) {
      const other = back
        ? { label: t('common.redo'), run: () => redo(change_id) }
        : { label: t('common.undo'), run: () => undo(change_id) }
      show(t(back ? 'week.undone' : 'week.redone', { what: t(`week.kind.${kind}`) }), { about, action: other })
    },
    onError: (error) => show(textOf(error), { tone: 'error' }),
    onSettled: settle,
  })

  const ticking = useMutation({
    scope,
    mutationFn: async ({ block, done }: { block: Block; done: boolean }): Promise<unknown> => {
      if (block.quick_task_id) return done ? completeTask(block.quick_task_id) : reopenTask(block.quick_task_id)
      return markItem(block.task_class_id!, block.item_id!, done)
    },
    async onMutate({ block, done }) {
      await client.cancelQueries({ queryKey: keys.schedule })
      const before = weeksOf(client)
      const mark = (other: Block) => (isSame(other, block) ? { ...other, done, missed: false } : other)
      eachWeek(client, (week) => ({ ...week, blocks: week.blocks.map(mark) }))
      return { before }
    },
    onSuccess(_answer, { block, done }) {
      const back = { label: t('common.undo'), run: () => tick(block, !done) }
      show(t(done ? 'week.did.done' : 'week.did.undone', { title: block.title }), { action: back })
    },
    onError(error, _sent, context) {
      for (const [key, week] of context?.before ?? []) client.setQueryData(key, week)
      show(textOf(error), { tone: 'error' })
    },
    onSettled() {
      settle()
      void client.invalidateQueries({ queryKey: keys.allTasks })
    },
  })

  const run = (change: Change, allow_reorder?: boolean) => changing.mutate({ change: known(change), allow_reorder })
  const undo = (changeId?: number) => stepping.mutate({ back: true, changeId })
  const redo = (changeId?: number) => stepping.mutate({ back: false, changeId })
  const tick = (block: Block, done: boolean) => ticking.mutate({ block, done })

  return { run, undo, redo, tick, tell }
}

export type Changes = ReturnType<typeof useChanges>
