"""What people do with the site, each once with JavaScript and once without."""

import datetime

from playwright.sync_api import TimeoutError, expect

from account_flows import feeds, new_password
from break_glass import break_glass
from error_pages import error_pages
from hostile_text import hostile_text
from keyboard import keyboard
from people_flows import people

MODES = {
    # Who works with the script and who without: a code is good once in 30 seconds, so nobody needs three of them.
    "script": {"therapist": "thea", "lead": "lead", "rescuer": "tess"},
    "plain": {"therapist": "theo", "lead": "lea", "rescuer": "eve"},
}


def flows(site, look):
    welcome(site, look)
    for mode, staff in MODES.items():
        script = mode == "script"
        looks = look if script else None
        for flow in (take_record_close, hand_over, remind, acknowledge, conflict, kept_draft, break_glass, people, swap, feeds):
            with site.faults.within(f"{flow.__name__} ({mode})"):
                flow(site, looks, mode, staff, script)
    for last in (new_password, error_pages, hostile_text, keyboard):
        with site.faults.within(last.__name__):
            last(site, look)
    print(f"FIGURE flows with and without JavaScript: {2 * 10}", flush=True)


def says(site, page, words, where):
    """Whether a page has the words on it."""
    try:
        page.get_by_text(words).first.wait_for(state="attached", timeout=5_000)
    except TimeoutError:
        site.faults.add(where, f"'{words}' is not on {page.url.removeprefix(site.origin)}")


def welcome(site, look):
    """The link of an invitation, and a sign-in that is not taken."""
    page = site.chromium.context().new_page()
    page.goto(site.people["audra"].link)
    look.at(page, "welcome")
    page.get_by_label("Password", exact=True).fill("too short")
    page.eval_on_selector("form", "form => form.noValidate = true")
    page.get_by_role("button", name="Set the password").click()
    says(site, page, "The two passwords are not the same", "welcome")
    look.at(page, "welcome with a fault")
    site.go(page, "/welcome/" + "A" * 43, 404)
    look.at(page, "welcome, link used")
    site.go(page, "/sign-in")
    look.at(page, "sign-in")
    page.get_by_label("Your name in vigil").fill("audra")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_label("Code from your authenticator").fill("123456")
    page.get_by_role("button", name="Sign in").click()
    says(site, page, "That name, password or code is not right", "sign-in")
    site.faults.check(page.get_by_label("Your name in vigil").input_value() == "audra", "sign-in", "the name is not kept")
    look.at(page, "sign-in with a fault")
    page.context.close()


def take_record_close(site, look, mode, staff, script):
    page = site.enter(staff["therapist"], script)
    where = f"take ({mode})"
    path = site.follow_up(page, f"take-{mode}")
    page.get_by_role("button", name="Take", exact=True).click()
    says(site, page, "You have it.", where)
    page.get_by_label("No answer", exact=True).check()
    page.get_by_label("Note (a plan is needed").fill("Rang twice.")
    page.get_by_role("button", name="Record the call").click()
    says(site, page, "The call is recorded.", where)
    says(site, page, "Rang twice.", where)
    page.get_by_label("How it ended").select_option(label="Came to a session")
    page.get_by_label("What was decided").fill("Came on Monday after all.")
    page.get_by_role("button", name="Close the follow-up").click()
    page.wait_for_url("**/queue?done=closed")
    says(site, page, "It is closed.", where)
    site.go(page, path)
    says(site, page, "Closed: came to a session.", where)
    if look:
        look.at(page, "follow-up, closed")
    page.locator("#given").select_option(index=1)
    page.get_by_role("button", name="Record the reason").click()
    says(site, page, "The reason is recorded.", where)
    page.locator("#reopen-note").fill("Closed too soon.")
    page.get_by_role("button", name="Open again").click()
    says(site, page, "It is open again, and yours.", where)
    if look:
        look.on_paper(page, "follow-up", "What to do next")
        site.go(page, "/queue?show=all")
        look.on_paper(page, "queue", "Name of conflict-script")
    page.context.close()


def hand_over(site, look, mode, staff, script):
    page = site.enter(staff["therapist"], script)
    path = site.follow_up(page, f"over-{mode}")
    page.get_by_label("To", exact=True).select_option("desk")
    page.locator("form#hand-over button").click()
    says(site, page, "It is handed over.", f"hand over ({mode})")
    page.context.close()
    page = site.enter("desk", script)
    site.go(page, path)
    says(site, page, "You have it.", f"hand over ({mode})")
    page.context.close()


