import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { boardBlock, isStudy, type BoardBlock } from './pieces'
import { occupying, previewBlocks } from './previewBoard'
import type { ClassSummary, Slot } from './types'
import { useCarry } from './useCarry'
import type { Changes } from './useChanges'
import type { Preview } from './usePreview'
import type { OpenWeek } from './useWeek'
import { useWords } from './useWords'
import type { Carried, Setting, Verdict } from './verdict'

export type Act = 'lock' | 'tick' | 'miss' | 'unplace'

interface Board {
  open: OpenWeek
  changes: Changes
  preview: Preview
  classes: () => readonly ClassSummary[]
  focus: (key: string) => void
}

/** The board of the open week: what stands on it or would by a preview, what is in the hand, and what gestures do. */
export function useBoard({ open: { week, n, shape, clock, go }, changes, preview, classes, focus }: Board) {
  const { t } = useI18n()
  const words = useWords()
  const announcement = ref('')
  const blocks = computed<BoardBlock[]>(() => {
    const real = week.value?.blocks ?? []
    const plan = preview.plan.value
    return plan ? previewBlocks(week.value?.week ?? 0, real, plan, classes()) : real.map((block) => boardBlock(block))
  })
  /** In a preview only what it suggests is moved: the rest waits for it to be applied or discarded. */
  const movable = (block: BoardBlock) => isStudy(block) && (!preview.plan.value || block.look === 'suggested')

  const setting = (): Setting => ({
    blocks: occupying(blocks.value),
    days: week.value?.days ?? [],
    shape: shape.value,
    study_on_holidays: week.value?.term.study_on_holidays ?? false,
    clock: clock.value,
    preview: !!preview.plan.value,
  })

  function say(event: string, what: Carried, at: Slot, verdict: Verdict) {
    const where = words.slot(at, n.value)
    announcement.value = t(`week.said.${event}`, { title: what.title, where, verdict: words.verdict(verdict) })
    if (event === 'dropped' || event === 'cancelled') focus(what.key)
  }

  function commit(what: Carried, to: Slot, verdict: Verdict) {
    if (preview.plan.value) return preview.adjust(what.item_id!, to)
    const block = blocks.value.find((candidate) => candidate.key === what.key) ?? elsewhere(what)
    if (verdict.kind === 'swap' && block) changes.run({ kind: 'swap', a: block, b: verdict.other })
    else if (block) changes.run({ kind: 'move', block, to })
    else changes.run({ kind: 'place', what, to })
  }

  const carry = useCarry({ setting, week: () => n.value, go, commit, say })

  function act(name: Act, block: BoardBlock) {
    if (preview.plan.value) {
      if (name === 'unplace') preview.adjust(block.item_id!, null)
      return
    }
    if (name === 'unplace') changes.run({ kind: 'unplace', block })
    else if (name === 'lock') changes.run({ kind: 'lock', block, locked: !block.locked })
    else if (name === 'miss') changes.run({ kind: 'miss', block, missed: !block.missed })
    else changes.tick(block, !block.done)
  }

  return { blocks, carry, movable, announcement, act }
}

/** A block that was picked up in another week than the one that is shown now. */
function elsewhere(what: Carried): BoardBlock | undefined {
  if (!what.placement_id || !what.from) return undefined
  const { key, title, from, placement_id: id, ...rest } = what
  return {
    kind: what.quick_task_id ? 'task' : 'item',
    look: 'real',
    starts_at: '',
    ends_at: '',
    ...rest,
    ...from,
    key,
    title,
    id,
  }
}
