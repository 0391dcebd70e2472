"""The only inline script, and the hash by which a strict content security policy allows it."""

import base64
import hashlib

JS_ENABLED = "document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');"  # noqa: E501

#: For `script-src`, including the quotes.
JS_ENABLED_HASH = (
    f"'sha256-{base64.b64encode(hashlib.sha256(JS_ENABLED.encode()).digest()).decode()}'"
)
