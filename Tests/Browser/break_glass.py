"""A therapist looks behind the limits of the role in an emergency; a privacy officer reviews it."""

from person import PASSWORD


def break_glass(site, look, mode, staff, script):
    where, who = f"break-glass ({mode})", staff["rescuer"]
    # Somebody else's client.
    owner = site.enter("lead", script)
    path = site.follow_up(owner, f"other-{mode}")
    owner.context.close()
    page = site.enter(who, script)
    site.go(page, path, 404)
    site.go(page, "/queue")
    page.get_by_role("link", name="See more than your role shows").click()
    if look:
        look.at(page, "break-glass")
    reason = f"She rang the desk and hung up, {mode}."
    page.get_by_label("Why", exact=True).fill(reason)
    page.get_by_label("Your password").fill("not the password")
    page.get_by_label("Code from your authenticator").fill("123456")
    page.get_by_role("button", name="Show me everything").click()
    site.faults.check(page.get_by_text("The password or the code is not right.").count() == 1, where, "a wrong password is taken")
    site.faults.check(page.get_by_label("Why", exact=True).input_value() == reason, where, "the reason is not kept")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code from your authenticator").fill(site.people[who].fresh_code())
    page.get_by_role("button", name="Show me everything").click()
    page.wait_for_url("**/queue?show=all")
    site.faults.check(page.get_by_text("You see more than your role shows, until").count() == 1, where, "no banner")
    if look:
        look.at(page, "queue behind limits")
    site.go(page, path)
    site.faults.check(page.get_by_text(f"Name of other-{mode}").count() > 0, where, "the client is not shown")
    page.context.close()
    officer = site.enter("priv", script)
    site.go(officer, "/break-glass/review")
    row = officer.locator("li.row", has=officer.get_by_text(reason))
    if look:
        look.at(officer, "looks behind limits")
    row.get_by_role("button", name="I have reviewed this").click()
    row = officer.locator("li.row", has=officer.get_by_text(reason))
    site.faults.check(row.get_by_text("Reviewed by priv").count() == 1, where, "the review is not shown")
    officer.context.close()
