"""Every page of every role, found by following each link that the role is shown."""

import os
import re

# One of each kind is enough: what differs is the client.
KINDS = [(re.compile(r"^/f/[0-9A-Z]+$"), 2), (re.compile(r"^/audit\?before="), 1), (re.compile(r"[?&]page="), 1)]
LIMIT_BYTES = 100_000


class Pages:
    def __init__(self, site, look):
        self.site, self.look, self.faults = site, look, site.faults
        self.weights = {}

    def walk(self):
        for name, role in self.site.roles.items():
            if name in self.site.people:
                with self.faults.within(f"pages of {role}"):
                    self.of(name, role)

    def of(self, name, role):
        page = self.site.enter(name)
        todo, done, counts = ["/"], [], {}
        while todo:
            path = todo.pop(0)
            if path in done:
                continue
            kind = next(((pattern, most) for pattern, most in KINDS if pattern.search(path)), None)
            if kind:
                counts[kind[0]] = counts.get(kind[0], 0) + 1
                if counts[kind[0]] > kind[1]:
                    continue
            self.site.go(page, path)
            path = page.url.removeprefix(self.site.origin)
            if path in done:
                continue
            done.append(path)
            self.weigh(page, path)
            for summary in page.locator("main summary").all():
                summary.click()
            shown = re.sub(r"/f/.*", f"/f/{counts.get(KINDS[0][0], 0)}", re.sub(r"before=\d+", "before", path))
            self.look.at(page, f"{role} {shown}")
            todo += page.eval_on_selector_all(
                "a[href]", "links => links.map(a => a.getAttribute('href')).filter(h => h.startsWith('/'))")
        print(f"{role}: {len(done)} pages", flush=True)
        page.context.close()

    def weigh(self, page, path):
        """The page with all that a first visit loads."""
        sizes = self.site.chromium.bytes
        assets = page.eval_on_selector_all("link[href], script[src]", "all => all.map(e => e.href || e.src)")
        weight = sizes.get(page.url, 0) + sum(sizes.get(asset, 0) for asset in assets)
        self.weights[path] = max(weight, self.weights.get(path, 0))
        self.faults.check(0 < weight < LIMIT_BYTES, path, f"weighs {weight} bytes")

    def broken_feed(self, name):
        """The store goes away: the list says so, full or empty."""
        os.rename(self.site.store, self.site.store + ".away")
        try:
            page = self.site.enter(name)
            page.wait_for_timeout(500)
            banner = page.get_by_text("This list may be missing people.")
            for _ in range(60):
                self.site.go(page, "/queue")
                if banner.count():
                    break
                page.wait_for_timeout(500)
            self.faults.check(banner.count() > 0, "broken feed", "no banner")
            self.look.at(page, "broken feed")
            page.context.close()
        finally:
            os.rename(self.site.store + ".away", self.site.store)
