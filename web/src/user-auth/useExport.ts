import { useMutation } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { download } from '@/ui/csv'
import { useProblemText } from '@/ui/problemText'
import { exportAccount } from './api'

/** Everything that is kept of the user, saved as a file. A file that broke off is an error and is not saved. */
export function useExport() {
  const { textOf } = useProblemText()
  const saved = ref('')
  const exporting = useMutation({
    mutationFn: exportAccount,
    // How often is limited; another try is the user's.
    retry: false,
    onMutate() {
      saved.value = ''
    },
    onSuccess({ name, file }) {
      download(name, file)
      saved.value = name
    },
  })
  const failure = computed(() => (exporting.error.value ? textOf(exporting.error.value) : ''))
  return { exporting: exporting.isPending, failure, saved, run: () => exporting.mutate() }
}
