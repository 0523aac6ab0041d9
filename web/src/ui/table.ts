/** A column of a table; its cells come from the slot of its key, or are its text. */
export interface Column<T> {
  key: string
  name: string
  number?: boolean
  /** Left out on phones, where its row opens the whole. */
  wide?: boolean
  text: (row: T) => string | number
}
