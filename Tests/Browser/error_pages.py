"""The pages that say no: each with words, none with a client."""


def error_pages(site, look):
    page = site.enter("thea")
    for path, status in (("/nowhere", 404), ("/f/0000000000000000", 404), ("/people", 403), ("/considered?from=yesterday", 403)):
        site.go(page, path, status)
        look.at(page, f"{status} {path}")
    lead = site.enter("lead")
    site.go(lead, "/considered?from=yesterday", 400)
    look.at(lead, "400")
    lead.context.close()
    path = site.follow_up(page, "close-script")
    # A browser asks for what is missing before it sends; without it the server says it.
    refused(site, look, page, 422, "Choose what came of the call.", "Record the call")
    site.go(page, path)
    page.locator("#until").fill(page.locator("#until").get_attribute("min"))
    page.get_by_label("Why later").fill("Later is better.")
    page.locator("#until").evaluate("e => e.value = '2020-01-01T09:00'")
    refused(site, look, page, 422, "has passed", "Remind me")
    site.go(page, path)
    page.locator("form#record input[name=token]").evaluate("e => e.value = 'of another sign-in'")
    page.get_by_label("No answer", exact=True).check()
    refused(site, look, page, 403, "This form belongs to another sign-in", "Record the call")
    page.context.close()


def refused(site, look, page, status, words, button):
    page.eval_on_selector_all("form", "forms => forms.forEach(form => form.noValidate = true)")
    with page.expect_response(lambda response: response.request.method == "POST") as posted:
        page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    where = f"{status} {button}"
    site.faults.check(posted.value.status == status, where, f"status {posted.value.status}, not {status}")
    site.faults.check(page.get_by_text(words).count() > 0, where, f"'{words}' is not said")
    look.at(page, where)
