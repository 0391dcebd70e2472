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

/*
 * Deciding by keyboard. In a criterion C is competent and N not yet competent, and on to the next; in what is confirmed
 * A is all of it; with Ctrl, Enter saves. Letters count only where a choice has the focus. What is filled in is kept as a
 * draft. Without this script the page works with Tab, the arrows and Space, and a button keeps the draft.
 */
const HINT = 'Keys: C for competent and N for not yet competent go on to the next criterion. A confirms all five. Ctrl and Enter together save.'
for (const part of document.querySelectorAll('[data-module="app-keys"]')) {
  const form = part.closest('form')
  const hint = document.createElement('p')
  hint.className = 'govuk-hint'
  hint.textContent = HINT
  part.before(hint)

  const firsts = () => [...part.querySelectorAll('input, textarea')].filter((field) =>
    field.type !== 'hidden' && (field.type !== 'radio' || field === part.querySelector(`input[name="${field.name}"]`)))
  const after = (field) => {
    const fields = firsts()
    const own = fields.findIndex((one) => one === field || (one.type === 'radio' && one.name === field.name))
    return fields[own + 1]
  }
  const choose = (field) => {
    field.checked = true
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      form.requestSubmit(form.querySelector('button[name="then"]'))
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const field = event.target
    const key = event.key.toLowerCase()
    const value = { c: 'met', n: 'not_met' }[key]
    if (field.type === 'radio' && value) {
      event.preventDefault()
      choose(part.querySelector(`input[name="${field.name}"][value="${value}"]`))
      after(field)?.focus()
    } else if (field.type === 'checkbox' && key === 'a') {
      event.preventDefault()
      const all = [...part.querySelectorAll(`input[name="${field.name}"]`)]
      all.forEach(choose)
      after(all.at(-1))?.focus()
    }
  })

  let waiting
  let isSaving = false
  const keep = () => {
    if (isSaving) return
    const answers = new FormData(form)
    answers.set('draft', 'auto')
    fetch(window.location.pathname, { method: 'POST', body: answers, keepalive: true }).catch(() => {})
  }
  form.addEventListener('submit', () => { isSaving = true; clearTimeout(waiting) })
  for (const kind of ['change', 'input']) {
    form.addEventListener(kind, () => { clearTimeout(waiting); waiting = setTimeout(keep, 1500) })
  }
  if ('begin' in part.dataset) firsts()[0]?.focus()
}
