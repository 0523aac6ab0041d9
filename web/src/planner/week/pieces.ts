import { isBetween, overlap } from './grid'
import type { Block } from './types'

/** How a block is drawn: as it stands, as a plan suggests it, or as a plan would take it away. */
export type Look = 'real' | 'suggested' | 'leaving'

export interface BoardBlock extends Block {
  key: string
  look: Look
}

export interface Piece {
  block: BoardBlock
  /** Beside others that stand at the same time. */
  lane: number
  lanes: number
  /** Drawn inside its filler course. */
  inset: boolean
  /** Of another week than the one that is shown. */
  away?: boolean
}

/** What is dragged stays in the document, unseen, while another week is shown: a browser ends a drag whose element goes. */
export function withDragged(pieces: readonly Piece[], dragged: Piece | null): readonly Piece[] {
  if (!dragged || pieces.some(({ block }) => block.key === dragged.block.key)) return pieces
  const at = pieces.findIndex(({ block }) => inOrder(dragged.block, block) < 0)
  return pieces.toSpliced(at < 0 ? pieces.length : at, 0, { ...dragged, away: true })
}

/** Courses and personal events stay where they are; the rest is study. */
export const isStudy = (block: Pick<Block, 'kind'>) => block.kind === 'item' || block.kind === 'task'

/** A study block keeps its name when it moves; a course has one a time that it takes place. */
export function keyOf(block: Block): string {
  if (!isStudy(block)) return `${block.kind}-${block.id}-${block.day}-${block.section_from}`
  return block.item_id
    ? `item-${block.item_id}`
    : block.quick_task_id
      ? `task-${block.quick_task_id}`
      : `block-${block.id}`
}

export function boardBlock(block: Block, look: Look = 'real'): BoardBlock {
  return { ...block, look, key: look === 'real' ? keyOf(block) : `${look}-${keyOf(block)}` }
}

const inOrder = (a: Block, b: Block) =>
  a.day - b.day ||
  a.section_from - b.section_from ||
  Number(isBetween(b)) - Number(isBetween(a)) ||
  Number(isStudy(a)) - Number(isStudy(b)) ||
  a.id - b.id

/** Blocks in the order of time, with a lane each where several stand at the same time. */
export function piecesOf(blocks: readonly BoardBlock[]): Piece[] {
  const inset = (block: BoardBlock) => block.embedded_in != null
  const laid = [...blocks].sort(inOrder).map((block): Piece => ({ block, lane: 0, lanes: 1, inset: inset(block) }))
  const plain = laid.filter((piece) => !piece.inset && piece.block.look !== 'leaving')
  let group: Piece[] = []
  const close = () => {
    const lanes = Math.max(0, ...group.map((piece) => piece.lane)) + 1
    for (const piece of group) piece.lanes = lanes
    group = []
  }
  for (const piece of plain) {
    const beside = group.filter((other) => overlap(other.block, piece.block)).map((other) => other.lane)
    if (!beside.length) close()
    while (beside.includes(piece.lane)) piece.lane++
    group.push(piece)
  }
  close()
  return laid
}
