// Countdowns, refresh, the warning before a sign-in ends, and single keys for who wants them. Every page works without.
"use strict";
(() => {
    const body = document.body, say = (words) => { document.getElementById("said").textContent = words; };
    const began = Date.now(), offset = body.dataset.now ? Number(body.dataset.now) * 1000 - began : 0;
    const now = () => Date.now() + offset;
    const amount = (ms) => {
        const minutes = Math.floor(Math.abs(ms) / 60000);
        return minutes < 60 ? minutes + " min" : minutes < 2880 ? Math.floor(minutes / 60) + " h" : Math.floor(minutes / 1440) + " days";
    };

    // The words that the server wrote end in "..., 38 min left": that part follows the clock.
    const dues = [...document.querySelectorAll("time[data-due]")].map((time) => [time, Date.parse(time.dateTime), time.textContent]);
    const count = () => {
        for (const [time, due, words] of dues) {
            const left = due - now(), text = words.replace(/, [^,]* (left|overdue)$/, "") + ", " + amount(left) + (left < 0 ? " overdue" : " left");
            if (text !== time.textContent) time.textContent = text;
            if (left < 0) time.parentElement.classList.add("overdue");
        }
    };
    setInterval(count, 15000);

    // What is typed is never thrown away by a refresh, and focus never moves: it waits until nobody is at a control.
    let changed = false;
    document.addEventListener("input", () => { changed = true; });
    const isFree = () => !changed && (document.activeElement === body || document.activeElement === null || document.activeElement.id === "main")
        && !document.querySelector("dialog[open]") && getSelection().isCollapsed;
    const every = Number(body.dataset.refresh || 0) * 1000;
    if (every) {
        let old = false;
        setInterval(() => {
            const age = Date.now() - began;
            if (age >= every && isFree() && !document.hidden) {
                sessionStorage.setItem("vigil-refreshed", String(scrollY));
                // Marked, so that a list which reads itself again keeps no sign-in alive.
                const url = new URL(location.href);
                url.searchParams.set("refreshed", "1");
                location.replace(url);
            } else if (age > 5 * 60000 && !old) {
                old = true;
                say("This list is 5 minutes old. Reload the page for a new one.");
            }
        }, 5000);
        const before = sessionStorage.getItem("vigil-refreshed"), url = new URL(location.href);
        if (url.searchParams.has("refreshed")) {
            url.searchParams.delete("refreshed");
            history.replaceState(null, "", url);
        }
        if (before !== null) {
            sessionStorage.removeItem("vigil-refreshed");
            scrollTo(0, Number(before));
            setTimeout(() => say("The list has been read again."), 300);
        }
    }

    // Two minutes before the sign-in ends: said once, and one button goes on. What is in the form goes with it.
    const ending = document.getElementById("ending");
    if (ending) {
        const ends = Number(body.dataset.ends) * 1000, warn = Number(body.dataset.warn) * 1000, record = document.getElementById("record");
        if (record) {
            // No submit button of that form: as its first one it would take the Enter key from "Record the call".
            const button = document.getElementById("extend");
            button.type = "button";
            button.addEventListener("click", () => {
                record.action = record.getAttribute("action").replace(/record$/, "extend");
                record.submit();
            });
        }
        const watch = setInterval(() => {
            const left = ends - now();
            if (left > warn) return;
            if (ending.hidden) { ending.hidden = false; say("You will be signed out in 2 minutes. The button Stay signed in goes on."); }
            document.getElementById("ending-left").textContent = left > 0 ? Math.ceil(left / 1000) + " seconds" : "a moment: what you send now asks you to sign in first";
            if (left <= 0) clearInterval(watch);
        }, 1000);
    }

    // Single keys: off until somebody switches them on here (WCAG 2.1.4).
    const sheet = document.getElementById("keys"), open = document.getElementById("keys-open"), box = document.getElementById("keys-on");
    if (open) {
        open.hidden = false;
        open.addEventListener("click", () => sheet.showModal());
        box.checked = localStorage.getItem("vigil-keys") === "on";
        box.addEventListener("change", () => { changed = false; localStorage.setItem("vigil-keys", box.checked ? "on" : "off"); });
        document.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || sheet.open) return;
            if (localStorage.getItem("vigil-keys") !== "on") return;
            const rows = [...document.querySelectorAll("#list a.open")], at = rows.indexOf(document.activeElement);
            const go = (id) => { const target = document.getElementById(id); if (target) { target.scrollIntoView(); (target.querySelector("select, textarea, input:not([type=hidden])") || target).focus(); } };
            switch (event.key) {
            case "?": sheet.showModal(); break;
            case "j": if (rows.length) rows[Math.min(at + 1, rows.length - 1)].focus(); break;
            case "k": if (rows.length) rows[Math.max(at - 1, 0)].focus(); break;
            case "q": location.href = "/queue"; break;
            case "r": go("record"); break;
            case "t": { const take = document.getElementById("take"); if (take) take.focus(); break; }
            default: return;
            }
            event.preventDefault();
        });
    }
})();
