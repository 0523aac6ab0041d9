import { shallowRef } from 'vue'

/** A file that was chosen elsewhere, and where to go once it is imported. */
export const fileToImport = shallowRef<{ file: File; back: string }>()
