# SPDX-License-Identifier: Apache-2.0
"""lines - one readable line for an event as it reached the broker."""
import os
import sys
from datetime import datetime

PRIORITIES = ["DURESS", "CRITICAL", "HIGH", "MEDIUM", "LOW", "info"]
COLOURS = ["1;97;41", "1;31", "33", "36", "2", "2"]
LATE_S = 2  # an event that took longer was kept while the broker was away
QUIET = ("picket.sensor.changed", "picket.alarm.updated")


def coloured():
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def paint(text, colour):
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured() else text


def moment(text):
    """RFC 3339 or mosquitto's own stamp -> datetime with zone."""
    text = text.replace("Z+0000", "+00:00").replace("Z", "+00:00")
    return datetime.fromisoformat(text)


def what(event):
    """picket.alarm.raised -> RAISED"""
    return event["type"].split(".", 1)[1].replace("alarm.", "").replace(".", " ").upper()


def line(row, event):
    """None for what only programs care about."""
    if event["type"] in QUIET:
        return None
    data = event["data"]
    happened = moment(event["time"])
    delay_s = (moment(row["tst"]) - happened).total_seconds()
    name = data.get("title") or event.get("subject") or "gateway"
    priority = min(data.get("priority", 5), 5)
    alarm = event["type"] in ("picket.alarm.raised", "picket.device.lost")
    text = (f"{happened.astimezone():%H:%M:%S.%f}"[:-3]
            + f"  {PRIORITIES[priority] if data.get('condition') else '':8}  {what(event):15}"
            + f"  {data.get('condition') or '':17} {name}  (seq {data['seq']})")
    if delay_s > LATE_S:
        text += f"  told {delay_s:.0f} s late: the broker was away"
    if alarm and data.get("guidance"):
        text += f"\n{'':14}→ {data['guidance']}"
    return paint(text, COLOURS[priority] if alarm else "32" if "cleared" in event["type"] else "0")
