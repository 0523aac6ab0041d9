import { nextTick } from 'vue'

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-row]')]
}

/** The row before or after this one, through all quadrants. */
export function neighbour(taskId: number, by: number): HTMLElement | undefined {
  const all = rows()
  const at = all.findIndex((row) => row.dataset.row === String(taskId))
  return at < 0 ? undefined : all[at + by]
}

/** After a row left its place by the keyboard: follow it, or go to its neighbour when it is gone. */
export async function refocus(taskId: number, otherwise: HTMLElement | undefined) {
  await nextTick()
  const same = rows().find((row) => row.dataset.row === String(taskId) && !row.closest('.row-leave-active'))
  ;(same ?? otherwise)?.focus()
}
