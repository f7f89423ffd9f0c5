"""A process that visits a site once, to be killed in the middle: ``python visitor.py <host=address:port>``.

Its tables are in ``JIUM_DATA``. It ends by printing how many pages it visited and how many sightings are kept.
"""

from __future__ import annotations

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from jium import config, egress  # noqa: E402
from jium.trust import master_key  # noqa: E402
from jium.trust.models import CaseKey, DeadCase, DerivedKey, KeyCheck  # noqa: E402
from jium.watch import crawling  # noqa: E402
from jium.watch.models import Crawl, Sighting, SightingCode, Site  # noqa: E402


def main() -> None:
    if "watch_site" not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            for model in (Site, Crawl, Sighting, SightingCode):
                editor.create_model(model)
        config.load().keys.mkdir(mode=0o700, exist_ok=True)
        with connections["keys"].schema_editor() as editor:
            for model in (CaseKey, DeadCase, DerivedKey, KeyCheck):
                editor.create_model(model)
        master_key.create(config.load())
    site, _fresh = Site.objects.get_or_create(name="site", start_url="http://site.example/")
    egress.start(config.load())
    visit = crawling.crawl(site)
    egress.stop()
    print(visit.pages, Sighting.objects.count())


if __name__ == "__main__":
    main()
