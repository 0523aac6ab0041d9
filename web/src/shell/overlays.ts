import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Which of the layers above the page is open. */
export const useOverlays = defineStore('overlays', () => {
  const palette = ref(false)
  const keyHelp = ref(false)
  return { palette, keyHelp }
})
