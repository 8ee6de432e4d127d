"""How static files are stored: compressed, with a hash in the name."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also puts the hashed names into the imports between ES modules."""

    support_js_module_import_aggregation = True
