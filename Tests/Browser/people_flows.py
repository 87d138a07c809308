"""An administrator lets somebody in, and switches their sign-in off."""

from person import Person


def people(site, look, mode, staff, script):
    where, admin = f"people ({mode})", site.enter("adam", script)
    site.go(admin, "/people")
    admin.get_by_role("button", name="New link for spare").click()
    link = admin.locator("code.key").inner_text()
    if look:
        look.at(admin, "people with a link")
    site.faults.check(admin.get_by_text("Name of").count() == 0, where, "a client is named")
    spare, page = Person("spare", link), site.chromium.context(script).new_page()
    spare.choose_password(page)
    spare.sign_in(page, site.origin)
    site.faults.check(page.get_by_text("spare, therapist").count() == 1, where, "the invited person is not let in")
    site.go(admin, "/people")
    admin.get_by_role("button", name="Switch off spare").click()
    admin.wait_for_load_state()
    row = admin.get_by_role("row", name="spare")
    site.faults.check(row.get_by_text("switched off").count() == 1, where, "it is not said that the sign-in is off")
    site.go(page, "/queue", 401)
    page.goto(link)
    site.faults.check(page.get_by_text("This link is used or too old").count() == 1, where, "the link works twice")
    admin.context.close()
    page.context.close()
