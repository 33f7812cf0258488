"""Static files under names that carry their hash, so that browsers may keep them for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleStaticFilesStorage(ManifestStaticFilesStorage):
    """Also rewrites the relative imports of JavaScript modules. Keep those plain: it is a regex."""

    support_js_module_import_aggregation = True
