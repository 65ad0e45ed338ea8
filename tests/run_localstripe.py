"""Runs localstripe on this machine alone: its own entry point listens on every address.

What Stripe's API takes with a capture and localstripe 1.15 does not know is taken here and kept: the
metadata and `final_capture`."""

import sys

from aiohttp import web
from localstripe import resources

known = resources.PaymentIntent._api_capture


def capture(id, metadata=None, final_capture=None, **rest):
    intent = known(id, **rest)
    intent.metadata = {**(intent.metadata or {}), **(metadata or {})}
    return intent


# The server makes its routes of this list when it is imported, which is therefore done last.
resources.extra_apis[:] = [
    (method, path, capture if path.endswith("/capture") and "payment_intents" in path else call)
    for method, path, call in resources.extra_apis
]
resources.store.dump_to_disk = lambda: None

from localstripe.server import app  # noqa: E402

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
