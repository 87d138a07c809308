"""A person's own account: addresses for a calendar, another password."""

import csv
import json
import re
import urllib.error
import urllib.request

import icalendar

from person import PASSWORD


def feeds(site, look, mode, staff, script):
    """An address is made, read in three forms, and revoked."""
    where, page = f"feeds ({mode})", site.enter(staff["therapist"], script)
    site.go(page, "/account")
    page.get_by_role("button", name="Make an address").click()
    address = page.locator("code.key").inner_text()
    if look:
        look.at(page, "account with an address")
    site.faults.check(address.startswith(site.origin + "/feeds/") and address.endswith(".ics"), where, f"the address is {address}")
    base = address.removesuffix(".ics")
    text = {form: fetched(f"{base}.{form}") for form in ("ics", "csv", "jsonl")}
    calendar = icalendar.Calendar.from_ical(text["ics"])
    todos, events = calendar.walk("VTODO"), calendar.walk("VEVENT")
    rows, lines = list(csv.DictReader(text["csv"].splitlines())), [json.loads(line) for line in text["jsonl"].splitlines()]
    site.faults.check(
        len(todos) == len(events) == len(rows) == len(lines) > 0, where,
        f"{len(todos)} to-dos, {len(events)} events, {len(rows)} rows, {len(lines)} lines")
    for todo in todos:
        fits = str(todo["CLASS"]) == "PRIVATE" and todo["PRIORITY"] in (1, 5, 9) and todo.get("DUE") and todo.get("DTSTAMP")
        site.faults.check(fits and re.fullmatch(r"Follow-up [0-9A-Z]{4}", str(todo["SUMMARY"])), where, f"{todo.to_ical()}")
    for form, body in text.items():
        site.faults.check("Name of" not in body and "+1 555" not in body, where, f"{form} names a client")
        site.faults.check(all(h[:12] not in body for h in site.hostile), where, f"{form} names a client")
    page.get_by_role("button", name="Revoke").first.click()
    page.wait_for_load_state()
    for form in text:
        site.faults.check(fetched(f"{base}.{form}") == 404, where, f"{form} is still served")
    page.context.close()


def fetched(url):
    """The body, or the status where it is refused."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code


def new_password(site, look):
    """A wrong one is said to be wrong; the right one changes it."""
    page = site.enter("desk")
    site.go(page, "/account")
    for old, words in (("not the old one", "is not right"), (PASSWORD, "The password is changed.")):
        page.get_by_label("The present one").fill(old)
        page.get_by_label("Code from your authenticator").fill(site.people["desk"].fresh_code())
        page.get_by_label("The new one").fill("another four words")
        page.get_by_label("The same again").fill("another four words")
        page.get_by_role("button", name="Change it").click()
        site.faults.check(page.get_by_text(words).count() > 0, "new password", f"'{words}' is not said")
        look.at(page, f"account, {words}")
    page.context.close()
