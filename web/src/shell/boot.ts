/** The page could not begin: index.html has the words for it, in both languages. */
export function shellFailed(error: unknown) {
  console.error(error)
  document.querySelector('.boot')?.classList.add('failed')
}
