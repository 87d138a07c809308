"""The site under test and its people, as BrowserTests.swift describes them in a file."""

import json
import os

from person import Person


class Site:
    def __init__(self, path, chromium_of, faults):
        with open(path, encoding="utf-8") as file:
            described = json.load(file)
        self.origin, self.store = described["origin"], described["store"]
        self.artefacts, self.hostile = described["artefacts"], described["hostile"]
        self.roles = {entry["id"]: entry["role"] for entry in described["people"]}
        self.people = {
            entry["id"]: Person(entry["id"], entry["link"]) for entry in described["people"] if entry.get("link")}
        self.faults = faults
        self.chromium = chromium_of(self.origin)
        # Cookies of who has signed in once: a code is good once, and the next one is 30 seconds away.
        self.states = {}
        os.makedirs(self.artefacts, exist_ok=True)

    def enter(self, name, script=True, width=1100):
        """A page of somebody who is signed in."""
        context = self.chromium.context(script, self.states.get(name), width)
        page = context.new_page()
        if name not in self.states:
            person = self.people[name]
            if person.key is None:
                person.choose_password(page)
            person.sign_in(page, self.origin)
            self.states[name] = context.storage_state()
        return page

    def go(self, page, path, status=200):
        response = page.goto(self.origin + path)
        self.faults.check(response.status == status, path, f"status {response.status}, not {status}")
        return response

    def follow_up(self, page, client):
        """Opens the follow-up of a client from the whole list."""
        self.go(page, "/queue?show=all")
        page.locator("a.open", has=page.get_by_text(f"Name of {client}", exact=True)).click()
        page.wait_for_url("**/f/*")
        return page.url.removeprefix(self.origin)
