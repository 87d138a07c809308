"""Text in the practice's record and in notes that would be markup, script or a template, if anything took it for that."""

INNOCENT = "() => ({title: document.title, marks: document.querySelectorAll('main img, main script, main b').length, " \
    "handlers: [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))})"


def hostile_text(site, look):
    page = site.enter("lead")
    site.go(page, "/queue?show=all")
    innocent(site, page, "queue")
    for number, text in enumerate(site.hostile):
        where = f"hostile text {number}"
        site.go(page, "/queue?show=all")
        page.locator("a.open", has=page.get_by_text(f"{text} {number}")).first.click()
        page.wait_for_url("**/f/*")
        innocent(site, page, where)
        site.faults.check(page.get_by_role("heading", level=1).get_by_text(text).count() == 1 or
                          text in page.locator("h1").inner_text(), where, "the name is not shown as it is")
        shown = page.locator("dl.facts").inner_text()
        site.faults.check(text in shown, where, "the preference is not shown as it is")
        page.get_by_label("No answer", exact=True).check()
        page.get_by_label("Note (a plan is needed").fill(text)
        page.get_by_role("button", name="Record the call").click()
        page.wait_for_load_state()
        innocent(site, page, where + ", recorded")
        site.faults.check(page.locator("blockquote", has_text=text).count() == 1, where, "the note is not shown as it is")
        # Refused, so that it comes back in the form.
        page.locator("form#record").evaluate("form => form.noValidate = true")
        page.get_by_label("Note (a plan is needed").fill(text)
        page.get_by_role("button", name="Record the call").click()
        page.wait_for_load_state()
        innocent(site, page, where + ", in the form")
        note = page.get_by_label("Note (a plan is needed").input_value()
        site.faults.check(note == text, where, f"in the form it is '{note}'")
        if number == 2:
            look.at(page, "hostile text")
    site.go(page, "/sign-in?next=/%22%3E%3Cscript%3E")
    page.context.close()


def innocent(site, page, where):
    found = page.evaluate(INNOCENT)
    fine = "owned" not in found["title"] and found["marks"] == 0 and found["handlers"] == []
    site.faults.check(fine, where, f"it has become markup: {found}")
