"""A page of 'vigil policy simulate' in a real Chromium: console, axe in light and dark, wide and narrow, nothing asked of others."""

import sys

from playwright.sync_api import sync_playwright

from axe_playwright_python.base import AXE_SCRIPT

PROGRAM = "/usr/bin/chromium"


def main(path, artefacts):
    faults = 0

    def fault(text):
        nonlocal faults
        faults += 1
        print("FAULT " + text)

    with sync_playwright() as playwright:
        # Tests run as root in containers, where Chromium's own sandbox cannot.
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for scheme in ("light", "dark"):
            for width in (1100, 320):
                context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
                page = context.new_page()
                page.on("console", lambda message: fault(f"console {message.type}: {message.text}"))
                page.on("pageerror", lambda error: fault(f"script: {error}"))
                page.on("request", lambda request: request.url.startswith(("file:", "data:")) or fault(f"request: {request.url}"))
                page.goto("file://" + path)
                if page.evaluate("document.scripts.length"):
                    fault("the page has a script")
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if wide > 0:
                    fault(f"{scheme} {width}: {wide} px wider than the window")
                page.evaluate(AXE_SCRIPT)
                options = {"resultTypes": ["violations"], "preload": False}
                for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
                    nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:2])
                    fault(f"{scheme} {width}: axe {violation['id']} x {len(violation['nodes'])}: {violation['help']}: {nodes}")
                charts = page.evaluate("""() => [...document.querySelectorAll('svg.chart')].map(
                    e => [e.getAttribute('role'), e.querySelector('title')?.textContent, e.querySelector('desc')?.textContent])""")
                if len(charts) < 6 or not all(role == "img" and title and about for role, title, about in charts):
                    fault(f"charts without a title or a description: {charts}")
                if artefacts:
                    page.screenshot(path=f"{artefacts}/simulation-{scheme}-{width}.png", full_page=True)
                context.close()
        # As it is opened by people: its own policy holds, and nothing is said in the console.
        page = browser.new_page()
        page.on("console", lambda message: fault(f"console {message.type}: {message.text}"))
        page.goto("file://" + path)
        browser.close()
    print("FIGURE simulation: 4 looks, axe clean" if not faults else f"FIGURE simulation: {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
