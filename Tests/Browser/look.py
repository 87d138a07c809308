"""Looks at a page as it is shown in light and dark, wide and narrow, and on paper: axe-core, overflow, targets."""

import re

from axe_playwright_python.base import AXE_SCRIPT

# Colours depend on the scheme alone and the layout on the width alone, so two runs see all four.
VARIANTS = [("light", 1100), ("dark", 320)]
OPTIONS = {
    "resultTypes": ["violations"],
    # Loads nothing itself: the site's Content-Security-Policy would refuse it.
    "preload": False,
    # WCAG 2.2 AA; off unless asked for.
    "rules": {"target-size": {"enabled": True}},
}
# A link within a sentence may be smaller (WCAG 2.5.8, "inline").
SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a, .button, .open')]
    .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([, r]) => r.width < 24 || r.height < 24).map(([h, r]) => `${h} ${r.width} x ${r.height}`)"""
WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')].filter(e => !e.closest('.wide') && !e.closest('.skip, .said, .said-only')
        && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 90))
    : []"""


class Look:
    def __init__(self, site):
        self.site, self.faults = site, site.faults
        self.pages, self.runs, self.seen = [], 0, 0

    def at(self, page, name, variants=VARIANTS):
        """Every variant of the page that is open; it stays as wide and as light as it was."""
        self.pages.append(name)
        before = page.viewport_size
        page.evaluate(AXE_SCRIPT)
        for scheme, width in variants:
            where = f"{name} {scheme} {width}"
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            for violation in page.evaluate("options => axe.run(document, options)", OPTIONS)["violations"]:
                nodes = "; ".join(f"{node['html'][:120]} ({node.get('failureSummary', '')[:200]})" for node in violation["nodes"][:2])
                self.faults.add(where, f"axe {violation['id']} x {len(violation['nodes'])}: {violation['help']}: {nodes}")
            self.runs += 1
            for wide in page.evaluate(WIDE):
                self.faults.add(where, f"wider than the window: {wide}")
            for small in page.evaluate(SMALL):
                self.faults.add(where, f"smaller than 24 px: {small}")
            self.picture(page, f"{name}-{scheme}-{width}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)

    def on_paper(self, page, name, words):
        """Print shows what is read, and nothing that is filled in or pressed."""
        page.emulate_media(media="print")
        left = page.evaluate("""() => [...document.querySelectorAll('form, button, input, select, textarea, nav, .button')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 0).map(e => e.outerHTML.slice(0, 80))""")
        self.faults.check(not left, f"{name} on paper", f"{len(left)} controls are printed: {left[:2]}")
        self.faults.check(page.get_by_text(words).first.is_visible(), f"{name} on paper", f"'{words}' is not printed")
        self.picture(page, f"{name}-paper")
        page.emulate_media(media="screen")

    def picture(self, page, name):
        self.seen += 1
        file = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
        page.screenshot(path=f"{self.site.artefacts}/{file}.png", full_page=True)
