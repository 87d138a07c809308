"""Debian's Chromium without a window, which tells of everything that no page of vigil may do."""

import urllib.parse

PROGRAM = "/usr/bin/chromium"
# What a page may wait for; two cores are shared with other tests.
PATIENCE_MS = 20_000


class Chromium:
    def __init__(self, playwright, origin, faults):
        # Tests run as root in containers, where Chromium's own sandbox cannot.
        self.browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        self.origin, self.faults = origin, faults
        # Bytes of every answer by address, for the weight of a page.
        self.bytes = {}
        self.requests = 0

    def context(self, script=True, state=None, width=1100):
        context = self.browser.new_context(
            java_script_enabled=script, storage_state=state, viewport={"width": width, "height": 900},
            locale="en-US", timezone_id="America/New_York")
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self.saw_request)
        context.on("response", self.saw_response)
        context.on("console", self.saw_message)
        context.on("weberror", lambda error: self.faults.add("script", error.error))
        context.on("dialog", self.saw_dialog)
        return context

    def saw_request(self, request):
        self.requests += 1
        if not request.url.startswith((self.origin + "/", "data:")):
            self.faults.add("request to another host", request.url)

    def saw_response(self, response):
        headers = response.headers
        if response.request.resource_type == "document":
            policy = headers.get("content-security-policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                self.faults.add(self.path(response.url), f"Content-Security-Policy is '{policy}'")
        self.bytes[response.url] = int(headers.get("content-length", 0))

    def saw_message(self, message):
        # The status of a page is judged where it was asked for; Chromium says it once more for every error page.
        address = message.location.get("url", "")
        if message.text.startswith("Failed to load resource: the server responded with a status of") \
                and not urllib.parse.urlsplit(address).path.startswith("/assets/"):
            return
        if message.type in ("error", "warning"):
            self.faults.add(self.path(address), f"console {message.type}: {message.text}")

    def saw_dialog(self, dialog):
        self.faults.add(self.path(dialog.page.url if dialog.page else ""), f"a {dialog.type} opened: {dialog.message}")
        dialog.dismiss()

    def path(self, url):
        return url.removeprefix(self.origin) or "?"
