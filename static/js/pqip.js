/* On a narrow screen the filters stand behind a button. Without this script they simply stand above the list. */
const narrow = window.matchMedia('(max-width: 899px)')

for (const panel of document.querySelectorAll('[data-module="app-filter"]')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button govuk-button--secondary app-filter-toggle'
  const show = (shown) => {
    panel.hidden = !shown
    button.textContent = shown ? 'Hide filters' : 'Show filters'
    button.setAttribute('aria-expanded', String(shown))
  }
  button.addEventListener('click', () => show(panel.hidden))
  panel.before(button)
  show(!narrow.matches)
}

/* Radio buttons may not carry aria-expanded (ARIA 1.2); the design system's script sets it on those that reveal a question. */
const tidy = () => document.querySelectorAll('input[type="radio"][aria-expanded]').forEach((radio) => radio.removeAttribute('aria-expanded'))
document.addEventListener('click', tidy)
window.addEventListener('pageshow', tidy)
tidy()

/* Where a line of time is wider than the screen, start at today. */
for (const today of document.querySelectorAll('.app-axis__today')) {
  const pane = today.closest('.app-chart__picture')
  const from = pane.getBoundingClientRect()
  pane.scrollLeft += today.getBoundingClientRect().left - from.left - from.width / 2
}

/* While a worker is busy with what a page shows, look again by itself. Without this script there is a link. */
for (const waiting of document.querySelectorAll('[data-look-again]')) {
  setTimeout(() => window.location.reload(), Number(waiting.dataset.lookAgain) * 1000)
}
