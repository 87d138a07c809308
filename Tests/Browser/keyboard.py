"""Without a mouse: from the list to a recorded call in a few keys, focus in sight, and never moved by a refresh."""

from playwright.sync_api import Error

MOST_KEYS = 12
VISIBLE = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    return e === document.body || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && r.width > 0
        && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth) ? '' : e.outerHTML.slice(0, 100); }"""


class Keys:
    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *names):
        for name in names:
            self.page.keyboard.press(name)
            self.count += 1


def keyboard(site, look):
    page = site.enter("thea")
    faults = site.faults
    focus_is_seen(site, page, "/queue?show=all")
    recorded_in_few_keys(site, page)
    skip_links(site, page)
    refresh_moves_no_focus(site, page)
    shortcuts(site, look, page)
    ending(site, look, page)
    faults.check(True, "", "")
    page.context.close()


def focus_is_seen(site, page, path):
    for path in (path, site.follow_up(page, "keys-script"), "/account", "/on-call"):
        site.go(page, path)
        seen = 0
        while seen < 60:
            page.keyboard.press("Tab")
            hidden = page.evaluate(VISIBLE)
            site.faults.check(not hidden, f"keyboard {path}", f"focus is not in sight at {hidden}")
            if page.evaluate("document.activeElement === document.body"):
                break
            seen += 1
        site.faults.check(seen > 5, f"keyboard {path}", f"only {seen} places for the focus")


def recorded_in_few_keys(site, page):
    """Skip to the list, open the first, skip to the form, choose an outcome with the space bar, send."""
    site.go(page, "/queue?show=all")
    keys = Keys(page)
    keys.press("Tab", "Enter", "Tab", "Enter")
    page.wait_for_url("**/f/*")
    # The second choice is an arrow further: "reached, no plan yet" needs no note.
    keys.press("Tab", "Enter", "Tab", "Space", "ArrowDown", "Enter")
    page.wait_for_url("**done=recorded")
    print(f"FIGURE from the list to a recorded call: {keys.count} keys", flush=True)
    site.faults.check(keys.count <= MOST_KEYS, "keyboard", f"{keys.count} keys from the list to a recorded call")
    site.faults.check(page.get_by_text("The call is recorded.").count() == 1, "keyboard", "the call is not recorded")


def skip_links(site, page):
    for path, target in (("/queue?show=all", "list"), ("/on-call", "list"), ("/account", "main"), ("/status", "main")):
        site.go(page, path)
        page.keyboard.press("Tab")
        link = page.evaluate("() => [document.activeElement.className, document.activeElement.getAttribute('href')]")
        site.faults.check(link == ["skip", f"#{target}"], f"skip link {path}", f"the first stop is {link}")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate(f"document.getElementById('{target}').contains(document.activeElement)"
                               f" || document.activeElement === document.body || document.getElementById('{target}').compareDocumentPosition(document.activeElement) === 4")
        site.faults.check(inside, f"skip link {path}", f"it does not lead to #{target}")


def refresh_moves_no_focus(site, page):
    """A list that is due is read again when nobody is at a control, and left alone when somebody is."""
    hurry = "/queue?show=all"
    page.route("**/queue?*", lambda route: hurried(route))
    site.go(page, hurry)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.evaluate("window.sameDocument = true")
    at = page.evaluate("document.activeElement.outerHTML")
    page.wait_for_timeout(6_500)
    site.faults.check(page.evaluate("window.sameDocument === true"), "refresh", "the page was read again under somebody's focus")
    site.faults.check(page.evaluate("document.activeElement.outerHTML") == at, "refresh", "the focus was moved")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("scrollTo(0, 150)")
    until(page, "window.sameDocument === undefined", seconds=12)
    page.wait_for_load_state()
    page.get_by_text("The list has been read again.").wait_for(state="attached", timeout=5_000)
    site.faults.check(page.evaluate("scrollY") == 150, "refresh", f"the page is at {page.evaluate('scrollY')} now, not at 150")
    site.faults.check("refreshed" not in page.url, "refresh", f"the address is {page.url}")
    site.faults.check(page.evaluate("document.activeElement === document.body"), "refresh", "something has the focus")
    page.unroute("**/queue?*")


def until(page, expression, seconds):
    """Playwright's own wait makes code of a text, which the site's policy forbids."""
    for _ in range(seconds * 10):
        try:
            if page.evaluate(expression):
                return
        except Error:
            pass  # In the middle of a navigation there is nothing to ask.
        page.wait_for_timeout(100)
    raise TimeoutError(expression)


def hurried(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('data-refresh="60"', 'data-refresh="1"'))


def shortcuts(site, look, page):
    """Single keys do nothing until somebody switches them on (WCAG 2.1.4)."""
    site.go(page, "/queue?show=all")
    page.keyboard.press("j")
    page.keyboard.press("?")
    none = page.evaluate("document.activeElement === document.body && !document.querySelector('dialog[open]')")
    site.faults.check(none, "shortcuts", "they work although nobody switched them on")
    page.get_by_role("button", name="Keys").click()
    look.at(page, "sheet of keys")
    page.get_by_label("Use single keys on this computer").check()
    page.get_by_role("button", name="Close").click()
    site.go(page, "/queue?show=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.evaluate("document.activeElement === document.querySelector('#list a.open')")
    site.faults.check(first, "shortcuts", "j, j, k is not at the first follow-up")
    page.keyboard.press("Enter")
    page.wait_for_url("**/f/*")
    page.keyboard.press("r")
    site.faults.check(page.evaluate("document.activeElement.name") == "outcome", "shortcuts", "r is not at the form")
    page.keyboard.press("q")
    site.faults.check("/f/" in page.url, "shortcuts", "a key that is typed into a field leaves the page")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    site.faults.check(page.evaluate("document.getElementById('keys').open"), "shortcuts", "? does not open the sheet")
    page.keyboard.press("Escape")


def ending(site, look, page):
    """Two minutes before the sign-in ends a banner says so, and its button goes on with what was written."""
    page.route("**/f/*", lambda route: soon(route) if route.request.method == "GET" else route.continue_())
    site.follow_up(page, "keys-script")
    page.get_by_label("Note (a plan is needed").fill("Half a sentence")
    page.get_by_text("You will be signed out in").first.wait_for(state="visible", timeout=5_000)
    look.at(page, "sign-in about to end")
    page.unroute("**/f/*")
    page.get_by_role("button", name="Stay signed in").click()
    page.wait_for_load_state()
    note = page.get_by_label("Note (a plan is needed").input_value()
    site.faults.check(note == "Half a sentence", "sign-in about to end", f"the note has become '{note}'")


def soon(route):
    """As if the session had 100 seconds left."""
    import re
    answer = route.fetch()
    text = answer.text()
    now = int(re.search(r'data-now="(\d+)"', text)[1])
    route.fulfill(response=answer, body=re.sub(r'data-ends="\d+"', f'data-ends="{now + 100}"', text))
