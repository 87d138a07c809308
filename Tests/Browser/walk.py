"""Walks through the site in a real browser: `walk.py pages|flows SITE.json`. Prints figures and faults; exits 1 with faults."""

import sys
import time

from playwright.sync_api import sync_playwright

from chromium import Chromium
from faults import Faults
from look import Look
from pages import Pages
from site_under_test import Site


def pages(site, look):
    walk = Pages(site, look)
    walk.walk()
    heaviest = max(walk.weights, key=walk.weights.get)
    queue = max(weight for path, weight in walk.weights.items() if path.startswith("/queue"))
    print(f"FIGURE queue with assets {queue} bytes; heaviest {heaviest} {walk.weights[heaviest]} bytes")
    walk.broken_feed("lead")


def main():
    what, description = sys.argv[1:]
    faults, began = Faults(), time.monotonic()
    with sync_playwright() as playwright:
        site = Site(description, lambda origin: Chromium(playwright, origin, faults), faults)
        look = Look(site)
        with faults.within(what):
            if what == "pages":
                pages(site, look)
            else:
                from flows import flows
                flows(site, look)
        print(f"FIGURE {what}: {len(look.pages)} pages, {look.runs} variants under axe-core, {site.chromium.requests} requests, "
              f"{faults.count} faults, {time.monotonic() - began:.0f} s")
        site.chromium.browser.close()
    sys.exit(1 if faults.count else 0)


if __name__ == "__main__":
    main()
