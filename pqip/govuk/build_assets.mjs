/**
 * Copies the design systems' precompiled files from node_modules into static/build, ready for hashed file names:
 * `/assets/…` addresses become relative, references to source maps (not copied) go, and each script starts itself.
 *
 * Two sets of styles are made. `plain` names no brand font and no crest, both of which are licensed for GOV.UK
 * services only; `brand` is as published, for a host that may use them (setting PQIP_GOVUK_BRAND).
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const modules = join(root, 'node_modules')
const target = join(root, 'static', 'build')
const govuk = join(modules, 'govuk-frontend', 'dist', 'govuk')
const moj = join(modules, '@ministryofjustice', 'frontend', 'moj')

const BRAND_IMAGES = /govuk-|favicon|logotype|opengraph|apple-touch/
const withoutMap = (text) => text.replace(/\/[/*]# sourceMappingURL=[^\n]*/g, '')
const relative = (css) => css.replaceAll('url(/assets/', 'url(assets/')
const plain = (css) =>
  css
    .replace(/@font-face\{[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', 'arial,sans-serif')
    .replace(/url\([^)]*govuk-crest\.svg\)/g, 'none')

const write = (name, text) => writeFileSync(join(target, name), text)
const styles = (source, name) => {
  const css = relative(withoutMap(readFileSync(source, 'utf8')))
  write(`${name}.css`, plain(css))
  write(`${name}-brand.css`, css)
}
const script = (source, name) => write(`${name}.js`, `${withoutMap(readFileSync(source, 'utf8'))}\ninitAll();\n`)

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
cpSync(join(govuk, 'assets', 'fonts'), join(target, 'assets', 'fonts'), { recursive: true })
cpSync(join(govuk, 'assets', 'images', 'govuk-crest.svg'), join(target, 'assets', 'images', 'govuk-crest.svg'))
cpSync(join(moj, 'assets', 'images'), join(target, 'assets', 'images'), {
  recursive: true,
  filter: (file) => !BRAND_IMAGES.test(file),
})
styles(join(govuk, 'govuk-frontend.min.css'), 'govuk')
styles(join(moj, 'moj-frontend.min.css'), 'moj')
script(join(govuk, 'govuk-frontend.min.js'), 'govuk')
script(join(moj, 'moj-frontend.min.js'), 'moj')
