import type { Comment } from './api'

/** A line of a thread as it is shown, in the order of reading. */
export interface Row {
  comment: Comment
  /** How far it is moved in; deeper ones stay below each other and name whom they answer. */
  indent: number
  answers: Comment | null
  /** Everything beneath it that is loaded and not deleted. */
  beneath: number
  collapsed: boolean
}

/** Beyond this depth a branch starts closed. */
export const openDepth = 3
export const indentMost = 4

interface Node {
  comment: Comment
  children: Node[]
  beneath: number
}

/** Whether a branch is closed: what the reader chose, else by its depth. */
function isCollapsed(node: Node, depth: number, chosen: ReadonlyMap<number, boolean>): boolean {
  return node.children.length > 0 && (chosen.get(node.comment.id) ?? depth >= openDepth)
}

/**
 * The thread as rows. A reply whose parent is not loaded stands beneath the root; a deleted comment that holds nothing
 * is left out.
 */
export function rowsOf(root: Comment, replies: readonly Comment[], chosen: ReadonlyMap<number, boolean>): Row[] {
  const top: Node = { comment: root, children: [], beneath: 0 }
  const nodes = new Map([[root.id, top]])
  for (const comment of [...replies].sort((a, b) => a.id - b.id)) {
    if (nodes.has(comment.id)) continue
    const node: Node = { comment, children: [], beneath: 0 }
    nodes.set(comment.id, node)
    ;(nodes.get(comment.parent_id ?? root.id) ?? top).children.push(node)
  }
  // Parents have smaller ids than what answers them: from the last to the first, every count is complete.
  for (const node of [...nodes.values()].sort((a, b) => b.comment.id - a.comment.id)) {
    node.children = node.children.filter((child) => !child.comment.deleted || child.beneath > 0)
    node.beneath = node.children.reduce((sum, child) => sum + child.beneath + (child.comment.deleted ? 0 : 1), 0)
  }
  const rows: Row[] = []
  const stack: { node: Node; depth: number; answers: Comment | null }[] = [{ node: top, depth: 0, answers: null }]
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { node, depth, answers } = at
    const collapsed = isCollapsed(node, depth, chosen)
    rows.push({ comment: node.comment, indent: Math.min(depth, indentMost), answers, beneath: node.beneath, collapsed })
    if (collapsed) continue
    for (const child of [...node.children].reverse())
      stack.push({ node: child, depth: depth + 1, answers: node.comment })
  }
  return rows
}