def remind(site, look, mode, staff, script):
    page = site.enter(staff["therapist"], script)
    site.follow_up(page, f"later-{mode}")
    field = page.locator("#until")
    page.locator("#until").fill(field.get_attribute("max"))
    page.get_by_label("Why later").fill("Is at work until then.")
    page.get_by_role("button", name="Remind me", exact=True).click()
    says(site, page, "You will be reminded.", f"remind ({mode})")
    says(site, page, "Is at work until then.", f"remind ({mode})")
    page.context.close()


def acknowledge(site, look, mode, staff, script):
    """Once from the list of open pages, once at the follow-up itself."""
    who = "nora" if script else "lead"
    page = site.enter(who, script)
    site.go(page, "/on-call")
    row = page.locator("li.row", has=page.get_by_text(f"Name of urgent-{mode}", exact=True))
    site.faults.check(row.count() == 1, f"acknowledge ({mode})", "the page is not in the list")
    if look:
        look.at(page, "on call with open pages")
    if script:
        row.get_by_role("button", name="Acknowledge").click()
    else:
        row.get_by_role("link").click()
        page.get_by_role("button", name="Acknowledge").click()
    says(site, page, "Record a call before the acknowledgement ends.", f"acknowledge ({mode})")
    if look:
        look.at(page, "follow-up, acknowledged")
    page.context.close()


def conflict(site, look, mode, staff, script):
    """Two people at one follow-up: the second is told what changed, and keeps what they wrote."""
    where, first, second = f"conflict ({mode})", site.enter(staff["lead"], script), site.enter(staff["therapist"], script)
    path = site.follow_up(second, f"conflict-{mode}")
    site.go(first, path)
    first.get_by_role("button", name="Take", exact=True).click()
    first.get_by_text("You have it.").first.wait_for()
    first.context.close()
    second.get_by_label("Message left", exact=True).check()
    second.get_by_label("Note (a plan is needed").fill("A long story\nin two lines.")
    with second.expect_response(lambda response: response.request.method == "POST") as posted:
        second.get_by_role("button", name="Record the call").click()
    site.faults.check(posted.value.status == 412, where, f"status {posted.value.status}, not 412")
    says(site, second, f"{staff['lead']}, follow up taken", where)
    note = second.get_by_label("Note (a plan is needed").input_value()
    site.faults.check(note == "A long story\nin two lines.", where, f"the note has become '{note}'")
    site.faults.check(second.get_by_label("Message left", exact=True).is_checked(), where, "the outcome is lost")
    if look:
        look.at(second, "412")
    second.context.close()


def kept_draft(site, look, mode, staff, script):
    """The session ends while somebody writes; after signing in again what they wrote is in the form."""
    where, who = f"kept draft ({mode})", staff["therapist"]
    page, admin = site.enter(who, script), site.enter("adam", script)
    path = site.follow_up(page, f"kept-{mode}")
    page.get_by_label("Reached, and a plan was made", exact=True).check()
    page.get_by_label("How", exact=True).select_option(label="Visit")
    page.get_by_label("Note (a plan is needed").fill('She said: "Tuesday" & brings <it>.')
    site.go(admin, "/people")
    own = admin.get_by_role("button", name=f"End the session of {who}")
    for left in range(own.count(), 0, -1):
        own.first.click()
        expect(own).to_have_count(left - 1)
    admin.context.close()
    with page.expect_response(lambda response: response.request.method == "POST") as posted:
        page.get_by_role("button", name="Record the call").click()
    site.faults.check(posted.value.status == 401, where, f"status {posted.value.status}, not 401")
    says(site, page, "What you wrote is kept", where)
    if look:
        look.at(page, "signed out while writing")
    site.people[who].sign_in(page)
    site.states[who] = page.context.storage_state()
    says(site, page, "This is what you wrote before. It is not recorded yet.", where)
    note = page.get_by_label("Note (a plan is needed").input_value()
    site.faults.check(note == 'She said: "Tuesday" & brings <it>.', where, f"the note has become '{note}'")
    site.faults.check(page.get_by_label("How", exact=True).input_value() == "visit", where, "the channel is lost")
    if look:
        look.at(page, "follow-up with a kept draft")
    page.get_by_role("button", name="Record the call").click()
    says(site, page, "The call is recorded.", where)
    site.go(page, path)
    says(site, page, 'She said: "Tuesday" & brings <it>.', where)
    page.context.close()


def swap(site, look, mode, staff, script):
    page = site.enter("nora", script)
    site.go(page, "/on-call")
    day = datetime.date.today() + datetime.timedelta(days=3 if script else 5)
    page.get_by_label("From", exact=True).fill(f"{day}T09:00")
    page.get_by_label("Until", exact=True).fill(f"{day}T17:00")
    page.get_by_label("Who takes it").select_option("thea")
    page.get_by_role("button", name="Swap", exact=True).click()
    says(site, page, "The shifts are swapped.", f"swap ({mode})")
    page.context.close()
