"""A person at a browser: signs in with a password and a code from an authenticator of its own."""

import base64
import hashlib
import hmac
import struct
import time

PASSWORD = "four words of a clinic"


def code(key, step):
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Person:
    """Chooses a password by the link of `vigil user add`, and remembers the authenticator's key."""

    def __init__(self, name, link, clock=time.time):
        self.name, self.link, self.clock = name, link, clock
        self.key, self.last = None, 0

    def fresh_code(self):
        """A code that was not used yet: codes are good once, and one step ahead of the clock is taken."""
        while True:
            now = int(self.clock()) // 30
            step = max(self.last + 1, now)
            if step <= now + 1:
                self.last = step
                return code(self.key, step)
            time.sleep(0.5)

    def choose_password(self, page):
        page.goto(self.link)
        secret = page.locator("code.key").inner_text().replace(" ", "")
        self.key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same again").fill(PASSWORD)
        page.get_by_label("Code that the authenticator shows now").fill(code(self.key, int(self.clock()) // 30))
        page.get_by_role("button", name="Set the password").click()
        page.wait_for_url("**/sign-in")

    def sign_in(self, page, url=None):
        if url:
            page.goto(url + "/sign-in")
        page.get_by_label("Your name in vigil").fill(self.name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Code from your authenticator").fill(self.fresh_code())
        page.get_by_role("button", name="Sign in").click()
        # With a draft to go on from, the page comes at the address of the sign-in.
        page.get_by_role("button", name="Sign out").wait_for()
