"""Expands series as calendars do, by icalendar and recurring-ical-events: the reference for OpenEMRSeries.

Reads lines of JSON {zone, start, rule, exdates, from, until}; prints for each the starts as seconds since 1970.
"""
import datetime
import json
import sys
import zoneinfo

import icalendar
import recurring_ical_events

for line in sys.stdin:
    series = json.loads(line)
    zone = zoneinfo.ZoneInfo(series["zone"])
    event = icalendar.Event()
    start = datetime.datetime.fromisoformat(series["start"]).replace(tzinfo=zone)
    event.add("uid", "series")
    event.add("dtstart", start)
    event.add("duration", datetime.timedelta(minutes=50))
    event.add("rrule", icalendar.vRecur.from_ical(series["rule"]))
    for day in series["exdates"]:
        gone = datetime.datetime.combine(datetime.date.fromisoformat(day), start.time(), tzinfo=zone)
        event.add("exdate", gone)
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    days = [datetime.date.fromisoformat(series[name]) for name in ("from", "until")]
    bounds = [datetime.datetime.combine(day, datetime.time(), tzinfo=zone) for day in days]
    found = recurring_ical_events.of(calendar).between(*bounds)
    starts = sorted(int(one["DTSTART"].dt.timestamp()) for one in found)
    print(json.dumps([one for one in starts if bounds[0].timestamp() <= one < bounds[1].timestamp()]), flush=True)
