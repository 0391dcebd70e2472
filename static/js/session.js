/*
 * Warns before somebody is signed out, and lets them stay. The server's limit is the truth: it is asked before anything is said, so
 * what is done in other tabs counts. When the session is over, the sign-in page takes the place of this one, and what was typed goes
 * with it to be kept, not saved. Without this script each form says beforehand when it would end.
 */
const KEEP = 'form-keep'
/* Seconds left at which it is said aloud, besides each minute. */
const SAID_AT = [30, 20, 10]

const box = document.querySelector('[data-module="app-session"]')
if (box?.showModal) {
  const url = box.dataset.url
  const warn = Number(box.dataset.warn)
  const askEvery = Math.min(15, warn / 4) * 1000
  const time = box.querySelector('[data-time]')
  const said = box.querySelector('[data-said]')
  const button = box.querySelector('button')
  let ends = Date.now() + Number(box.dataset.left) * 1000
  let asked = 0
  let spoken = ''
  let mayStay = true
  let isDismissed = false

  const main = document.querySelector('main form[novalidate] input[name="form-token"]')?.form
  let isEntered = Boolean(main && 'entered' in main.dataset)
  for (const kind of ['input', 'change']) main?.addEventListener(kind, () => { isEntered = true })

  const left = () => Math.max(0, Math.round((ends - Date.now()) / 1000))
  const inWords = (seconds) => {
    const [number, word] = seconds >= 60 ? [Math.ceil(seconds / 60), 'minute'] : [seconds, 'second']
    return `${number} ${word}${number === 1 ? '' : 's'}`
  }
  const ask = async (method, body) => {
    try {
      const answer = await fetch(url, { method, body, headers: { Accept: 'application/json' } })
      const found = answer.ok ? await answer.json() : null
      if (found) {
        ends = Date.now() + found.left * 1000
        mayStay = found.may_stay
      }
      return Boolean(found)
    } catch {
      return false
    }
  }

  const leave = () => {
    if (!isEntered) return window.location.assign(window.location.href.split('#')[0])
    for (const file of main.querySelectorAll('input[type="file"]')) file.disabled = true
    const keep = document.createElement('input')
    keep.type = 'hidden'
    keep.name = KEEP
    keep.value = 'yes'
    main.append(keep)
    HTMLFormElement.prototype.submit.call(main)
  }

  const show = () => {
    const words = inWords(left())
    time.textContent = words
    box.querySelector('[data-stay]').hidden = !mayStay
    box.querySelector('[data-whole]').hidden = mayStay
    button.textContent = mayStay ? 'Stay signed in' : 'Go on until then'
    if (!box.open) {
      spoken = words
      box.showModal()
      button.focus()
    } else if (words !== spoken && (left() >= 60 || SAID_AT.includes(left()))) {
      spoken = words
      said.textContent = `You will be signed out in ${words}.`
    }
  }

  const look = async () => {
    if (left() <= warn && (left() === 0 || Date.now() - asked > askEvery)) {
      asked = Date.now()
      if (await ask('GET') && left() === 0) return leave()
    }
    if (left() > warn) {
      asked = 0
      isDismissed = false
      if (box.open) box.close()
    } else if (!isDismissed) {
      show()
    }
    const next = left() > warn ? Math.min(left() - warn, 60) : 1
    setTimeout(look, next * 1000)
  }

  const stay = async (event) => {
    event.preventDefault()
    if (!mayStay) {
      isDismissed = true
      return box.close()
    }
    if (await ask('POST', new FormData(box.querySelector('form'))) && left() > warn) return box.close()
    if (left() === 0) return leave()
    said.textContent = 'That did not work. Try again.'
  }
  box.querySelector('form').addEventListener('submit', stay)
  box.addEventListener('cancel', stay)
  document.addEventListener('visibilitychange', () => { if (!document.hidden && left() <= warn) asked = 0 })
  look()
}
